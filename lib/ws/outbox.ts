import { randomBytes } from 'node:crypto';
import { Socket as NetSocket } from 'node:net';
import { clearInterval, setInterval } from 'node:timers';
import { countOption, type Duration, durationOption } from '../core/index.js';
import type { Socket } from '../relay/index.js';
import { inNoContext, kernelOf, type System } from '../runtime/index.js';
import { forgetFrame } from './encodeFrame.js';
import type { Outgoing } from './outgoing.js';
import type { RelayWebSocket } from './relayWebSocket.js';
import { ServerSocket, type SocketOwner } from './serverSocket.js';

/**
 * What the sockets of one relay share: one flush at the end of a drain for all that were written to, and
 * one timer that pings them all, instead of a timer for each.
 */
export class Outbox implements SocketOwner {
  readonly maxBuffered: number;
  readonly pingPayload = randomBytes(8);
  readonly #afterDrain: (flush: () => void) => void;
  readonly #pingInterval: number;
  readonly #sockets = new Set<ServerSocket>();
  #written: Outgoing[] = [];
  #sweep: NodeJS.Timeout | undefined;

  constructor(
    system: System,
    { maxBuffered = 4 * 1024 * 1024, pingInterval = '30s' }: OutboxOptions,
  ) {
    this.maxBuffered = countOption('maxBuffered', maxBuffered);
    this.#pingInterval = durationOption('pingInterval', pingInterval);
    const { queue } = system[kernelOf];
    this.#afterDrain = (flush) => queue.afterDrain(flush);
  }

  /** Makes a Socket of the relay from an open WebSocket. */
  open(ws: RelayWebSocket, net: NetSocket): Socket {
    // Without pings, only TCP's keep-alive can find a client that has vanished; a Duplex has none.
    if (this.#pingInterval === 0 && net instanceof NetSocket) net.setKeepAlive(true, KEEP_ALIVE);
    return new ServerSocket(ws, net, this);
  }

  /** Notes what has to be flushed at the end of the drain. */
  post(outgoing: Outgoing): void {
    if (this.#written.push(outgoing) === 1) this.#afterDrain(this.#flush);
  }

  add(socket: ServerSocket): void {
    this.#sockets.add(socket);
    if (this.#pingInterval === 0 || this.#sweep !== undefined) return;
    const delay = Math.min(this.#pingInterval, 2 ** 31 - 1);
    const sweep = (): void => {
      for (const open of this.#sockets) open.check();
    };
    // The timer serves all sockets, so it must not run in the context of the first one's request.
    this.#sweep = inNoContext(() => setInterval(sweep, delay));
  }

  /** Stops the timer with the last socket, so that nothing keeps Node alive (Q3). */
  remove(socket: ServerSocket): void {
    this.#sockets.delete(socket);
    if (this.#sockets.size > 0) return;
    clearInterval(this.#sweep);
    this.#sweep = undefined;
  }

  readonly #flush = (): void => {
    const written = this.#written;
    this.#written = [];
    for (const outgoing of written) outgoing.flush();
    forgetFrame();
  };
}

/** Milliseconds that a connection without pings may be idle before TCP probes it. */
const KEEP_ALIVE = 30_000;

/** Limits of the wire. */
export interface OutboxOptions {
  /** How many bytes may wait for a client that does not read; default 4 MiB. Beyond it: 1013 (Q2). */
  readonly maxBuffered?: number;
  /** How often clients are pinged, and how long they have to answer; default 30 s, 0 means never (Q1). */
  readonly pingInterval?: Duration;
}
