import type { Tie, TieEnd, TieKind } from './tiesOf.js';

/**
 * Where the processes of a graph stand: the one that it is about in the middle, its parent above, who monitors it on the
 * left, whom it monitors on the right, those that it is linked with below. Where it is narrow, the sides stand lower.
 */
export function graphOf(ties: readonly Tie[], width: number): Graph {
  const endsOf = (kind: TieKind): readonly TieEnd[] =>
    cut(ties.find((tie) => tie.kind === kind)?.ends ?? []);
  const [parents, links] = [endsOf('parent'), endsOf('links')];
  const [left, right] = [endsOf('monitoredBy'), endsOf('monitors')];
  const tallest = Math.max(left.length, right.length);
  const isNarrow = width < 3 * (NODE.width + GAP) + GAP;
  const top = NODE.height / 2 + 2 + (parents.length > 0 ? ROW + LEVEL : 0);
  // On the sides of the middle or, where there is no room for three, below it.
  const sides = isNarrow ? top + ROW + LEVEL : top;
  const y = isNarrow ? top : top + (Math.max(1, tallest) - 1) * (ROW / 2);
  const column = (kind: TieKind, ends: readonly TieEnd[], x: number): GraphNode[] => {
    const begin = isNarrow ? sides : y - ((ends.length - 1) * ROW) / 2;
    return ends.map((end, i) => ({ ...end, kind, x, y: begin + i * ROW }));
  };
  const floor =
    sides + Math.max(isNarrow ? 0 : 1, tallest) * ROW + (tallest > 0 || !isNarrow ? LEVEL : 0);
  const perLine = Math.max(1, Math.floor(width / (NODE.width + GAP)));
  const below = links.map((end, i): GraphNode => {
    const line = Math.floor(i / perLine);
    const count = Math.min(perLine, links.length - line * perLine);
    const x = width / 2 + ((i % perLine) - (count - 1) / 2) * (NODE.width + GAP);
    return { ...end, kind: 'links', x, y: floor + line * ROW };
  });
  const nodes = [
    ...parents.map(
      (end): GraphNode => ({ ...end, kind: 'parent', x: width / 2, y: NODE.height / 2 + 2 }),
    ),
    ...column('monitoredBy', left, NODE.width / 2 + 1),
    ...column('monitors', right, width - NODE.width / 2 - 1),
    ...below,
  ];
  const bottom = Math.max(y, ...nodes.map((node) => node.y));
  return { x: width / 2, y, nodes, height: bottom + NODE.height / 2 + 2 };
}

/** What cannot be drawn of many is said as one more. */
function cut(ends: readonly TieEnd[]): readonly TieEnd[] {
  if (ends.length <= MOST) return ends;
  const label = `and ${ends.length - MOST + 1} more`;
  return [...ends.slice(0, MOST - 1), { pid: undefined, label, times: 1 }];
}

/** Pixels. */
export const NODE = { width: 160, height: 40 };
const GAP = 12;
const ROW = NODE.height + 10;
const LEVEL = 26;
/** How many of a kind are drawn. */
const MOST = 9;

/** A process that is drawn; `x` and `y` are its middle. */
export interface GraphNode extends TieEnd {
  readonly kind: TieKind;
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
