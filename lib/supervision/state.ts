import type {
  Command,
  ExitReason,
  Message,
  Pid,
  ProcessError,
  SpawnOptions,
} from '../core/index.js';
import type { ChildStatus, Fifo } from '../runtime/index.js';
import type { ChildPlan, Plan } from './plan.js';
import type { Request } from './request.js';

/** All that a supervisor knows. */
export interface State {
  readonly plan: Plan;
  readonly children: Map<string, Child>;
  /** One thing at a time: whatever comes while there is work waits in `deferred`. */
  work: Work | undefined;
  readonly deferred: Fifo<Event>;
  /** The times of the restarts within the last period, if restarts are counted. */
  readonly restarts: Fifo<number>;
  tickets: number;
  /** How many children came from the template. */
  made: number;
  phase: 'open' | 'ending' | 'ended';
  effects: Effect[];
}

/** A child as its supervisor knows it, over all its restarts. */
export interface Child {
  readonly id: string;
  readonly plan: ChildPlan;
  readonly options: SpawnOptions;
  status: ChildStatus;
  pid: Pid | undefined;
  /** When it last started, or last failed to start, in milliseconds. */
  since: number;
  /** Restarts in a row, without a stable run between them. */
  attempts: number;
  /** Identifies the restart that is due for this child itself; 0 when none is due. */
  ticket: number;
  /** Its exit, while that waits until the work in hand is done. */
  exit: Exited | undefined;
}

/** A child has ended, or could not be spawned and never had a PID. */
export interface Exited {
  readonly type: 'exited';
  readonly child: Child;
  readonly pid: Pid | undefined;
  readonly reason: ExitReason;
  /** Whether nothing may start again where it ran: its host is stopping. */
  readonly final: boolean;
  readonly at: number;
}

/** What happens to a supervisor; `at` is when, in milliseconds. */
export type Event =
  /** The supervisor itself starts. */
  | { readonly type: 'open'; readonly at: number }
  /** A child's first turn has ended (V4). */
  | { readonly type: 'started'; readonly child: Child; readonly pid: Pid; readonly at: number }
  | Exited
  /** A failed restart is tried again, which counts as another restart (V2). */
  | { readonly type: 'retry'; readonly child: Child; readonly ticket: number; readonly at: number }
  /** The delay before a restart is over. */
  | { readonly type: 'due'; readonly child: Child; readonly ticket: number; readonly at: number }
  /** A caller asks something; `id` is the child's when the request names one that is known. */
  | {
      readonly type: 'call';
      readonly message: Message<Request>;
      readonly id: string | undefined;
      readonly at: number;
    }
  /** The supervisor is asked to end (V3). */
  | { readonly type: 'end'; readonly reason: ExitReason; readonly at: number };

/** What a supervisor wants done: commands, and effects that only the kernel can perform. */
export type Effect =
  | Command
  | { readonly type: 'start'; readonly child: Child }
  | { readonly type: 'stop'; readonly child: Child }
  | {
      readonly type: 'schedule';
      readonly child: Child;
      readonly ticket: number;
      readonly after: number;
    }
  | { readonly type: 'unschedule'; readonly child: Child }
  /** All first children have started. */
  | { readonly type: 'up' }
  /** `ending`: the supervisor ends, with so many children. */
  | { readonly type: 'warn'; readonly message: string; readonly ending?: number };

/** Why children are stopped and started; it decides what follows when that is done. */
export type Purpose =
  | { readonly type: 'open' }
  | { readonly type: 'restart'; readonly child: Child }
  | {
      readonly type: 'call';
      readonly message: Message<Request>;
      readonly child: Child;
      /** Whether the call has added the child, which is then not kept if it does not start. */
      readonly isNew?: boolean;
    }
  | { readonly type: 'end'; readonly reason: ExitReason };

/** Children to stop, from the last on, and then to start, from the first on. */
export interface Work {
  readonly purpose: Purpose;
  readonly stops: Child[];
  readonly starts: Child[];
  /** Milliseconds between the stops and the starts. */
  readonly delay: number | undefined;
  /** How many have been asked to stop and have not ended. */
  stopping: number;
}

/** Why a supervisor could not start: a child failed in its first turn (V4). */
export class ChildStartError extends Error {
  override readonly name = 'ChildStartError';
  readonly kind = 'failed_to_start_child';
  readonly id: string;
  /** The child's exit. */
  readonly reason: ExitReason;

  constructor(id: string, reason: ExitReason) {
    super(`child ${id} failed to start (${reason.type})`, { cause: causeOf(reason) });
    this.id = id;
    this.reason = reason;
  }
}

function causeOf(reason: ExitReason): unknown {
  return reason.type === 'error' ? reason.error : undefined;
}

export function reply(
  state: State,
  message: Message<Request>,
  payload: { value: unknown } | { error: ProcessError },
): void {
  state.effects.push({ type: 'reply', message, payload });
}

export function makeChild(plan: ChildPlan, id = plan.id, options = plan.options): Child {
  return {
    id,
    plan,
    options,
    status: 'stopped',
    pid: undefined,
    since: 0,
    attempts: 0,
    ticket: 0,
    exit: undefined,
  };
}

export function isAlive({ status }: Child): boolean {
  return status === 'starting' || status === 'running' || status === 'stopping';
}

/** Whether a child's spec is forgotten with it, because it comes from a template or is temporary. */
export function isPassing(state: State, { plan }: Child): boolean {
  return state.plan.strategy === 'simple_one_for_one' || plan.restart === 'temporary';
}
