import type { Tie, TieKind } from './tiesOf.js';

/**
 * Where the processes of a graph stand: the one that it is about in the middle, its parent above, who monitors it on the
 * left, whom it monitors on the right, those that it is linked with below. Each stands once, with all of its ties. Where it
 * is narrow, the sides stand lower, or there are none.
 */
export function graphOf(ties: readonly Tie[], width: number): Graph {
  const partners = partnersOf(ties);
  const those = (kind: TieKind): readonly Partner[] =>
    cut(partners.filter(({ kinds }) => kinds[0] === kind));
  const [parents, links] = [those('parent'), those('links')];
  // Where two have no room beside each other, there are no sides.
  const hasSides = width > 2 * NODE.width + GAP;
  const beside = [those('monitoredBy'), those('monitors')] as const;
  const [left, right] = hasSides ? beside : [[], []];
  const below = hasSides ? links : [...beside.flat(), ...links];
  const isNarrow = width < 3 * (NODE.width + GAP) + GAP;
  const middle = width / 2;
  const top = EDGE + (parents.length > 0 ? ROW + LEVEL : 0);
  const tallest = Math.max(isNarrow ? 0 : 1, left.length, right.length);
  // On the sides of the middle or, where there is no room for three, below it.
  const sides = isNarrow ? top + ROW + LEVEL : top;
  const y = isNarrow ? top : top + (tallest - 1) * (ROW / 2);
  const column = (those: readonly Partner[], x: number): readonly GraphNode[] => {
    const begin = isNarrow ? sides : y - ((those.length - 1) * ROW) / 2;
    return those.map((each, i) => ({ ...each, x, y: begin + i * ROW }));
  };
  const nodes = [
    ...parents.map((each) => ({ ...each, x: middle, y: EDGE })),
    ...column(left, NODE.width / 2 + 1),
    ...column(right, width - NODE.width / 2 - 1),
    ...lines(below, width, sides + tallest * ROW + (tallest > 0 ? LEVEL : 0)),
  ];
  return { x: middle, y, nodes, height: Math.max(y, ...nodes.map((each) => each.y)) + EDGE };
}

function partnersOf(ties: readonly Tie[]): readonly Partner[] {
  const partners = new Map<string, Partner>();
  for (const { kind, ends } of ties) {
    for (const { pid, label } of ends) {
      const { kinds } = partners.get(pid ?? label) ?? { kinds: [] };
      partners.set(pid ?? label, { pid, label, kinds: [...kinds, kind] });
    }
  }
  return [...partners.values()];
}

/** What cannot be drawn of many is said as one more. */
function cut(partners: readonly Partner[]): readonly Partner[] {
  if (partners.length <= MOST) return partners;
  const [{ kinds }] = partners as readonly [Partner];
  const label = `and ${partners.length - MOST + 1} more`;
  return [...partners.slice(0, MOST - 1), { pid: undefined, label, kinds }];
}

/** As many beside each other as there is room for, in the middle of each line. */
function lines(partners: readonly Partner[], width: number, top: number): readonly GraphNode[] {
  const room = Math.max(1, Math.floor(width / (NODE.width + GAP)));
  return partners.map((each, i) => {
    const line = Math.floor(i / room);
    const count = Math.min(room, partners.length - line * room);
    const x = width / 2 + ((i % room) - (count - 1) / 2) * (NODE.width + GAP);
    return { ...each, x, y: top + line * ROW };
  });
}

/** Pixels. */
export const NODE = { width: 160, height: 40 };
const GAP = 12;
const ROW = NODE.height + 10;
const LEVEL = 26;
/** From a node's middle to what is around it. */
const EDGE = NODE.height / 2 + 2;
/** How many of a kind are drawn. */
const MOST = 9;

interface Partner {
  /** `undefined`: it is no process. */
  readonly pid: string | undefined;
  readonly label: string;
  readonly kinds: readonly TieKind[];
}

/** A process that is drawn; `x` and `y` are its middle. */
export interface GraphNode extends Partner {
  readonly x: number;
  readonly y: number;
}

/** A graph; `x` and `y` are the middle of the process that it is about. */
export interface Graph {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly nodes: readonly GraphNode[];
}
