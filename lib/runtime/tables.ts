import type { Behavior } from '../core/index.js';
import { Groups } from './groups.js';
import { Hosts } from './hosts.js';
import { Names } from './names.js';
import type { Process } from './process.js';
import { ProcessTable } from './processTable.js';

/** What a system knows of its processes. Every entry belongs to one of them and goes with it. */
export abstract class Tables {
  readonly names = new Names();
  readonly groups = new Groups();
  readonly hosts: Hosts;
  readonly behaviors = new Map<string, Behavior>();
  readonly processes = new ProcessTable();
  /** What closes before the processes do at shutdown: relays (O3). */
  readonly dependents = new Set<() => Promise<void>>();
  #pids = 0;

  constructor(node: string | undefined) {
    this.hosts = new Hosts(node);
  }

  /** The number of the next process, never used again (P1). */
  nextNumber(): number {
    return ++this.#pids;
  }

  /** Releases what the tables hold of an ending process, before anybody is told (N5). */
  forget(process: Process): void {
    const { ownNames } = process;
    if (ownNames.length > 0) this.names.release(ownNames);
    this.groups.release(process);
    this.processes.delete(process);
    const { host } = process;
    if (--host.count === 0) host.onEmpty?.();
  }
}
