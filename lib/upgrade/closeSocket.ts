import { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';

/**
 * Ends a socket behind its answer. What the client still sends is read and dropped, since TCP would reset a
 * connection that is closed over unread bytes, and the answer would be lost with it. Once the answer is out,
 * the client has 2 s to end its side; `end` alone would leave it half open for ever.
 */
export function closeSocket(socket: Socket): void {
  socket.end();
  // A server may be given connections that are Duplex streams; these end by themselves.
  if (!(socket instanceof Socket) || socket.destroyed) return;
  socket.resume();
  limitIdle(socket);
  socket.once('finish', () => {
    const timer = setTimeout(() => socket.destroy(), LINGER);
    socket.once('close', () => clearTimeout(timer));
    // Nobody has to wait for a client that has its answer, Node's own end least of all (Q3).
    timer.unref();
    socket.unref();
  });
}

/** Cuts a client off that for 10 s has read nothing of its answer. */
export function limitIdle(socket: Socket): void {
  if (!socket.destroyed) socket.setTimeout(IDLE, () => socket.destroy());
}

/** Milliseconds. */
const LINGER = 2_000;
const IDLE = 10_000;
