import { ProcessError, shown } from '../../core/index.js';
import { clientFrame, OPCODE } from './clientFrame.js';
import { type FaultOptions, readFault } from './faultOptions.js';
import { type FaultReport, runFault } from './runFault.js';

/**
 * A client that goes without a close frame, in the middle of a message (J6): the program has crashed, or the
 * network has changed. `ended` is `'left'`; a relay's target hears `ws.leave` with "connection lost".
 *
 * @throws ProcessError `Invalid`, by rejecting: the URL or an option.
 * @example await vanish('ws://127.0.0.1:3000/ws/room', { messages: ['hello'] });
 */
export async function vanish(url: string, options: VanishOptions = {}): Promise<FaultReport> {
  const fault = readFault('vanish', url, options, { how: true });
  const { how = 'reset' } = options;
  if (how !== 'reset' && how !== 'end') {
    throw new ProcessError('Invalid', `how: ${shown(how)} is neither 'reset' nor 'end'`);
  }
  const half = clientFrame(OPCODE.text, 'half a message').subarray(0, -7);
  return runFault(fault, {
    // A pong would stand in the middle of the frame, and be read as its end.
    isDeaf: true,
    open: (peer) => {
      // What was said before has to be with the server, because a reset takes the unread back.
      peer.socket.write(half, () => peer.after(SENT, () => peer.stop('left', how)));
    },
  });
}

/** Milliseconds in which a server reads what was written. */
const SENT = 50;

/** Options of `vanish`. */
export interface VanishOptions extends FaultOptions {
  /** By a reset of TCP, as a crash does, or by its end, as a program that is killed; default `'reset'`. */
  readonly how?: 'reset' | 'end' | undefined;
}
