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
  /** When the restarts of the last period were, if they are counted. */
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
  /** When it last began, in milliseconds. */
  since: number;
  /** Restarts in a row, without a stable run between them. */
  attempts: number;
  /** Of the restart that is due on its own account; 0 for none. */
  ticket: number;
  /** Its end, while that waits for the work in hand to be done. */
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
  /** Its own start. */
  | { readonly type: 'open'; readonly at: number }
  /** A child's first turn has ended (V4). */
  | { readonly type: 'started'; readonly child: Child; readonly pid: Pid; readonly at: number }
  | Exited
  /** A failed restart is to be tried again: another restart (V2). */
  | { readonly type: 'again'; readonly child: Child; readonly ticket: number; readonly at: number }
  /** The delay before a restart is over. */
  | { readonly type: 'due'; readonly child: Child; readonly ticket: number; readonly at: number }
  /** It is asked something, about the child of an id if about one. */
  | {
      readonly type: 'call';
      readonly message: Message<Request>;
      readonly id: string | undefined;
      readonly at: number;
    }
  /** It is told to end (V3). */
  | { readonly type: 'end'; readonly reason: ExitReason; readonly at: number };

/** What a supervisor wants done: commands, and what only the kernel can do. */
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
  | { readonly type: 'warn'; readonly message: string };

/** Why children are stopped and started, and so what follows. */
export type Purpose =
  | { readonly type: 'open' }
  | { readonly type: 'restart'; readonly child: Child }
  | { readonly type: 'call'; readonly message: Message<Request>; readonly child: Child }
  | { readonly type: 'end'; readonly reason: ExitReason };

/** Children to stop, from the last on, and then to start, from the first on. */
export interface Work {
  readonly purpose: Purpose;
  readonly stops: Child[];
  readonly starts: Child[];
  /** Milliseconds between the stops and the starts. */
  readonly delay: number | undefined;
  /** How many have been told to stop and have not ended. */
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

export function answer(
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

/** Whether a child comes from a template, or would never be restarted: its spec goes with it. */
export function isPassing(state: State, { plan }: Child): boolean {
  return state.plan.strategy === 'simple_one_for_one' || plan.restart === 'temporary';
}
