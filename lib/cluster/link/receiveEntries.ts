import { Flag, type Frame } from '../wire/frame.js';
import { garbled } from './end.js';
import { MILLIS, publishControl, wake } from './publish.js';
import type { State, World } from './state.js';

/** Takes the next frame and no other (D12), and hands over what is whole. */
export function receiveEntries(state: State, frame: Frame, world: World): void {
  const { session } = state;
  const { number, flags, body } = frame;
  session.seen = Math.max(session.seen, number);
  if (number <= session.received) {
    // The peer has not heard the acknowledgement.
    session.told = 0;
    return wake(state, 'ack', MILLIS.ack);
  }
  if (number > session.received + 1) return missing(state);
  session.received = number;
  session.inHand += body.length;
  const isPiece = (flags & Flag.more) !== 0;
  if (isPiece || session.pieces.length > 0) session.pieceBytes += body.length;
  if (isTooMuch(state, world)) return garbled(state, world);
  if (isPiece) {
    session.pieces.push(body);
    return;
  }
  if ((flags & Flag.bye) !== 0) session.peerBye = number;
  state.effects.push({ type: 'deliver', number, body: joined(state, body) });
}

/** Whether a peer has more under way than its window or an entry may have: it could fill the memory. */
function isTooMuch({ session, limits }: State, { maxMessage }: World): boolean {
  const { inHand, pieces, pieceBytes } = session;
  return inHand > limits.exempt || pieces.length > limits.entries || pieceBytes > maxMessage + HEAD;
}

/** Room for what crosses in place of something that was too large, an error and its stack at most. */
const HEAD = 64 * 1024;

/** Asks for what comes next, and for everything behind it (D13). */
export function missing(state: State): void {
  const { session } = state;
  if (session.timers.has('gap')) return;
  state.counters.gaps++;
  publishControl(state, Flag.ackOnly + Flag.again, session.received + 1);
  wake(state, 'gap', MILLIS.gap);
}

function joined({ session }: State, last: Uint8Array): Uint8Array {
  const { pieces } = session;
  if (pieces.length === 0) return last;
  session.pieces = [];
  session.pieceBytes = 0;
  return Buffer.concat([...pieces, last]);
}
