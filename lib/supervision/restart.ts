import { isOrderly } from '../core/index.js';
import { begin, end, giveUp, isRetryable, retire, unschedule } from './advance.js';
import { delayOf } from './backoff.js';
import type { Child, Exited, State } from './state.js';

/** Restarts a child and the siblings that its strategy adds, unless a limit is exceeded (V1, V2, V5). */
export function restart(state: State, child: Child, at: number): void {
  const { backoff } = state.plan;
  child.status = 'restarting';
  const isStable = backoff !== undefined && at - child.since >= backoff.stableThreshold;
  child.attempts = isStable ? 1 : child.attempts + 1;
  const limit = exceeded(state, child, at);
  if (limit !== undefined) {
    const message = `child ${child.id} fails too often: ${limit}`;
    state.effects.push({ type: 'warn', message, ending: state.children.size });
    return end(state, { type: 'shutdown' });
  }
  const group = groupOf(state, child);
  for (const each of group) unschedule(state, each);
  const starts = group.filter(({ plan }) => plan.restart !== 'temporary');
  const delay = backoff && delayOf(backoff, child.attempts);
  begin(state, { type: 'restart', child }, group, starts, delay);
}

/** A child has ended by itself: its restart type says what follows (V1, V6). */
export function exited(state: State, { child, reason, final, at }: Exited): void {
  const { restart: type } = child.plan;
  const wanted = type === 'permanent' || (type === 'transient' && !isOrderly(reason));
  child.exit = undefined;
  child.pid = undefined;
  if (!wanted || final) retire(state, child);
  else if (!isRetryable(reason)) giveUp(state, child);
  else restart(state, child, at);
}

/** Starts a group when its back-off delay is over: children that were stopped together start together. */
export function startGroup(state: State, child: Child): void {
  child.ticket = 0;
  const starts = groupOf(state, child).filter(({ status }) => status === 'restarting');
  begin(state, { type: 'restart', child }, [], starts);
}

/** Counts a restart, and returns the limit that it exceeds, or `undefined` when it exceeds none. */
function exceeded(state: State, { attempts }: Child, at: number): string | undefined {
  const { intensity, period, backoff } = state.plan;
  if (backoff !== undefined && backoff.maxAttempts > 0 && attempts > backoff.maxAttempts) {
    return `maxAttempts is ${backoff.maxAttempts} (raise it, or give restart: 'temporary')`;
  }
  if (intensity === Infinity) return undefined;
  const { restarts } = state;
  restarts.push(at);
  while (at - (restarts.peek() as number) > period) restarts.shift();
  if (restarts.size <= intensity) return undefined;
  const remedy = "raise intensity, give backoff, or restart: 'temporary'";
  return `intensity is ${intensity} in ${period} ms (${remedy})`;
}

/** The children that a restart concerns, in their order: none that is stopped for good. */
export function groupOf(state: State, child: Child): Child[] {
  const { strategy } = state.plan;
  if (strategy === 'one_for_one' || strategy === 'simple_one_for_one') return [child];
  const all = [...state.children.values()];
  const group = strategy === 'one_for_all' ? all : all.slice(all.indexOf(child));
  return group.filter(({ status }) => status !== 'stopped');
}
