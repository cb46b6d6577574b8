import { isPid, type Pid, ProcessError, shown } from '../../core/index.js';

/** The name registry (§8): a name belongs to one live process, and a process may have many names. */
export class NameTable<P extends Named> {
  readonly #owners = new Map<string, P>();
  readonly #onNamed: (process: P, name: string) => void;
  readonly #waiting = new Map<string, Set<(process: P) => void>>();
  /** Hears of each name that an ending process has had in another registry, which is that of a cluster (D42). */
  onReleased: ((name: string) => void) | undefined;

  /** `onNamed` is called at each registration. */
  constructor(onNamed: (process: P, name: string) => void) {
    this.#onNamed = onNamed;
  }

  find(name: string): P | undefined {
    return this.#owners.get(name);
  }

  /**
   * Registers a name; nothing changes if the process has it already (R1).
   *
   * @throws ProcessError `Invalid` for a text that cannot be a name (R3), `AlreadyExists` with
   * `existing_pid` when another process has the name.
   */
  register(name: string, process: P): void {
    this.check(name, process);
    this.#owners.set(name, process);
    process.names.add(name);
    this.#onNamed(process, name);
    for (const run of this.#waiting.get(name) ?? []) run(process);
  }

  /** Calls `run` with each process that gets the name from now on; the result ends that. */
  whenNamed(name: string, run: (process: P) => void): () => void {
    const all = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, all.add(run));
    return () => {
      if (all.delete(run) && all.size === 0) this.#waiting.delete(name);
    };
  }

  /** Throws what `register` would, and changes nothing. */
  check(name: string, process?: P): void {
    if (typeof name !== 'string' || name === '' || name.startsWith('@') || isPid(name)) {
      const rule = 'a non-empty text that neither begins with @ nor is a PID';
      throw new ProcessError('Invalid', `cannot register ${shown(name)}: a name is ${rule}`);
    }
    const owner = this.#owners.get(name);
    if (owner === undefined || owner === process) return;
    const existing_pid: Pid = owner.pid;
    throw new ProcessError('AlreadyExists', `the name ${name} belongs to ${existing_pid}`, {
      existing_pid,
    });
  }

  unregister(name: string): boolean {
    this.#owners.get(name)?.names.delete(name);
    return this.#owners.delete(name);
  }

  /** Releases the names that an ending process still has (R4). */
  release(names: Iterable<string>): void {
    for (const name of names) if (!this.#owners.delete(name)) this.onReleased?.(name);
  }

  all(): Iterable<string> {
    return this.#owners.keys();
  }

  get size(): number {
    return this.#owners.size;
  }
}

/** A process as the owner of names. */
export interface Named {
  readonly pid: Pid;
  readonly names: Set<string>;
}
