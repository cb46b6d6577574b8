import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';
import { OPCODE } from './clientFrame.js';
import type { Fault } from './faultOptions.js';
import { type FaultEnd, Peer, type Plan } from './peer.js';

/** Runs a fault against a server until either side ends it, and reports what the server did. */
export async function runFault(fault: Fault, plan: Plan): Promise<FaultReport> {
  const start = performance.now();
  const peer = peerOf(fault, plan);
  const release = limit(fault, (why) => peer.stop(why));
  const ended = await peer.ended;
  release();
  const { status, code, reason, messages, socket } = peer;
  return {
    ended,
    status,
    code,
    reason,
    messages,
    bytesSent: socket.bytesWritten,
    bytesReceived: socket.bytesRead,
    millis: Math.round(performance.now() - start),
  };
}

/** A peer that begins with its messages. */
export function peerOf({ target, messages }: Fault, plan: Plan): Peer {
  return new Peer(target, {
    ...plan,
    open: (peer) => {
      for (const message of messages) {
        peer.send(typeof message === 'string' ? OPCODE.text : OPCODE.binary, message);
      }
      plan.open?.(peer);
    },
  });
}

/** Says stop when the time is over, or by the signal; the result takes both back. */
export function limit({ timeout, signal }: Fault, stop: (why: FaultEnd) => void): () => void {
  const onAbort = (): void => stop('aborted');
  const clock = timeout > 0 ? setTimeout(() => stop('timeout'), timeout) : undefined;
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  return () => {
    clearTimeout(clock);
    signal?.removeEventListener('abort', onAbort);
  };
}

/** What a server did about a fault. */
export interface FaultReport {
  /** How it ended. */
  readonly ended: FaultEnd;
  /** The status of the answer to the handshake, 101 if the connection opened; `undefined`: no answer. */
  readonly status: number | undefined;
  /** The code of the server's close frame, 1005 for one without a code; `undefined`: no close frame. */
  readonly code: number | undefined;
  /** The reason in it, '' for none. */
  readonly reason: string | undefined;
  /** How many messages the server has sent. */
  readonly messages: number;
  /** Bytes to and from the server, the handshake included. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Milliseconds from the first attempt to the end. */
  readonly millis: number;
}
