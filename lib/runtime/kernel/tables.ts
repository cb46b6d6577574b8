import type { Behavior } from '../../core/index.js';
import { GroupTable } from '../registry/groupTable.js';
import { HostTable } from '../registry/hostTable.js';
import { NameTable } from '../registry/nameTable.js';
import { ProcessTable } from '../registry/processTable.js';
import { Traces } from '../telemetry/traces.js';
import type { Resident } from './resident.js';

/** What a system knows of its processes. Every entry belongs to one of them and goes with it. */
export abstract class Tables<P extends Resident> {
  /** Who is looked at more closely than by events. */
  readonly traces = new Traces();
  readonly names = new NameTable<P>((process, name) => this.traces.named(process, name));
  readonly groups = new GroupTable();
  readonly hosts: HostTable;
  readonly behaviors = new Map<string, Behavior>();
  readonly processes = new ProcessTable<P>();
  /** What closes before the processes do at shutdown: relays (O3). */
  readonly dependents = new Set<() => Promise<void>>();
  #pids = 0;

  constructor(node: string | undefined) {
    this.hosts = new HostTable(node);
  }

  /** The number of the next process, never used again (P1). */
  nextNumber(): number {
    return ++this.#pids;
  }

  /** Releases what the tables hold of an ending process, before anybody is told (N5). */
  forget(process: P): void {
    const { ownNames } = process;
    if (ownNames.length > 0) this.names.release(ownNames);
    this.groups.release(process);
    this.processes.delete(process);
    const { host } = process;
    if (--host.count === 0) host.onEmpty?.();
  }
}
