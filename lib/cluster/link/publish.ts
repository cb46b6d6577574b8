import { encodeFrame, Flag, type Header } from '../wire/frame.js';
import type { Session, State, Timer } from './state.js';

/** Publishes, unless the transport would lose it (D15). */
export function publish(state: State, bytes: Uint8Array): void {
  if (state.isUp) state.effects.push({ type: 'publish', bytes });
}

/** Publishes a frame of the session. What it acknowledges counts as told: `ask` says it again once the transport is back. */
export function publishInSession(state: State, bytes: Uint8Array): void {
  const { session } = state;
  session.told = session.delivered;
  session.owed.entries = 0;
  session.owed.bytes = 0;
  publish(state, bytes);
}

/** Acknowledges alone. */
export function publishAck(state: State): void {
  publishControl(state, Flag.ackOnly, 0);
}

/** Tells the peer what was sent, so that it says what it has, or what it lacks (D13). */
export function ask(state: State): void {
  publishControl(state, Flag.ackOnly, state.session.sent);
}

/** A frame that is not kept, because it only says how things are. */
export function publishControl(state: State, flags: number, number: number): void {
  publishInSession(state, encodeFrame(headerOf(state.session, flags, number)));
}

export function headerOf(session: Session, flags: number, number: number): Header {
  return { flags, from: session.mine, to: session.theirs, number, ack: session.delivered };
}

/** Sets a timer, unless it runs. */
export function wake(state: State, timer: Timer, millis: number): void {
  const { timers } = state.session;
  if (timers.has(timer)) return;
  timers.add(timer);
  state.effects.push({ type: 'wake', timer, millis });
}

/** Milliseconds of the timers. */
export const MILLIS = {
  /** A hello without an answer is repeated. */
  hello: 200,
  /** What was delivered is acknowledged by a frame of its own (D12). */
  ack: 20,
  /** Without progress an acknowledgement is asked for (D13). */
  ask: 200,
  /** What is missing is asked for again (D13). */
  gap: 50,
} as const;
