import { Subscription } from 'rxjs';
import { countOption, knownOptions, ProcessError, shown } from '../../core/index.js';
import { PidWriter } from './pidWriter.js';

/** The hosts of a system; one of them is always `'main'`. */
export class HostTable {
  readonly #hosts = new Map<string, Host>();
  /** The host that was looked up last, because most spawns go to the same host as the one before. */
  #last: Host | undefined;
  readonly #node: string | undefined;
  #closed = false;

  constructor(node: string | undefined) {
    if (node !== undefined) checkPart('node', node);
    this.#node = node;
  }

  /**
   * Adds a host. The id of a stopped host may be used again (O1).
   *
   * @throws ProcessError `AlreadyExists`; `Invalid`; `Unavailable` once the system shuts down (O3).
   */
  add(id: string, options: HostOptions = {}): void {
    checkPart('host', id);
    knownOptions(`host ${id}`, options, { maxProcesses: true });
    const { maxProcesses = Number.POSITIVE_INFINITY } = options;
    if (this.#closed) {
      throw new ProcessError('Unavailable', `cannot add the host ${id}: the system is shut down`);
    }
    countOption(`host ${id}: maxProcesses`, maxProcesses, { min: 0, unlimited: true });
    const known = this.#hosts.get(id);
    if (known !== undefined && known.phase !== 'stopped') {
      throw new ProcessError('AlreadyExists', `the host ${id} exists already`);
    }
    this.#last = undefined;
    this.#hosts.set(id, {
      id,
      maxProcesses,
      pids: new PidWriter(this.#node, id),
      count: 0,
      phase: 'running',
      onEmpty: undefined,
      clocks: new Subscription(),
      stopped: undefined,
    });
  }

  /** The host, added if it is missing; for adapters that have a host of their own. */
  ensure(id: string): Host {
    if (this.#hosts.get(id) === undefined) this.add(id);
    return this.get(id);
  }

  /** @throws ProcessError `NotFound` for an unknown host (S4). */
  get(id: string): Host {
    if (this.#last?.id === id) return this.#last;
    const host = this.#hosts.get(id);
    if (host === undefined) {
      throw new ProcessError(
        'NotFound',
        `there is no host ${shown(id)}: add it with system.hosts.add`,
      );
    }
    this.#last = host;
    return host;
  }

  /** The host for one more process. @throws ProcessError `NotFound`, `Unavailable`, `LimitExceeded` (S4). */
  place(id: string): Host {
    const host = this.get(id);
    if (host.phase !== 'running') {
      throw new ProcessError(
        'Unavailable',
        `the host ${id} is ${host.phase}: it takes no processes`,
      );
    }
    if (host.count >= host.maxProcesses) {
      throw new ProcessError('LimitExceeded', `the host ${id} is full: ${host.count} processes`);
    }
    return host;
  }

  /** All hosts; from now on none can be added, because the system shuts down (O3). */
  close(): readonly Host[] {
    this.#closed = true;
    return this.all();
  }

  /** Whether the system shuts down. */
  get isClosed(): boolean {
    return this.#closed;
  }

  all(): readonly Host[] {
    return [...this.#hosts.values()];
  }
}

/** Options of `system.hosts.add`. */
export interface HostOptions {
  /** How many processes may live there at once; default: no limit. */
  readonly maxProcesses?: number | undefined;
}

/** A named place where processes run; its id is the host part of their PIDs (O1). */
export interface Host {
  readonly id: string;
  readonly maxProcesses: number;
  readonly pids: PidWriter;
  count: number;
  phase: 'running' | 'stopping' | 'stopped';
  /** Called when the last process of a stopping host has ended. */
  onEmpty: (() => void) | undefined;
  /** One timer for each call that stops the host; the first that fires terminates its processes (O2). */
  readonly clocks: Subscription;
  stopped: Promise<void> | undefined;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const ILLEGAL = /[{}|@\s\u0000-\u001f\u007f-\u009f]/;

function checkPart(what: string, id: string): void {
  if (typeof id !== 'string' || id === '' || id.length > 100 || ILLEGAL.test(id)) {
    const rule = '1 to 100 characters without { } | @, white space or control characters';
    throw new ProcessError('Invalid', `${shown(id)} is no ${what} id: ${rule}`);
  }
}
