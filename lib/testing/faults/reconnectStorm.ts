import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers';
import { countOption } from '../../core/index.js';
import { type Fault, type FaultOptions, readFault } from './faultOptions.js';
import type { FaultEnd, Peer } from './peer.js';
import { limit, peerOf } from './runFault.js';

/**
 * Many clients that all come at once, are all cut off, and all come again (J8): what a server meets after a
 * break of the network, or after it was started anew. A round ends when every client has its answer; then TCP
 * is reset for all of them.
 *
 * @throws ProcessError `Invalid`, by rejecting: the URL or an option.
 * @example const { statuses } = await reconnectStorm('ws://127.0.0.1:3000/ws', { clients: 500 });
 */
export async function reconnectStorm(
  url: string,
  options: StormOptions = {},
): Promise<StormReport> {
  const fault = readFault('reconnectStorm', url, options, { clients: true, rounds: true });
  const clients = countOption('clients', options.clients ?? 100, { max: 65_536 });
  const rounds = countOption('rounds', options.rounds ?? 3);
  const start = performance.now();
  const storm = new Storm();
  const release = limit(fault, (why) => storm.stop(why));
  for (let round = 0; round < rounds && storm.ended === undefined; round++) {
    await storm.round(fault, clients);
  }
  release();
  const { ended = 'left', statuses, unanswered, slowest, bytesSent, bytesReceived } = storm;
  const millis = Math.round(performance.now() - start);
  return { ended, statuses, unanswered, slowest, bytesSent, bytesReceived, millis };
}

/** Options of `reconnectStorm`; each client says its `messages` before it is cut off. */
export interface StormOptions extends FaultOptions {
  /** How many clients; default 100. A process may have no more than its limit of open files. */
  readonly clients?: number | undefined;
  /** How often they come; default 3. */
  readonly rounds?: number | undefined;
}

/** What a server did about a storm. */
export interface StormReport {
  /** `'left'` when all rounds are over; `'timeout'` or `'aborted'` when it was given up. */
  readonly ended: FaultEnd;
  /** How many handshakes got which status, `{ 101: 290, 503: 10 }`. */
  readonly statuses: Readonly<Record<number, number>>;
  /** How many got none: refused by the operating system, or cut off. */
  readonly unanswered: number;
  /** Milliseconds until the slowest answer of all. */
  readonly slowest: number;
  /** Bytes to and from the server, the handshakes included. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Milliseconds from the first attempt to the end. */
  readonly millis: number;
}

class Storm implements Omit<StormReport, 'ended' | 'millis'> {
  ended: FaultEnd | undefined;
  readonly statuses: Record<number, number> = {};
  unanswered = 0;
  slowest = 0;
  bytesSent = 0;
  bytesReceived = 0;
  #peers: readonly Peer[] = [];

  stop(why: FaultEnd): void {
    this.ended ??= why;
    for (const peer of this.#peers) peer.stop(why);
  }

  async round(fault: Fault, clients: number): Promise<void> {
    const start = performance.now();
    const answers: Promise<unknown>[] = [];
    this.#peers = Array.from({ length: clients }, () => {
      let onOpen = (): void => {};
      const opened = new Promise<void>((resolve) => {
        onOpen = resolve;
      });
      const peer = peerOf(fault, { open: () => onOpen() });
      answers.push(Promise.race([opened, peer.ended]));
      return peer;
    });
    await Promise.all(answers);
    this.slowest = Math.max(this.slowest, Math.round(performance.now() - start));
    // A turn, so that what the last of them has said leaves before it does.
    await new Promise((resolve) => setImmediate(resolve));
    for (const peer of this.#peers) peer.stop('left');
    await Promise.all(this.#peers.map((peer) => this.#count(peer)));
  }

  async #count(peer: Peer): Promise<void> {
    await peer.ended;
    const { status, socket } = peer;
    this.bytesSent += socket.bytesWritten;
    this.bytesReceived += socket.bytesRead;
    if (status === undefined) this.unanswered++;
    else this.statuses[status] = (this.statuses[status] ?? 0) + 1;
  }
}
