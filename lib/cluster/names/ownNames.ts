import type { Pid } from '../../core/index.js';
import type { Kernel, Process } from '../../runtime/index.js';
import type { NameOwner } from './clusterNames.js';

/** The names that processes of this node have. Each is released by its process's end, before any EXIT of it (N5, D42). */
export class OwnNames {
  readonly #kernel: Kernel;
  readonly #tell: (name: string, pid: Pid, revision: number) => void;
  readonly #names = new Map<string, OwnName>();

  /** @param tell says it to all other nodes */
  constructor(kernel: Kernel, tell: (name: string, pid: Pid, revision: number) => void) {
    this.#kernel = kernel;
    this.#tell = tell;
  }

  get(name: string): OwnName | undefined {
    return this.#names.get(name);
  }

  /** All of them, as a snapshot. */
  all(): readonly OwnName[] {
    return [...this.#names.values()];
  }

  add(own: OwnName): void {
    const { name, process, revision } = own;
    this.#names.set(name, own);
    process.names.add(name);
    this.#kernel.traces.named(process, name);
    this.#tell(name, process.pid, revision);
  }

  confirm(own: OwnName, revision: number, isSuspended: boolean): void {
    const isNews = own.isSuspended !== isSuspended || own.revision !== revision;
    own.isSuspended = isSuspended;
    own.revision = revision;
    if (isNews) this.#tell(own.name, own.pid, revision);
  }

  /** Takes a name from its process; the others are told by who knows what becomes of its key. */
  remove(name: string): OwnName | undefined {
    const own = this.#names.get(name);
    if (own === undefined) return undefined;
    this.#names.delete(name);
    own.process.names.delete(name);
    return own;
  }

  /** Nobody is led to them here until the bucket has confirmed them (D44). */
  suspend(): void {
    for (const own of this.#names.values()) own.isSuspended = true;
  }
}

/** One name of a process of this node. */
export class OwnName implements NameOwner {
  isSuspended = false;

  constructor(
    readonly name: string,
    readonly process: Process,
    public revision: number,
  ) {}

  get pid(): Pid {
    return this.process.pid;
  }
}
