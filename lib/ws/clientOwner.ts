import { randomBytes } from 'node:crypto';
import { type Kernel, kernelOf } from '../runtime/index.js';
import { Intake } from './intake.js';
import type { Outbound } from './outboundOptions.js';
import { type Flushable, Outgoing } from './outgoing.js';
import type { SocketOwner } from './outgoingOwner.js';
import { Sweep, type Watched } from './sweep.js';

/** What a client's socket needs of its surroundings, and has for itself, where those of a relay share it. */
export class ClientOwner implements SocketOwner {
  readonly maxBuffered: number;
  readonly readTimeout: number;
  readonly writeTimeout: number;
  readonly compressionThreshold: number;
  readonly overflow = 'close';
  readonly counters = { received: () => {}, sent: () => {} };
  /** It is bounded by `maxBuffered` and `readLimit` alone. */
  readonly holders = { add: () => {}, delete: () => {} };
  readonly intake: Intake;
  readonly pingPayload = randomBytes(8);
  readonly #kernel: Kernel;
  readonly #sockets = new Set<Watched>();
  readonly #sweeps: readonly Sweep<Watched>[];

  /** `compresses`: the server has agreed to it. */
  constructor(kernel: Kernel, outbound: Outbound, compresses: boolean) {
    const { maxBuffered, readTimeout, writeTimeout, pingInterval } = outbound;
    this.#kernel = kernel;
    this.maxBuffered = maxBuffered;
    this.readTimeout = readTimeout;
    this.writeTimeout = writeTimeout;
    this.intake = new Intake({ [kernelOf]: kernel }, UNLIMITED);
    const { compressionThreshold } = outbound;
    this.compressionThreshold = compresses ? compressionThreshold : Number.POSITIVE_INFINITY;
    const tick = Math.ceil(Math.min(readTimeout, writeTimeout) / 4);
    this.#sweeps = [
      new Sweep(this.#sockets, pingInterval, (socket) => socket.check()),
      new Sweep(this.#sockets, tick, (socket) => socket.watch(tick)),
    ];
  }

  post(outgoing: Flushable): void {
    this.#kernel.queue.afterDrain(() => Outgoing.flush([outgoing]));
  }

  add(socket: Watched): void {
    this.#sockets.add(socket);
    for (const sweep of this.#sweeps) sweep.update();
  }

  /** The timers stop with it. */
  remove(socket: Watched): void {
    this.#sockets.delete(socket);
    for (const sweep of this.#sweeps) sweep.update();
  }
}

/** Whom we have chosen to listen to may say as much as we can take, as fast as we take it (Q2, Q6). */
const UNLIMITED = { messagesPerSecond: 0, bytesPerSecond: 0, messageTimeout: 0, holdTimeout: 0 };
