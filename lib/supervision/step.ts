import { Fifo } from '../runtime/index.js';
import { begin, end, exitedDuringWork, started } from './advance.js';
import { handleRequest } from './handleRequest.js';
import type { Plan } from './plan.js';
import { exited, restart, startGroup } from './restart.js';
import { type Effect, type Event, makeChild, type State } from './state.js';

/**
 * Takes one event: changes the state of a supervisor, and returns the effects to perform, in order. Time
 * comes in with the events and chance with the plan, so that a table of events specifies it. The state
 * is changed in place, because a copy would cost ten thousand children at the restart of one.
 */
export function step(state: State, event: Event): readonly Effect[] {
  state.effects = [];
  take(state, event);
  while (state.work === undefined && state.deferred.size > 0) take(state, state.deferred.shift());
  return state.effects;
}

/** Slots that each of its queues keeps after a burst. */
const KEEP = 256;

/** A supervisor before its start. */
export function initial(plan: Plan): State {
  const isTemplate = plan.strategy === 'simple_one_for_one';
  const children = isTemplate ? [] : plan.children.map((child) => makeChild(child));
  return {
    plan,
    children: new Map(children.map((child) => [child.id, child])),
    work: undefined,
    deferred: new Fifo(KEEP),
    restarts: new Fifo(KEEP),
    tickets: 0,
    made: 0,
    phase: 'open',
    effects: [],
  };
}

function take(state: State, event: Event): void {
  const { work } = state;
  if (state.phase === 'ended') return;
  switch (event.type) {
    case 'end':
      return end(state, event.reason);
    case 'started':
      return started(state, event.child, event.pid, event.at);
    case 'exited':
      if (work !== undefined) return exitedDuringWork(state, work, event);
      // The PIDs differ when work that was in hand at the exit has dealt with it already.
      if (event.child.pid === event.pid) exited(state, event);
      return;
    default:
      if (state.phase !== 'open') return;
      if (work !== undefined) state.deferred.push(event);
      else decide(state, event);
  }
}

/** Handles the events that wait while there is work. */
function decide(state: State, event: Exclude<Event, { type: 'end' | 'started' | 'exited' }>): void {
  switch (event.type) {
    case 'open': {
      const starts = [...state.children.values()];
      return begin(state, { type: 'open' }, [], starts);
    }
    case 'retry':
      if (event.child.ticket !== event.ticket) return;
      event.child.ticket = 0;
      return restart(state, event.child, event.at);
    case 'due':
      if (event.child.ticket === event.ticket) startGroup(state, event.child);
      return;
    case 'call':
      return handleRequest(state, event.message, event.id, event.at);
  }
}
