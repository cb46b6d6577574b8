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
import { LIFECYCLE_TOPICS, ws } from '../protocol/index.js';
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

/** The connections of one relay. */
export class Hub implements ConnectionOwner {
  readonly kernel: Kernel;
  readonly #hostId: string;
  readonly #limit: number;
  readonly closeTimeout: number;
  readonly #flowControl: boolean;
  readonly #onShutdown: (() => void) | undefined;
  readonly #connections = new Set<Connection>();
  readonly #events = new Subject<ConnectionEvent>();
  /** What `system.shutdown` does to the relay, before it stops its targets (O3). */
  readonly #close = (): Promise<void> => this.shutdown();
  #shutdown: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;

  /** Every connection as it opens and closes; never completes. */
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
    for (const topic of LIFECYCLE_TOPICS) this.kernel.bound.exempt.add(topic);
    this.kernel.bound.undoes.set(ws.leave, ws.join);
    this.#limit = maxConnections;
    this.closeTimeout = durationOption('closeTimeout', closeTimeout);
    this.#flowControl = flowControl;
    this.#onShutdown = onShutdown;
    this.#hostId = this.kernel.hosts.ensure(host).id;
    this.kernel.dependents.add(this.#close);
  }

  /** Looked up each time: a host that was stopped may be added anew (O1). */
  get #host(): Host {
    return this.kernel.hosts.get(this.#hostId);
  }

  /** Connections now, those that are closing included. */
  get count(): number {
    return this.#connections.size;
  }

  /** Whether the relay, or the host that its connections live under, takes no more (H2 row 3b). */
  get full(): boolean {
    const { count, maxProcesses } = this.#host;
    return this.#connections.size >= this.#limit || count >= maxProcesses;
  }

  /** Whether `shutdown` has begun, of the relay or of its host: no more connections (Q3). */
  get draining(): boolean {
    return this.#shutdown !== undefined || this.#host.phase !== 'running';
  }

  /** Whether a target is there to be joined (H2 row 9). */
  alive(target: Pid): boolean {
    return this.kernel.resolve(target) !== undefined;
  }

  /** Whether a target has so much to do that nobody else should join it (H2 row 9b); a drop event tells. */
  refuses(target: Pid): boolean {
    const process = this.kernel.resolve(target);
    if (!process?.mailbox.aboveHighMark) return false;
    this.kernel.events.drop(process.pid, 'busy');
    return true;
  }

  /** A warning event of the system. */
  warn(code: string, message: string): void {
    this.kernel.events.warning(code, message);
  }

  /**
   * Makes an open socket a process (H3): in this very call its session begins, the join is queued and
   * the target monitored. `owned` is spawned first and ends with the connection (H1); if it cannot be,
   * the client is told 1011 and there is no connection.
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
      this.#tell('opened', pid);
      return pid;
    } catch (error) {
      // The host is full, say: nobody is left behind.
      this.#connections.delete(connection);
      if (target !== undefined) this.kernel.terminate(target.pid);
      throw error;
    }
  }

  #start(made: Connection): Process {
    // By this name it is known in `system.processes()` and to traces.
    const connection: Behavior = (inbox, self) =>
      made.run(inbox, self) as unknown as Observable<Output>;
    const ties = { extension: made, immediate: true };
    return spawn(this.kernel, connection, { host: this.#hostId }, ties);
  }

  /** A target that cannot be spawned, on a full host, is like one that has crashed at once. */
  #spawnTarget(behavior: Behavior): Process | undefined {
    try {
      return spawn(this.kernel, behavior);
    } catch (error) {
      this.warn('relay', `the target could not be spawned: ${error}`);
      return undefined;
    }
  }

  /** Closes every connection with 1001 and resolves when all are gone (cause j, Q3). */
  shutdown(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    // Set before anybody hears of it: from here on the relay is draining.
    this.#shutdown = new Promise((resolve) => {
      this.#onEmpty = () => {
        // Until then the system's shutdown waits for it, so that the leaves find their targets (O3).
        this.kernel.dependents.delete(this.#close);
        resolve();
      };
    });
    for (const connection of this.#connections) connection.tell({ type: 'shutdown' });
    this.#onShutdown?.();
    if (this.#connections.size === 0) this.#onEmpty?.();
    return this.#shutdown;
  }

  /** A connection has ended. */
  remove(connection: Connection): void {
    this.#connections.delete(connection);
    this.#tell('closed', connection.pid);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }

  #tell(type: ConnectionEvent['type'], pid: Pid): void {
    if (this.#events.observed) this.#events.next({ type, pid, count: this.#connections.size });
  }
}

/** Options of a relay, as far as they do not concern the upgrade or the wire. */
export interface HubOptions {
  /** The host under which connections live (O1); default `'relay'`, added to the system if missing. */
  readonly host?: string;
  /** Connections at once, those that are closing included; default 65,536. Beyond it: 503. */
  readonly maxConnections?: number;
  /** How long a client has to answer a close frame before it is cut off; default 5 s (Z3). */
  readonly closeTimeout?: Duration;
  /** Whether a busy target holds its clients back; default true (Q2). */
  readonly flowControl?: boolean;
  /** Called once when `shutdown` begins, whoever called it: for what waits to become a connection. */
  readonly onShutdown?: () => void;
}

/** A connection has opened or closed; `count` is how many there are then. */
export interface ConnectionEvent {
  readonly type: 'opened' | 'closed';
  readonly pid: Pid;
  readonly count: number;
}
