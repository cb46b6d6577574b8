import type { Address, RelayConfig } from '../codec/index.js';
import { type Behavior, type Pid, textOf } from '../core/index.js';
import {
  type Host,
  type Kernel,
  kernelOf,
  type Process,
  type System,
  spawn,
} from '../runtime/index.js';
import { Connection } from './connection.js';
import { type Close, type ConnectionInfo, Connections, type Metadata } from './connections.js';
import { type DrainOptions, Ending } from './ending.js';
import { type HubOptions, readHubOptions } from './hubOptions.js';
import { introduceTopics } from './introduceTopics.js';
import { Places } from './places.js';
import { findTarget, routeTo, type Target } from './routeTo.js';

/** One relay: it opens connections, counts them and closes them. */
export class Hub {
  readonly kernel: Kernel;
  readonly #hostId: string;
  /** A connection has one; so has a handshake that may become a connection. */
  readonly places: Places;
  readonly counters;
  /** Those of the system; what this relay drops is counted. */
  readonly events;
  readonly closeTimeout: number;
  readonly flowControl: boolean;
  readonly #connections = new Connections();
  readonly #ending: Ending;

  /** Emits when a connection opens and when it closes; never completes. */
  readonly connections$ = this.#connections.events$;

  constructor(system: System, options: HubOptions = {}) {
    const settings = readHubOptions(options);
    this.kernel = system[kernelOf];
    this.counters = settings.counters;
    this.events = this.counters.counting(this.kernel.events);
    introduceTopics(this.kernel);
    this.places = new Places(settings.maxConnections, settings.maxPerKey);
    this.closeTimeout = settings.closeTimeout;
    this.flowControl = settings.flowControl;
    this.#hostId = this.kernel.hosts.ensure(settings.host).id;
    this.#ending = new Ending(this.kernel, this.#connections, options.onShutdown);
    hubs.set(this.kernel, (hubs.get(this.kernel) ?? new Set()).add(this));
  }

  /** The host is looked up each time, because one that was stopped may be added again (O1). */
  get #host(): Host {
    return this.kernel.hosts.get(this.#hostId);
  }

  /** How many connections there are, including those that are closing. */
  get count(): number {
    return this.#connections.size;
  }

  /** The connections that there are, including those that are closing, in the order in which they came. */
  connections<M = Metadata>(): readonly ConnectionInfo<Readonly<M>>[] {
    return this.#connections.list();
  }

  /** Closes the open connections that the predicate picks, and returns how many (L9). */
  closeWhere<M = Metadata>(
    predicate: (connection: ConnectionInfo<Readonly<M>>) => boolean,
    close?: Close,
  ): number {
    return this.#connections.closeWhere(this.kernel, predicate, close);
  }

  /** Whether the host of the connections has reached its limit (H2 row 3b). */
  get full(): boolean {
    const { count, maxProcesses } = this.#host;
    return count >= maxProcesses;
  }

  /** Whether the relay or its host is ending, and takes no more connections (Q3, Q14). */
  get draining(): boolean {
    return this.#ending.hasBegun || this.#host.phase !== 'running';
  }

  /** Milliseconds after which those that are refused now may come back, if a drain has said so (Q14). */
  get retryAfter(): number | undefined {
    return this.#ending.retryAfter;
  }

  /** The living target of a new connection (H2 row 9). */
  find(address: Address): Target | undefined {
    return findTarget(this.kernel, address);
  }

  /** Whether a target has too much to do for one more client (H2 row 9b); then there is a drop event. */
  refuses({ mailbox, pid }: Target): boolean {
    if (!mailbox.aboveHighMark) return false;
    this.events.drop(pid, 'busy');
    return true;
  }

  /** Emits a warning event of the system. */
  warn(code: string, message: string, error?: unknown): void {
    this.events.warning(code, message, undefined, error);
  }

  /**
   * Starts the process of an open socket (H3): within this call its session begins, the join is queued
   * and the target is monitored. `owned` is spawned first and ends with the connection (H1); if it cannot
   * be spawned, or a target has ended meanwhile, the socket is closed with 1011 and there is no connection.
   * `key`: what it is counted by (H16).
   */
  connect(
    socket: Connection['socket'],
    config: RelayConfig,
    owned?: Behavior,
    key?: string,
  ): Pid | undefined {
    const spawned = owned === undefined ? undefined : this.#spawnTarget(owned);
    const target = owned === undefined ? this.find(config.target ?? '') : spawned;
    if (target === undefined) {
      socket.close(1011, 'target process exited');
      return undefined;
    }
    const route = routeTo(target, config);
    const connection = new Connection(this, socket, route, spawned, key);
    socket.throttle(connection.delivery);
    this.#connections.add(connection);
    this.places.take(key);
    try {
      const { pid } = this.#start(connection);
      // Whoever hears of the spawn may end the relay, when the connection cannot be told yet.
      if (this.draining) connection.inform({ type: 'shutdown' });
      this.counters.opened++;
      this.#connections.tell('opened', connection);
      return pid;
    } catch (error) {
      // The host may be full. Neither the connection nor its own target stays behind.
      this.#forget(connection);
      if (spawned !== undefined) this.kernel.terminate(spawned.pid);
      throw error;
    }
  }

  #start(made: Connection): Process {
    // The function's name is the behaviour's name in `system.processes()` and in traces.
    const connection: Behavior = (inbox, self) =>
      made.run(inbox, self) as unknown as ReturnType<Behavior>;
    const ties = { extension: made, immediate: true };
    return spawn(this.kernel, connection, { host: this.#hostId }, ties);
  }

  /** `undefined` if it cannot be spawned, as on a full host; it then counts as a target that crashed. */
  #spawnTarget(behavior: Behavior): Process | undefined {
    try {
      return spawn(this.kernel, behavior);
    } catch (error) {
      this.warn('relay', `the target could not be spawned: ${textOf(() => error)}`);
      return undefined;
    }
  }

  /** Closes every connection with 1001 and resolves when all have ended (cause j, Q3). */
  shutdown(): Promise<void> {
    const ended = this.#ending.shutdown();
    void ended.then(() => hubs.get(this.kernel)?.delete(this));
    return ended;
  }

  /** Closes the connections in batches (Q14). */
  drain(options?: DrainOptions) {
    return this.#ending.drain(options);
  }

  /** Takes a connection off the list when it has ended. */
  remove(connection: Connection, closeCode: number): void {
    this.#forget(connection);
    this.counters.closed(closeCode);
    this.#connections.tell('closed', connection);
    this.#ending.remove(connection);
  }

  /** Its place is free once, however often it ends. */
  #forget(connection: Connection): void {
    if (this.#connections.delete(connection)) this.places.free(connection.key);
  }
}

const hubs = new WeakMap<Kernel, Set<Hub>>();

/** The relays of a system that have not been shut down, in the order in which they were made. */
export const hubsOf = (kernel: Kernel): readonly Hub[] => [...(hubs.get(kernel) ?? [])];
