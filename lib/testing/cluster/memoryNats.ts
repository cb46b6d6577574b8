import type { SchedulerLike } from 'rxjs';
import type { TransportFactory } from '../../cluster/index.js';
import {
  countOption,
  type Duration,
  durationOption,
  knownOptions,
  ProcessError,
  shown,
  suggestion,
} from '../../core/index.js';
import { random } from '../live/random.js';
import { neverAtRest } from '../marbles/neverAtRest.js';
import { MemoryNetwork } from './memoryNetwork.js';
import type { MemoryNode } from './memoryNode.js';
import { MemoryServer } from './memoryServer.js';

/**
 * A server of NATS in memory, for a cluster in virtual time (D70): wildcards, "no responders", `max_payload` and keys with
 * revisions as the real one has them, and faults on demand. What happens depends on the scheduler and the seed alone.
 *
 * The room `cluster` replaces what is between nodes: begin here; `memoryServer` routes, `memoryNode` is the client's end,
 * `memoryNetwork` what is between the two.
 *
 * @throws ProcessError `Invalid`: an option.
 * @example
 * const nats = memoryNats({ scheduler });
 * joinCluster(system, { transport: nats.transport() });
 * nats.cut('b');
 */
export function memoryNats(options: MemoryNatsOptions): MemoryNats {
  return new MemoryNats(options);
}

/** Options of `memoryNats`. */
export interface MemoryNatsOptions {
  /** The one of all systems that meet there. */
  readonly scheduler: SchedulerLike;
  /** What a message takes from node to node, and a question until its answer; default 1 ms. With 0, it still comes later. */
  readonly latency?: Duration | undefined;
  /** The seed of the random numbers, a whole number; default 1, so that every run is the same. */
  readonly seed?: number | undefined;
  /** Bytes of the largest message; default 1 MiB, as that of the real server. */
  readonly maxPayload?: number | undefined;
}

/**
 * A server of NATS in memory; made by `memoryNats`. Its faults take the name of a node without the incarnation, and so
 * all that are, or will be, connected under that name.
 *
 * @throws ProcessError `NotFound`: no node of that name has been connected.
 */
export class MemoryNats {
  readonly #server: MemoryServer;

  /** @internal */
  constructor(options: MemoryNatsOptions) {
    knownOptions('memoryNats', options, {
      scheduler: true,
      latency: true,
      seed: true,
      maxPayload: true,
    });
    const { scheduler, latency = 1, seed = 1, maxPayload = 2 ** 20 } = options;
    if (typeof Object(scheduler).schedule !== 'function') {
      const text =
        "memoryNats: scheduler: give the systems' own, as marbles or a testSystem has it";
      throw new ProcessError('Invalid', text);
    }
    neverAtRest.add(scheduler);
    const network = new MemoryNetwork(
      scheduler,
      durationOption('memoryNats: latency', latency),
      random(countOption('memoryNats: seed', seed, { min: 0 })),
    );
    this.#server = new MemoryServer(network, countOption('memoryNats: maxPayload', maxPayload));
  }

  /** What `joinCluster` connects a node by: an option of that name. */
  transport(): TransportFactory {
    return (place) => this.#server.connect(place);
  }

  /**
   * Nothing gets to the node or away from it any more, and nobody is told: the server still holds it for connected, so
   * that there is no "no responders". The node itself finds out after 3 s, by the client's pings (D59), or when it is asked
   * to `reconnect`, and is `down` until `heal`.
   */
  cut(node: string): void {
    const cut = {};
    const nodes = this.#named(node);
    this.#server.cuts.set(node, cut);
    this.#server.network.later(() => {
      if (this.#server.cuts.get(node) === cut) for (const each of nodes) this.#server.drop(each);
    }, STALE);
  }

  /** Ends the cut of a node; without a name every cut, and the split. */
  heal(node?: string): void {
    if (node === undefined) {
      this.#server.sides.clear();
      for (const each of this.#server.cuts.keys()) this.heal(each);
      return;
    }
    const nodes = this.#named(node);
    this.#server.cuts.delete(node);
    for (const each of nodes) this.#server.resume(each);
  }

  /**
   * Breaks a cluster of servers: nodes of different sides do not hear each other, and "no responders" tells it. The keys
   * stay with the first side, which has the quorum. Who is on no side reaches all. Ends with `heal()`.
   */
  split(...sides: readonly (readonly string[])[]): void {
    for (const name of sides.flat()) this.#named(name);
    this.#server.sides.clear();
    for (const [at, side] of sides.entries()) {
      for (const name of side) this.#server.sides.set(name, at);
    }
  }

  /** Stops the server: what is on its way is lost, and who is connected is `down`. Keys are kept. */
  stop(): void {
    this.#server.stop();
  }

  start(): void {
    this.#server.start();
  }

  /**
   * As SIGSTOP of the node's process: what comes for it, and what its system would send, waits until `thaw`. Nobody is
   * told, and there is no "no responders".
   */
  freeze(node: string): void {
    this.#named(node);
    this.#server.frozen.add(node);
  }

  thaw(node: string): void {
    const nodes = this.#named(node);
    this.#server.frozen.delete(node);
    for (const each of nodes) this.#server.wake(each);
  }

  /** As SIGKILL of the node's process: the server knows at once, the node's own system hears nothing any more. */
  kill(node: string): void {
    for (const each of this.#named(node)) this.#server.forget(each);
  }

  /** Ends the node's connection for good, as credentials that are revoked do (D66). */
  revoke(node: string): void {
    for (const each of this.#named(node)) this.#server.refuse(each);
  }

  /** Loses messages by chance, 0 to 1, own ones and "no responders" too; 0 ends it. Answers of the keys are not lost. */
  lose(probability: number): void {
    if (!(probability >= 0 && probability <= 1)) {
      const text = `memoryNats: lose(${shown(probability)}): give a probability from 0 to 1`;
      throw new ProcessError('Invalid', text);
    }
    this.#server.network.loss = probability;
  }

  /** Delays each message by chance, beside the latency; what one node sends another stays in order. `delay(0, 0)` ends it. */
  delay(least: Duration, most: Duration): void {
    const delays = [least, most].map((each) => durationOption('memoryNats: delay', each));
    this.#server.network.delays = [Math.min(...delays), Math.max(...delays)];
  }

  /** The bucket is gone, as with a disk; the next call makes another (D45). */
  forgetKeys(): void {
    this.#server.keys.forget();
  }

  /** JetStream stops, or starts again; all else goes on. Keys are kept. */
  keepKeys(isKept: boolean): void {
    this.#server.hasKeys = isKept;
  }

  #named(name: string): MemoryNode[] {
    const nodes = [...this.#server.nodes].filter((node) => node.name === name);
    if (this.#server.names.has(name)) return nodes;
    const names = [...this.#server.names];
    const text = `memoryNats: no node '${name}' has been connected${suggestion(name, names)}`;
    throw new ProcessError('NotFound', text);
  }
}

/** Milliseconds until a client notices that nothing comes: three pings (D59). */
const STALE = 3_000;
