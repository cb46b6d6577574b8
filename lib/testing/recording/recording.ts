import {
  type Duration,
  durationOption,
  type Pid,
  ProcessError,
  type TraceEvent,
} from '../../core/index.js';

/** The events of one process, `at` counted from its first turn. */
export interface Recording {
  readonly pid: Pid;
  readonly events: readonly TraceEvent[];
  readonly end: End;
}

/** What `toMarbles` and `toSpec` have in common. */
export interface RecordingOptions {
  /** Whose events, where the trace is of several processes. */
  readonly pid?: Pid | undefined;
  /**
   * Times are rounded to multiples of this; default `'1ms'`. Real timers fire late: a recording of a
   * live system with timers in it wants some `'50ms'`, one on virtual time wants nothing.
   */
  readonly grain?: Duration | undefined;
}

/** How the process ended: `outside` is a kill, a stop, or an exit that it did not trap. */
export type End = 'completed' | 'crashed' | 'outside' | 'open';

type EventOf<T> = Extract<TraceEvent, { readonly type: T }>;

export function isEvent<T extends TraceEvent['type']>(type: T) {
  return (event: TraceEvent): event is EventOf<T> => event.type === type;
}

/** @throws ProcessError `Invalid`: nothing recorded, several processes, or a bad `grain`. */
export function recordingOf(trace: readonly TraceEvent[], options: RecordingOptions): Recording {
  const pids = [...new Set(trace.map(({ pid }) => pid))];
  const pid = options.pid ?? pids[0];
  if (options.pid === undefined && pids.length > 1) {
    throw new ProcessError('Invalid', `the trace is of ${pids.join(', ')}: say which with pid`);
  }
  const own = trace.filter((event) => event.pid === pid);
  const [first] = own;
  if (pid === undefined || first === undefined) {
    throw new ProcessError('Invalid', `the trace has no event of ${pid ?? 'any process'}`);
  }
  const grain = Math.max(1, durationOption('grain', options.grain ?? 1));
  const start = (own.find(isEvent('started')) ?? first).at;
  const since = (at: number): number => Math.max(0, Math.round((at - start) / grain) * grain);
  const events = own.map((event) => ({ ...event, at: since(event.at) }));
  return { pid, events, end: endOf(events) };
}

function endOf(events: readonly TraceEvent[]): End {
  const exit = events.find(isEvent('exited'));
  if (exit === undefined) return 'open';
  const last = events.findLast((event) => ends(event, exit));
  if (last?.type === 'signal') return 'outside';
  return last === undefined && exit.reason.type === 'error' ? 'crashed' : 'completed';
}

/** Whether an event is what ended the process in this way. */
export function ends(event: TraceEvent, { reason }: EventOf<'exited'>): boolean {
  if (event.type === 'emitted' || event.type === 'sent') {
    return event.command?.type === 'done' || event.command?.type === 'exit';
  }
  if (event.type !== 'signal') return false;
  const { signal } = event;
  switch (signal.kind) {
    case 'exit':
      return (
        signal.reason === reason || (signal.reason.type === 'kill' && reason.type === 'killed')
      );
    case 'kill':
      return reason.type === 'killed';
    case 'stop':
      return reason.type === 'shutdown';
    default:
      return signal.kind === 'overflow';
  }
}
