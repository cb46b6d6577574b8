import { type ExitReason, exitResult, isNormal, ProcessError } from '../core/index.js';
import {
  type Child,
  ChildStartError,
  type Exited,
  isAlive,
  isPassing,
  type Purpose,
  reply,
  type State,
  type Work,
} from './state.js';

/** Takes the next step of the work in hand, unless a child that was asked to stop has not ended yet. */
export function advance(state: State): void {
  const work = state.work as Work;
  // The last child stops first, one after the other. Those of a template are equals and stop together.
  const together = state.plan.strategy === 'simple_one_for_one';
  while (work.stops.length > 0 && (together || work.stopping === 0)) {
    stop(state, work, work.stops.pop() as Child);
  }
  if (work.stopping > 0) return;
  if (work.delay !== undefined) return wait(state, work, work.delay);
  const next = work.starts.shift();
  if (next !== undefined) return start(state, next);
  state.work = undefined;
  finish(state, work.purpose);
}

/** Codes that the same call may not meet again, once other processes have started or ended. */
const PASSING: ReadonlySet<string> = new Set(['NotFound', 'AlreadyExists']);

/** Begins to stop and to start children. Only the end of the supervisor may replace other work. */
export function begin(
  state: State,
  purpose: Purpose,
  stops: Child[],
  starts: Child[],
  delay?: number,
): void {
  state.work = { purpose, stops, starts, delay, stopping: 0 };
  advance(state);
}

/** Ends the supervisor for a reason, its children first, from the last to the first (V2, V3). */
export function end(state: State, reason: ExitReason): void {
  if (state.phase !== 'open') return; // the first cause wins
  state.phase = 'ending';
  const children = [...state.children.values()];
  for (const child of children) unschedule(state, child);
  begin(state, { type: 'end', reason }, children, []);
}

function stop(state: State, work: Work, child: Child): void {
  if (child.exit !== undefined) return down(state, work, child); // it ended by itself before its turn
  if (!isAlive(child)) return;
  work.stopping++;
  if (child.status === 'stopping') return; // the work that this one replaces has asked it already
  child.status = 'stopping';
  state.effects.push({ type: 'stop', child });
}

function start(state: State, child: Child): void {
  child.status = 'starting';
  child.pid = undefined;
  child.exit = undefined;
  state.effects.push({ type: 'start', child });
}

/** Waits for the back-off delay: the group is down, and is started again with the child that has failed. */
function wait(state: State, { purpose }: Work, after: number): void {
  state.work = undefined;
  const { child } = purpose as Purpose & { type: 'restart' };
  child.ticket = ++state.tickets;
  state.effects.push({ type: 'schedule', child, ticket: child.ticket, after });
}

export function unschedule(state: State, child: Child): void {
  if (child.ticket === 0) return;
  child.ticket = 0;
  state.effects.push({ type: 'unschedule', child });
}

function finish(state: State, purpose: Purpose): void {
  switch (purpose.type) {
    case 'open':
      state.effects.push({ type: 'up' });
      return;
    case 'restart':
      return;
    case 'call': {
      const { message, child } = purpose;
      const value = message.payload.type === 'terminate' ? undefined : child.pid;
      return reply(state, message, { value });
    }
    case 'end':
      state.phase = 'ended';
      state.effects.push({ type: 'exit', reason: purpose.reason });
  }
}

/** A child's first turn is over, so it has started (V4), unless it was asked to stop meanwhile. */
export function started(state: State, child: Child, pid: Child['pid'], at: number): void {
  if (child.status !== 'starting') return;
  child.status = 'running';
  child.pid = pid;
  child.since = at;
  advance(state);
}

/** Handles an exit while there is work. */
export function exitedDuringWork(state: State, work: Work, event: Exited): void {
  const { child, reason } = event;
  const { status } = child;
  if (status === 'stopping') {
    work.stopping--;
    down(state, work, child);
    advance(state);
  } else if (status === 'starting' && !isNormal(reason)) {
    failed(state, work, event);
  } else {
    child.exit = event;
    state.deferred.push(event);
    // It ended normally in its first turn, so it has started; what its exit means is decided later.
    if (status === 'starting') started(state, child, event.pid, event.at);
  }
}

function down(state: State, work: Work, child: Child): void {
  retire(state, child);
  if (work.starts.includes(child)) child.status = 'restarting';
}

/** Marks a child as stopped for good, and forgets it when nobody may start it again. */
export function retire(state: State, child: Child): void {
  child.pid = undefined;
  child.exit = undefined;
  child.status = 'stopped';
  if (isPassing(state, child)) state.children.delete(child.id);
}

/** A child did not start (V4); what follows depends on why it was being started. */
function failed(state: State, { purpose }: Work, event: Exited): void {
  const { child, reason, at } = event;
  switch (purpose.type) {
    case 'open':
      child.status = 'stopped';
      return end(state, { type: 'error', error: new ChildStartError(child.id, reason) });
    case 'call': {
      if (purpose.isNew) state.children.delete(child.id);
      child.status = 'stopped';
      state.work = undefined;
      const cause = new ChildStartError(child.id, reason);
      const error = new ProcessError('Unavailable', cause.message, { cause });
      return reply(state, purpose.message, { error });
    }
    case 'restart':
      return retry(state, child, reason, at);
    case 'end':
      // Nothing is tried again, and whoever stops the child finds it gone.
      child.exit = event;
  }
}

/** A restart has failed: it is tried again behind the deferred events, and counts once more (V2). */
function retry(state: State, child: Child, reason: ExitReason, at: number): void {
  if (!isRetryable(reason)) {
    giveUp(state, child);
    return advance(state);
  }
  state.work = undefined;
  child.status = 'restarting';
  child.since = at;
  child.ticket = ++state.tickets;
  state.deferred.push({ type: 'retry', child, ticket: child.ticket, at });
}

/**
 * Whether a restart may succeed: the error, or the value of a normal exit, is not marked `retryable: false` (V6).
 * `NotFound` and `AlreadyExists` count as retryable, because other processes may have started or ended by then.
 */
export function isRetryable(reason: ExitReason): boolean {
  const { value, error = value } = exitResult(reason);
  if (error instanceof ProcessError && PASSING.has(error.code)) return true;
  return (error as { retryable?: unknown } | null | undefined)?.retryable !== false;
}

/** Gives up a child that should run and cannot; warns, because nobody would notice otherwise (V6). */
export function giveUp(state: State, child: Child): void {
  const message = `child ${child.id} is not restarted: its exit is marked as not retryable`;
  state.effects.push({ type: 'warn', message });
  retire(state, child);
}
