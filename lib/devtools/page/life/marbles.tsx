import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { format } from '../common/format.js';
import { type Cluster, SIZE } from './clustersOf.js';
import type { LifeState } from './foldLife.js';
import { lanes, ROWS } from './lanes.js';

/** The marbles in sight. The last one that had the focus, or else the newest, is where the keyboard comes in. */
export function Marbles({ clusters, focused, ...props }: MarblesProps): JSX.Element {
  const group = useRef<SVGGElement>(null);
  const isThere = clusters.some(({ key }) => key === focused);
  const entry = isThere ? focused : clusters.at(-1)?.key;
  useLayoutEffect(() => {
    const hasFocus = group.current?.contains(document.activeElement);
    if (hasFocus && isThere)
      group.current?.querySelector<SVGGElement>(`[data-key="${focused}"]`)?.focus();
  }, [focused, isThere]);
  return (
    <g ref={group}>
      {endsFirst(clusters).map((cluster) => (
        <Marble key={cluster.key} cluster={cluster} isEntry={cluster.key === entry} {...props} />
      ))}
    </g>
  );
}

/** So that the stroke of an end is behind what has come at the same time. */
const endsFirst = (clusters: readonly Cluster[]): readonly Cluster[] => [
  ...clusters.filter(({ row }) => row === 'end'),
  ...clusters.filter(({ row }) => row !== 'end'),
];

function Marble({ cluster, life, chain, x, isEntry, ...handlers }: MarbleProps): JSX.Element {
  const { key, pid, row, at, marks } = cluster;
  const { onPoint, onFocus, onChoose } = handlers;
  const lane = life.lanes.findIndex((each) => each.pid === pid);
  const isChosen = marks.some(({ n }) => chain.has(n));
  const choose = (event: Event): void => {
    event.preventDefault();
    onChoose(cluster);
  };
  return (
    <g
      class={classOf(chain.size > 0, isChosen)}
      data-row={row}
      data-key={key}
      transform={`translate(${x(at)},${lanes.y(lane, row)})`}
      role="button"
      tabindex={isEntry ? 0 : -1}
      aria-label={describe(cluster, life)}
      onPointerEnter={() => onPoint(cluster)}
      onFocus={() => onFocus(cluster)}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') choose(event);
      }}
    >
      {row === 'end' ? <line y1={-END} y2={END} /> : <circle r={(SIZE - 3) / 2} />}
      {row !== 'end' && (
        <text dy="0.35em" data-many={marks.length > 1}>
          {signOf(cluster)}
        </text>
      )}
    </g>
  );
}

/** Pixels: half of the stroke through all rows. */
const END = ROWS.length * 15;

const classOf = (isChain: boolean, isIn: boolean): string => {
  if (!isChain) return 'marble';
  return isIn ? 'marble is-in' : 'marble is-out';
};

/** As in a marble diagram those of one time stand together, and too many are counted. */
const signOf = ({ marks }: Cluster): string =>
  marks.length > 2 ? `×${Math.min(marks.length, 99)}` : marks.map(({ letter }) => letter).join('');

/** It begins with what can be seen, as who speaks to the computer says that. */
function describe(cluster: Cluster, { begin = 0 }: LifeState): string {
  const { row, at, marks } = cluster;
  const texts = marks
    .slice(0, 3)
    .map(({ letter, name, text = '' }) => `${letter} ${name} ${text.slice(0, 200)}`);
  const more = marks.length > 3 ? ` and ${marks.length - 3} more` : '';
  return `${signOf(cluster)}, ${row} ${format.since(at - begin)}: ${texts.join('; ')}${more}`;
}

/** What one may do with a marble. */
export interface MarbleHandlers {
  readonly onPoint: (cluster: Cluster) => void;
  readonly onFocus: (cluster: Cluster) => void;
  readonly onChoose: (cluster: Cluster) => void;
}

interface Common extends MarbleHandlers {
  readonly life: LifeState;
  readonly chain: ReadonlySet<number>;
  readonly x: (at: number) => number;
}

interface MarblesProps extends Common {
  readonly clusters: readonly Cluster[];
  readonly focused: number | undefined;
}

interface MarbleProps extends Common {
  readonly cluster: Cluster;
  readonly isEntry: boolean;
}
