import { type Body, bodiesOf } from '../wire/bodiesOf.js';
import { encodeFrame, Flag, HEADER } from '../wire/frame.js';
import { end, garbled } from './end.js';
import { headerOf, MILLIS, publish, publishAck, publishInSession, wake } from './publish.js';
import type { Delivered, Event, Session, State, World } from './state.js';

/** A drain has ended: its entries leave in as few frames as hold them, and what it has delivered is acknowledged (D12). */
export function drained(
  state: State,
  { delivered, entries, bye }: Extract<Event, { type: 'drained' }>,
  world: World,
): void {
  const { session } = state;
  if (delivered !== undefined) noteDelivered(session, delivered);
  // A server with a tiny limit must not make it cut for ever.
  for (const body of bodiesOf(entries, Math.max(1, world.maxFrame() - HEADER))) {
    sendNext(state, body.more ? Flag.more : 0, body, world);
  }
  if (bye) {
    sendNext(state, Flag.bye, EMPTY, world);
    session.bye = session.sent;
  }
  if (session.peerBye > 0 && session.delivered >= session.peerBye) {
    publishAck(state);
    return end(state, 'left');
  }
  if (session.told === session.delivered) return;
  if (isQuarter(session)) publishAck(state);
  else wake(state, 'ack', MILLIS.ack);
}

const EMPTY: Body = { parts: [], size: 0, entries: 0, more: false };

function noteDelivered(session: Session, { number, entries, bytes }: Delivered): void {
  session.delivered = number;
  session.inHand -= bytes;
  session.owed.entries += entries;
  session.owed.bytes += bytes;
}

function isQuarter({ owed, window: { limits } }: Session): boolean {
  return owed.entries >= limits.entries / 4 || owed.bytes >= limits.bytes / 4;
}

function sendNext(state: State, flags: number, body: Body, world: World): void {
  const { session, counters } = state;
  const { entries, size } = body;
  const bytes = encodeFrame(headerOf(session, flags, ++session.sent), body.parts, size);
  if (session.kept.size === 0) session.progressAt = world.now();
  session.kept.set(session.sent, { bytes, entries, size, at: state.isUp ? world.now() : NaN });
  counters.entriesOut += entries;
  counters.bytesOut += size;
  publishInSession(state, bytes);
  wake(state, 'ask', MILLIS.ask);
}

/** Gives the window back for what the peer has handed over (D16). */
export function acknowledge(state: State, ack: number, world: World): void {
  const { session } = state;
  const { kept, window } = session;
  if (ack > session.sent) return garbled(state, world);
  if (ack <= session.acked) return;
  const wasPressed = window.isPressed;
  noteRoundTrip(state, world.now() - (kept.get(ack)?.at ?? NaN));
  while (session.acked < ack) {
    const frame = kept.get(++session.acked);
    kept.delete(session.acked);
    if (frame !== undefined) window.give(frame.entries, frame.size);
  }
  session.progressAt = world.now();
  if (wasPressed && !window.isPressed) state.effects.push({ type: 'relieved' });
  if (session.bye > 0 && ack >= session.bye) end(state, 'bye');
}

function noteRoundTrip({ counters }: State, millis: number): void {
  if (Number.isNaN(millis)) return;
  const { roundTrip = millis } = counters;
  counters.roundTrip = roundTrip + (millis - roundTrip) / 8;
}

/**
 * Sends everything again from there, with the same numbers and bytes (D13). Who asks more often than a peer does is not
 * answered, or a few bytes would make this node send a window each.
 */
export function sendAgain(state: State, from: number, world: World): void {
  const { session } = state;
  const { kept, acked, sent, quietUntil } = session;
  if (!state.isUp || world.now() < quietUntil) return;
  let bytes = 0;
  for (let number = Math.max(from, acked + 1); number <= sent; number++) {
    const frame = kept.get(number);
    if (frame === undefined) continue;
    frame.at = NaN;
    state.counters.again++;
    bytes += frame.size;
    publish(state, frame.bytes);
  }
  session.quietUntil = world.now() + MILLIS.gap / 2 + bytes / BYTES_PER_MILLI;
}

/** So much is sent again at most, some 250 MB a second: the client of NATS keeps what the server does not take. */
const BYTES_PER_MILLI = 256 * 1024;
