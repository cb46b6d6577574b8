import { type Behavior, ProcessError } from '../core/index.js';

/** The behaviours of a system that have an id, each in its newest definition. */
export type Behaviors = Map<string, Behavior>;

/** @throws ProcessError `Invalid`. */
export function define(behaviors: Behaviors, id: string, behavior: Behavior): void {
  if (typeof id === 'string' && id !== '' && typeof behavior === 'function') {
    behaviors.set(id, behavior);
    return;
  }
  const what = `cannot define ${typeof id === 'string' ? JSON.stringify(id) : String(id)}`;
  throw new ProcessError('Invalid', `${what}: a non-empty id and a function are needed`);
}

/** @throws ProcessError `NotFound`; `Invalid` for what is neither a function nor an id. */
export function behaviorOf(behaviors: Behaviors, what: Behavior | string): Behavior {
  if (typeof what === 'function') return what;
  if (typeof what !== 'string') {
    throw new ProcessError('Invalid', `a behaviour is a function or an id, not ${typeof what}`);
  }
  const behavior = behaviors.get(what);
  if (behavior !== undefined) return behavior;
  throw new ProcessError('NotFound', `no behaviour '${what}': define it with system.define`);
}
