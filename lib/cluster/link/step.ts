import { Flag, type Frame } from '../wire/frame.js';
import { acknowledge, drained, sendAgain } from './drained.js';
import { end, garbled, reset } from './end.js';
import { greet, helloCame, open } from './greet.js';
import { ask, MILLIS, publishAck, wake } from './publish.js';
import { missing, receiveEntries } from './receiveEntries.js';
import type { Effect, Event, State, Timer, World } from './state.js';

/**
 * Takes one event: changes the state of a link, and returns the effects to perform, in order. Time, tags and bytes
 * come in from outside, so that a table of events specifies it.
 *
 * The room `link` keeps what two nodes tell each other exactly once and in order, or ends and says so: begin here;
 * `state.ts` has the words, and `peerLink.ts` performs the effects.
 */
export function step(state: State, event: Event, world: World): readonly Effect[] {
  const effects: Effect[] = [];
  state.effects = effects;
  if (state.phase !== 'closed') take(state, event, world);
  return effects;
}

function take(state: State, event: Event, world: World): void {
  switch (event.type) {
    case 'transport':
      state.isUp = event.isUp;
      if (event.isUp) resume(state, world);
      return;
    case 'frame':
      return frameCame(state, event.frame, world);
    case 'garbled':
      return garbled(state, world);
    case 'drained':
      if (state.phase === 'open') drained(state, event, world);
      return;
    case 'timer':
      if (state.session.timers.delete(event.timer)) rang(state, event.timer, world);
      return;
    case 'exceeded':
      if (state.phase === 'open') reset(state, world);
      return;
    case 'leave':
      return leave(state, event.millis);
    case 'close':
      state.phase = 'closed';
  }
}

/** Goes on where it was: what was not published meanwhile is asked for by the peer, once it hears of it (D15). */
function resume(state: State, world: World): void {
  if (state.phase === 'greeting') greet(state, world);
  if (state.phase === 'open') ask(state);
}

/** Invariant: nothing of a frame has an effect unless it is of this session at both ends (D10). */
function frameCame(state: State, frame: Frame, world: World): void {
  const { session, phase } = state;
  if (frame.flags === Flag.hello) return helloCame(state, frame, world);
  if (frame.to !== session.mine) return;
  if (phase === 'greeting') {
    if (frame.flags === Flag.welcome) open(state, frame, world);
    return;
  }
  if (phase === 'over') {
    // It may be the peer's bye, sent again because its acknowledgement was lost.
    if (frame.from === session.theirs && frame.number > 0) publishAck(state);
    return;
  }
  if (frame.from !== session.theirs) {
    reset(state, world);
    return greet(state, world);
  }
  if (frame.flags === Flag.welcome) return;
  acknowledge(state, frame.ack, world);
  if (state.session !== session || state.phase !== 'open') return;
  if ((frame.flags & Flag.ackOnly) === 0) receiveEntries(state, frame, world);
  else if ((frame.flags & Flag.again) !== 0) sendAgain(state, frame.number, world);
  else if (frame.number > 0) asked(state, frame.number);
}

/** Says what was delivered, or what is missing. */
function asked(state: State, sent: number): void {
  const { session } = state;
  session.seen = Math.max(session.seen, sent);
  if (session.seen > session.received) missing(state);
  else publishAck(state);
}

function rang(state: State, timer: Timer, world: World): void {
  const { session, phase } = state;
  if (phase === 'greeting' && timer === 'hello') return greet(state, world);
  if (timer === 'bye') return end(state, 'bye');
  if (phase !== 'open') return;
  if (timer === 'ack' && session.told < session.delivered) publishAck(state);
  if (timer === 'gap' && session.seen > session.received) missing(state);
  if (timer === 'ask') lookForProgress(state, world);
}

function lookForProgress(state: State, world: World): void {
  const { kept, progressAt } = state.session;
  if (kept.size === 0) return;
  const left = progressAt + MILLIS.ask - world.now();
  if (left <= 0) ask(state);
  wake(state, 'ask', left > 0 ? left : MILLIS.ask);
}

/** The bye follows what is queued, with a drain (D63). */
function leave(state: State, millis: number): void {
  if (state.phase === 'greeting') return end(state, 'bye');
  if (state.phase !== 'open' || state.isLeaving) return;
  state.isLeaving = true;
  wake(state, 'bye', millis);
}
