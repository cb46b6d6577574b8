import { type Observable, Subject } from 'rxjs';
import type { RelayConfig } from '../codec/index.js';
import {
  type Behavior,
  countOption,
  type Duration,
  durationOption,
  type Output,
  type Pid,
} from '../core/index.js';
import { LIFECYCLE_TOPICS, RESERVED_TOPICS, ws } from '../protocol/index.js';
import {
  type Host,
  type Kernel,
  kernelOf,
  type Process,
  type System,
  spawn,
} from '../runtime/index.js';
import { Connection, type ConnectionOwner } from './connection.js';
import type { Socket } from './socket.js';
import type { Route } from './state.js';

/** All connections of one relay: it opens them, counts them and closes them at shutdown. */
export class Hub implements ConnectionOwner {
  readonly kernel: Kernel;
  readonly #hostId: string;
  readonly #limit: number;
  readonly closeTimeout: number;
  readonly #flowControl: boolean;
  readonly #onShutdown: (() => void) | undefined;
  readonly #connections = new Set<Connection>();
  readonly #events = new Subject<ConnectionEvent>();
  /** `system.shutdown` calls this before it stops any process, so that targets still hear the leaves (O3). */
  readonly #close = (): Promise<void> => this.shutdown();
  #shutdown: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  /** Emits when a connection opens and when it closes; never completes. */
  readonly connections$: Observable<ConnectionEvent> = this.#events.asObservable();

  constructor(system: System, options: HubOptions = {}) {
    const {
      host = 'relay',
      maxConnections = 65_536,
      closeTimeout = '5s',
      flowControl = true,
      onShutdown,
    } = options;
    countOption('maxConnections', maxConnections, { unlimited: true });
    this.kernel = system[kernelOf];
    for (const topic of LIFECYCLE_TOPICS) this.kernel.bound.exempt(topic);
    for (const topic of RESERVED_TOPICS) this.kernel.events.unreadTopics?.excuse(topic);
    this.kernel.bound.undoes.set(ws.leave, ws.join);
    this.#limit = maxConnections;
    this.closeTimeout = durationOption('closeTimeout', closeTimeout);
    this.#flowControl = flowControl;
    this.#onShutdown = onShutdown;
    this.#hostId = this.kernel.hosts.ensure(host).id;
    this.kernel.dependents.add(this.#close);
  }

  /** The host is looked up each time, because one that was stopped may be added again (O1). */
  get #host(): Host {
    return this.kernel.hosts.get(this.#hostId);
  }

  /** How many connections there are, including those that are closing. */
  get count(): number {
    return this.#connections.size;
  }

  /** Whether the relay or the host of its connections has reached its limit (H2 row 3b). */
  get full(): boolean {
    const { count, maxProcesses } = this.#host;
    return this.#connections.size >= this.#limit || count >= maxProcesses;
  }

  /** Whether the relay or its host is shutting down, and takes no more connections (Q3). */
  get draining(): boolean {
    return this.#shutdown !== undefined || this.#host.phase !== 'running';
  }

  /** Whether the target of a new connection lives (H2 row 9). */
  alive(target: Pid): boolean {
    return this.kernel.resolve(target) !== undefined;
  }

  /** Whether a target has too much to do for one more client (H2 row 9b); then there is a drop event. */
  refuses(target: Pid): boolean {
    const process = this.kernel.resolve(target);
    if (!process?.mailbox.aboveHighMark) return false;
    this.kernel.events.drop(process.pid, 'busy');
    return true;
  }

  /** Emits a warning event of the system. */
  warn(code: string, message: string): void {
    this.kernel.events.warning(code, message);
  }

  /**
   * Starts the process of an open socket (H3): within this call its session begins, the join is queued
   * and the target is monitored. `owned` is spawned first and ends with the connection (H1); if it cannot
   * be spawned, the socket is closed with 1011 and there is no connection.
   */
  connect(socket: Socket, config: RelayConfig, owned?: Behavior): Pid | undefined {
    const target = owned === undefined ? undefined : this.#spawnTarget(owned);
    if (owned !== undefined && target === undefined) {
      socket.close(1011, 'target process exited');
      return undefined;
    }
    const route: Route = {
      target: target?.pid ?? this.kernel.resolve(config.target_pid)?.pid ?? config.target_pid,
      topic: config.message_topic,
      metadata: config.metadata,
      heartbeat: config.heartbeat_interval,
    };
    const connection = new Connection(this, socket, route, target);
    if (this.#flowControl) socket.throttle(connection);
    this.#connections.add(connection);
    try {
      const { pid } = this.#start(connection);
      this.#emit('opened', pid);
      return pid;
    } catch (error) {
      // The host may be full. Neither the connection nor its own target stays behind.
      this.#connections.delete(connection);
      if (target !== undefined) this.kernel.terminate(target.pid);
      throw error;
    }
  }

  #start(made: Connection): Process {
    // The function's name is the behaviour's name in `system.processes()` and in traces.
    const connection: Behavior = (inbox, self) =>
      made.run(inbox, self) as unknown as Observable<Output>;
    const ties = { extension: made, immediate: true };
    return spawn(this.kernel, connection, { host: this.#hostId }, ties);
  }

  /** `undefined` if it cannot be spawned, as on a full host; it then counts as a target that crashed. */
  #spawnTarget(behavior: Behavior): Process | undefined {
    try {
      return spawn(this.kernel, behavior);
    } catch (error) {
      this.warn('relay', `the target could not be spawned: ${error}`);
      return undefined;
    }
  }

  /** Closes every connection with 1001 and resolves when all have ended (cause j, Q3). */
  shutdown(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    // Set before anyone is informed, because `draining` must be true from here on.
    this.#shutdown = new Promise((resolve) => {
      this.#onEmpty = () => {
        // Not earlier, because the system's shutdown must wait until all leaves are sent (O3).
        this.kernel.dependents.delete(this.#close);
        resolve();
      };
    });
    for (const connection of this.#connections) connection.inform({ type: 'shutdown' });
    this.#onShutdown?.();
    if (this.#connections.size === 0) this.#onEmpty?.();
    return this.#shutdown;
  }

  /** Takes a connection off the list when it has ended. */
  remove(connection: Connection): void {
    this.#connections.delete(connection);
    this.#emit('closed', connection.pid);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  #emit(type: ConnectionEvent['type'], pid: Pid): void {
    if (this.#events.observed) this.#events.next({ type, pid, count: this.#connections.size });
  }
}

/** Options of a relay that concern neither the upgrade request nor the wire. */
export interface HubOptions {
  /** The host under which connections live (O1); default `'relay'`, added to the system if missing. */
  readonly host?: string;
  /** How many connections may exist at once, closing ones included; default 65,536. Beyond it: 503. */
  readonly maxConnections?: number;
  /** How long a client has to answer a close frame before it is cut off; default 5 s (Z3). */
  readonly closeTimeout?: Duration;
  /** Whether a busy target holds its clients back; default true (Q2). */
  readonly flowControl?: boolean;
  /** Called once when `shutdown` begins, so that sockets which are not connections yet can be closed. */
  readonly onShutdown?: () => void;
}

/** A connection has opened or closed; `count` is the number of connections after that. */
export interface ConnectionEvent {
  readonly type: 'opened' | 'closed';
  readonly pid: Pid;
  readonly count: number;
}
