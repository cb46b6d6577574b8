import { type Behavior, ProcessError, shown } from '../../core/index.js';

/** The behaviours of a system that have an id, each with its newest definition. */
export type Behaviors = Map<string, Behavior>;

/** Defines a behaviour. @throws ProcessError `Invalid` for an empty id or for no function. */
export function define(behaviors: Behaviors, id: string, behavior: Behavior): void {
  if (typeof id === 'string' && id !== '' && typeof behavior === 'function') {
    behaviors.set(id, behavior);
    return;
  }
  const hint = 'a non-empty id and a function are needed';
  throw new ProcessError('Invalid', `cannot define ${shown(id)}: ${hint}`);
}

/** The behaviour to run. @throws ProcessError `NotFound`; `Invalid` for neither a function nor an id. */
export function behaviorOf(behaviors: Behaviors, what: Behavior | string): Behavior {
  if (typeof what === 'function') return what;
  if (typeof what !== 'string') {
    throw new ProcessError('Invalid', `a behaviour is a function or an id, not ${shown(what)}`);
  }
  const behavior = behaviors.get(what);
  if (behavior !== undefined) return behavior;
  throw new ProcessError('NotFound', `no behaviour ${shown(what)}: define it with system.define`);
}
