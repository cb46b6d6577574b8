import type { Behavior, Message, Pid } from '../../core/index.js';
import { GroupTable } from '../registry/groupTable.js';
import { HostTable } from '../registry/hostTable.js';
import { NameTable } from '../registry/nameTable.js';
import { ProcessTable } from '../registry/processTable.js';
import { Traces } from '../telemetry/traces.js';
import type { Resident } from './resident.js';

/** What a system knows of its processes. An entry that belongs to a process is removed when it ends. */
export abstract class Tables<P extends Resident> {
  /** The patterns of `system.trace`. */
  readonly traces = new Traces();
  readonly names = new NameTable<P>((process, name) => this.traces.named(process, name));
  readonly groups = new GroupTable();
  readonly hosts: HostTable;
  readonly behaviors = new Map<string, Behavior>();
  readonly processes = new ProcessTable<P>();
  /** What closes at shutdown before the processes end: relays (O3). */
  readonly dependents = new Set<() => Promise<void>>();
  /** By topic: what is done about messages whose receiver, ended or closing, will not see them. */
  readonly undelivered = new Map<string, (message: Message, to: Pid | string) => void>();
  /** Who looks at such messages. */
  readonly undeliveredWatchers = new Set<(message: Message, to: Pid | string) => void>();
  #pids = 0;

  constructor(node: string | undefined) {
    this.hosts = new HostTable(node);
  }

  /** The number of the next process; no number is used twice (P1). */
  nextNumber(): number {
    return ++this.#pids;
  }

  /** A message gets to nobody; whoever knows its topic may answer it. */
  giveBack(message: Message, to: Pid | string): void {
    this.undelivered.get(message.topic)?.(message, to);
    for (const watcher of this.undeliveredWatchers) watcher(message, to);
  }

  /** Removes an ending process from the tables, before its EXIT is sent (N5). */
  forget(process: P): void {
    const { ownNames } = process;
    if (ownNames.length > 0) this.names.release(ownNames);
    this.groups.release(process);
    this.processes.delete(process);
    const { host } = process;
    if (--host.count === 0) host.onEmpty?.();
  }
}
