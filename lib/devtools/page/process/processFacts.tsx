import type { JSX } from 'preact';
import type { ProcessView } from '../../wire/processView.js';
import { ActionButton } from '../actions/actionButton.js';
import { actions } from '../actions/actions.js';
import { type Fact, Facts } from '../common/facts.js';
import { format } from '../common/format.js';
import { Status } from '../common/status.js';
import { useWatch } from '../server/useWatch.js';

/** What a process is and does, in figures, and what may be done to it. */
export function ProcessFacts({ pid }: { readonly pid: string }): JSX.Element {
  const { value: view, refusal, hasEnded } = useWatch<ProcessView>({ watch: 'process', pid });
  const title = view?.names[0] ?? view?.behavior ?? pid;
  return (
    <section class="about card" aria-label="What it is">
      <div class="bar">
        <h2>
          {title} {title !== pid && <code>{pid}</code>}
        </h2>
        {hasEnded ? <Status of="ended" /> : view && <Status of={view.status} />}
        <span class="spring" />
        {view && !hasEnded && (
          <>
            <ActionButton action={actions.send(pid, title)} />
            <ActionButton action={actions.terminate(pid, title)} />
          </>
        )}
      </div>
      {refusal && (
        <p class="problem">
          {refusal.code === 'NotFound' ? 'It has ended, or there never was one.' : refusal.text}
        </p>
      )}
      {view && <Facts facts={factsOf(view)} />}
    </section>
  );
}

function factsOf(view: ProcessView): readonly Fact[] {
  const { names, groups, depth, highWater, timers } = view;
  return [
    ['Behaviour', view.behavior],
    ['Host', view.host],
    ...(names.length > 0 ? ([['Names', names.join(', ')]] satisfies Fact[]) : []),
    ...(groups.length > 0 ? ([['Groups', groups.join(', ')]] satisfies Fact[]) : []),
    ['Waiting', `${format.count(depth)}, at most ${format.count(highWater)}`],
    ['Handled', format.count(view.handled)],
    ['Timers', format.count(timers)],
    ['Uptime', format.duration(view.uptime)],
  ];
}
