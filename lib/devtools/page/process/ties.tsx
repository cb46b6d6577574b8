import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import type { ProcessView } from '../../wire/processView.js';
import { processHref } from '../common/routeOf.js';
import { useSize } from '../common/useSize.js';
import { useWatch } from '../server/useWatch.js';
import { type GraphNode, graphOf, NODE } from './graphOf.js';
import { TIES, type Tie, type TieEnd, tiesOf } from './tiesOf.js';

/** With whom a process is linked, whom it monitors and who monitors it: drawn, and as a text for who cannot see it. */
export function Ties({ pid }: { readonly pid: string }): JSX.Element | null {
  const { value, refusal } = useWatch<ProcessView>({ watch: 'process', pid });
  const place = useRef<HTMLDivElement>(null);
  const { width } = useSize(place);
  const ties = value === undefined ? [] : tiesOf(value);
  if (refusal) return null;
  return (
    <section class="card" aria-label="Links and monitors">
      <h3>Links and monitors</h3>
      {value && ties.length === 0 && (
        <p class="soft">It has no parent, no links and no monitors.</p>
      )}
      <div ref={place} class="graph">
        {value && width > 0 && ties.length > 0 && (
          <Drawing view={value} ties={ties} width={width} />
        )}
      </div>
      {ties.map((tie) => (
        <TieList key={tie.kind} tie={tie} />
      ))}
    </section>
  );
}

function TieList({ tie }: { readonly tie: Tie }): JSX.Element {
  return (
    <p class="tie-list">
      <span class="soft">{TIES[tie.kind]}: </span>
      {tie.ends.map((end, i) => (
        <span key={end.pid ?? end.label}>
          {i > 0 && ', '}
          <Name {...end} />
          {end.times > 1 && ` (${end.times} times)`}
        </span>
      ))}
    </p>
  );
}

function Name({ pid, label }: TieEnd): JSX.Element {
  if (pid === undefined) return <>{label}</>;
  return <a href={processHref(pid)}>{label === pid ? pid : `${label} ${pid}`}</a>;
}

function Drawing({ view, ties, width }: DrawingProps): JSX.Element {
  const { x, y, height, nodes } = graphOf(ties, width);
  return (
    <svg width={width} height={height} aria-hidden="true">
      {nodes.flatMap((node) =>
        node.kinds.map((kind, i) => (
          <path
            key={`${keyOf(node)} ${kind}`}
            class="edge"
            data-kind={kind}
            d={curve(x, y, node, i)}
          />
        )),
      )}
      {nodes.map((node) => (
        <Box key={keyOf(node)} {...node} />
      ))}
      <Box pid={view.pid} label={view.names[0] ?? view.behavior} x={x} y={y} isMiddle />
    </svg>
  );
}

const keyOf = ({ pid, label, kinds }: GraphNode): string => `${kinds[0]} ${pid ?? label}`;

/** Several ties of the same two go beside each other. */
function curve(x: number, y: number, to: GraphNode, place: number): string {
  const by = (place - (to.kinds.length - 1) / 2) * 9;
  const isBeside = Math.abs(to.x - x) > NODE.width;
  const [midX, midY] = [(x + to.x) / 2, (y + to.y) / 2];
  return isBeside
    ? `M${x},${y + by} C${midX},${y + by} ${midX},${to.y + by} ${to.x},${to.y + by}`
    : `M${x + by},${y} C${x + by},${midY} ${to.x + by},${midY} ${to.x + by},${to.y}`;
}

function Box({ pid, label, x, y, isMiddle }: BoxProps): JSX.Element {
  const box = (
    <g
      class={isMiddle ? 'box is-middle' : 'box'}
      transform={`translate(${x - NODE.width / 2},${y - NODE.height / 2})`}
    >
      <rect width={NODE.width} height={NODE.height} rx={6} />
      <text x={10} y={pid === undefined || pid === label ? 24 : 17}>
        {short(label)}
      </text>
      {pid !== undefined && pid !== label && (
        <text x={10} y={32} class="pid">
          {pid}
        </text>
      )}
    </g>
  );
  // The keyboard finds it in the text below.
  return pid === undefined || isMiddle ? (
    box
  ) : (
    <a href={processHref(pid)} tabindex={-1}>
      {box}
    </a>
  );
}

const short = (label: string): string => (label.length > 21 ? `${label.slice(0, 20)}…` : label);

interface DrawingProps {
  readonly view: ProcessView;
  readonly ties: readonly Tie[];
  readonly width: number;
}

type BoxProps = Pick<GraphNode, 'pid' | 'label' | 'x' | 'y'> & { readonly isMiddle?: boolean };
