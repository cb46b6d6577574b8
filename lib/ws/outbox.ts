import { randomBytes } from 'node:crypto';
import { Socket as NetSocket } from 'node:net';
import { countOption, type Duration, durationOption } from '../core/index.js';
import { kernelOf, type System } from '../runtime/index.js';
import { Holders } from './holders.js';
import { Intake, type IntakeOptions } from './intake.js';
import { type Flushable, Outgoing } from './outgoing.js';
import type { RelayWebSocket } from './relayWebSocket.js';
import { ServerSocket, type SocketOwner } from './serverSocket.js';
import { Sweep, type Watched } from './sweep.js';

/**
 * What the sockets of one relay share: one flush at the end of a drain for all that were written to, and
 * one timer that pings them all and one that looks at their deadlines, instead of timers for each.
 */
export class Outbox implements SocketOwner {
  readonly maxBuffered: number;
  readonly overflow: SocketOwner['overflow'];
  readonly holders: Holders;
  readonly intake: Intake;
  readonly pingPayload = randomBytes(8);
  readonly #afterDrain: (flush: () => void) => void;
  readonly #pingInterval: number;
  readonly #sockets = new Set<Watched>();
  #written: Flushable[] = [];
  readonly #sweeps: readonly Sweep<Watched>[];

  constructor(
    system: System,
    options: OutboxOptions,
    readonly counters: SocketOwner['counters'] = UNCOUNTED,
  ) {
    const { maxBuffered = 4 * MIB, maxTotalBuffered = 256 * MIB, pingInterval = '30s' } = options;
    this.maxBuffered = countOption('maxBuffered', maxBuffered);
    this.overflow = options.overflow ?? 'close';
    this.#pingInterval = durationOption('pingInterval', pingInterval);
    this.intake = new Intake(system, options);
    const { tick } = this.intake;
    this.#sweeps = [
      new Sweep(this.#sockets, this.#pingInterval, (socket) => socket.check()),
      new Sweep(this.#sockets, tick, (socket) => socket.watch(tick)),
    ];
    const { queue, events } = system[kernelOf];
    this.#afterDrain = (flush) => queue.afterDrain(flush);
    const total = countOption('maxTotalBuffered', maxTotalBuffered, { unlimited: true });
    const warn = (code: string, message: string): void => events.warning(code, message);
    this.holders = new Holders(total, { afterDrain: this.#afterDrain, warn });
  }

  /** Makes a Socket of the relay from an open WebSocket. */
  open(ws: RelayWebSocket, net: NetSocket): ServerSocket {
    // Without pings, only TCP's keep-alive can find a client that has vanished; a Duplex has none.
    if (this.#pingInterval === 0 && net instanceof NetSocket) net.setKeepAlive(true, KEEP_ALIVE);
    return new ServerSocket(ws, net, this);
  }

  /** Notes what has to be flushed at the end of the drain. */
  post(outgoing: Flushable): void {
    if (this.#written.push(outgoing) === 1) this.#afterDrain(this.#flush);
  }

  add(socket: Watched): void {
    this.#sockets.add(socket);
    for (const sweep of this.#sweeps) sweep.update();
  }

  /** With the last socket the timers stop (Q3). */
  remove(socket: Watched): void {
    this.#sockets.delete(socket);
    this.holders.delete(socket);
    for (const sweep of this.#sweeps) sweep.update();
  }

  readonly #flush = (): void => {
    const written = this.#written;
    this.#written = [];
    Outgoing.flush(written);
  };
}

/** Where nobody asks how many there were. */
const UNCOUNTED: SocketOwner['counters'] = { received: () => {}, sent: () => {} };
const MIB = 1024 * 1024;

/** Milliseconds that a connection without pings may be idle before TCP probes it. */
const KEEP_ALIVE = 30_000;

/** Limits of the wire. */
export interface OutboxOptions extends IntakeOptions {
  /** How many bytes may wait for a client that does not read; default 4 MiB. Beyond it: 1013 (Q2). */
  readonly maxBuffered?: number;
  /** How many bytes may wait for all clients together, unsent or unread; default 256 MiB (Q12). */
  readonly maxTotalBuffered?: number;
  /** What may become of frames that wait, where they do not say so themselves; default `'close'` (W7). */
  readonly overflow?: SocketOwner['overflow'];
  /** How often clients are pinged, and how long they have to answer; default 30 s, 0 means never (Q1). */
  readonly pingInterval?: Duration;
}
