import type { Pid } from '../../core/index.js';
import type { Resident } from '../kernel/resident.js';
import type { Events } from '../telemetry/events.js';
import type { Supervision } from './supervision.js';

/**
 * Warns of a process that was asked to stop and is killed, because its time is over: it had a stop wait for
 * all of that, and nothing else would tell who did. The text says why it had time, and how to end in it (V3).
 */
export function warnStopTimeout(process: Stoppable, millis: number): void {
  const { kernel, pid, ownNames } = process;
  // A connection waits for its client, whom no text reaches. And who still waits to be asked, because its
  // supervisor stops another child first, is not to blame: its AbortSignal has not fired.
  if (process.extension?.isConnection === true || !process.abortSignal.aborted) return;
  const who = [...ownNames, pid].join(' ');
  const time = millis < 1_000 ? `${millis} ms` : `${Math.round(millis / 1_000)} s`;
  const text = `${who} was killed after ${time}: ${whyItHadTime(process)}`;
  kernel.events.warning('stop_timeout', text, pid);
}

function whyItHadTime({ supervision, signals, trapLinks }: Stoppable): string {
  if (supervision?.team !== undefined) return 'its children had not ended; give it more time';
  if (signals.everRead) {
    return 'it has subscribed self.signals$ and did not end; end its stream at the CANCEL there';
  }
  const used = trapLinks ? 'it traps links' : 'it has used self.abortSignal';
  return `${used} and did not end; add takeUntil(self.signals$)`;
}

/** A process as its stop sees it. */
export interface Stoppable {
  readonly pid: Pid;
  readonly ownNames: readonly string[];
  readonly kernel: { readonly events: Pick<Events, 'warning'> };
  readonly extension: Resident['extension'];
  readonly abortSignal: AbortSignal;
  readonly supervision: Supervision | undefined;
  readonly signals: { readonly everRead: boolean };
  readonly trapLinks: boolean;
}
