import type { JSX } from 'preact';
import { processHref } from '../common/routeOf.js';
import type { LifeState } from './foldLife.js';
import { lanes, ROWS } from './lanes.js';
import { SpecButton } from './specButton.js';

/** Above each lane whose it is, and what can be made of it; beside its rows what they are. */
export function LaneHeads({ life }: { readonly life: LifeState }): JSX.Element {
  return (
    <>
      {life.lanes.map((lane, i) => (
        <div key={lane.pid} class="lane-head" style={{ top: `${lanes.top(i)}px` }}>
          <a href={processHref(lane.pid)}>
            <b>{lane.label}</b>
            {lane.label !== lane.pid && <code> {lane.pid}</code>}
          </a>
          <SpecButton lane={lane} life={life.id as number} />
        </div>
      ))}
      {life.lanes.flatMap((lane, i) =>
        ROWS.map((row) => (
          <span
            key={`${lane.pid} ${row}`}
            class="row-name"
            data-row={row}
            style={{ top: `${lanes.y(i, row)}px` }}
            aria-hidden="true"
          >
            {row}
          </span>
        )),
      )}
    </>
  );
}
