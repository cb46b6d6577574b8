import { AsyncSubject, type Observable } from 'rxjs';
import type { Exit, Pid, Ref } from '../../core/index.js';
import { Monitor, type Process, ProcessStream } from '../../runtime/index.js';
import type { SharedSession } from '../relations/shared.js';
import type { SpawnTies } from './startSpawned.js';

/**
 * What a process here will have to do with one that it spawns on another node. The other node puts it in force before the
 * process runs, so its exit cannot be missed; here it begins with the answer, which comes before anything else of it (S1).
 */
export class Tie {
  readonly ref: Ref;
  /** What the other node is told. */
  readonly fields: SpawnTies;
  readonly #session: SharedSession;
  readonly #parent: Process;

  constructor(
    session: SharedSession,
    parent: Process,
    ref: Ref,
    { linked, monitored }: TieOptions,
  ) {
    const link = linked ? session.relations.bonds.draw() : undefined;
    this.#session = session;
    this.#parent = parent;
    this.ref = ref;
    this.fields = { from: parent.pid, link, monitored };
  }

  /** The process has started. Emits its exit, if that is watched from the start; `isWanted`: whether anybody asks for it. */
  begin(pid: Pid, isWanted: boolean): Observable<Exit> | undefined {
    const parent = this.#parent;
    const session = this.#session;
    const { asked, bonds } = session.relations;
    const { link, monitored } = this.fields;
    if (link !== undefined) bonds.adopt(link, parent, session.relations.foreign(pid));
    if (monitored !== true) return undefined;
    if (!isWanted) {
      session.post({ kind: 'unwatch', ref: this.ref });
      return undefined;
    }
    const target = {
      pid,
      watchedBy: (monitor: Monitor) => asked.adopt(monitor),
      unwatchedBy: (monitor: Monitor) => asked.unwatch(monitor),
    };
    // An AsyncSubject, because the monitor exists from the spawn on, and late subscribers get the EXIT (N2).
    const exit$ = new AsyncSubject<Exit>();
    new Monitor(this.ref, parent, target, exit$);
    return new ProcessStream(parent, { attach: (subscriber) => exit$.subscribe(subscriber) });
  }
}

interface TieOptions {
  readonly linked: boolean;
  readonly monitored: boolean;
}
