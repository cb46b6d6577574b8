import { Observable, type Subscriber } from 'rxjs';
import {
  isPid,
  type Pid,
  ProcessError,
  type Ref,
  type Self,
  type Spawned,
  shown,
} from '../../core/index.js';
import { type Kernel, ProcessStream, processOf } from '../../runtime/index.js';
import { parseNodeId } from '../membership/incarnate.js';
import type { Shared, SharedSession } from '../relations/shared.js';
import type { Entry } from '../wire/entry.js';
import {
  checkSpawnOptions,
  type SpawnFromOptions,
  type SpawnThereOptions,
} from './spawnThereOptions.js';
import { type SpawnTies, startSpawned } from './startSpawned.js';
import { Tie } from './tie.js';

/** Starts processes on other nodes, and here for other nodes. Only an id and data cross, never a behaviour (D38, D39). */
export class Spawner implements Shared {
  readonly kinds = ['spawn', 'reply', 'failed'] as const;
  readonly #kernel: Kernel;
  readonly #spawnable: ReadonlySet<string>;
  readonly #sessions = new Map<string, SharedSession>();
  /** Who waits for another node's word. A node has one for each, or is lost. */
  readonly #waiting = new Map<Ref, Waiting>();
  isLeaving = false;

  /** @param spawnable ids that others may start here */
  constructor(kernel: Kernel, spawnable: ReadonlySet<string>) {
    this.#kernel = kernel;
    this.#spawnable = spawnable;
  }

  spawn(node: string, id: string, options: SpawnThereOptions = {}): Observable<Pid> {
    checkSpawnOptions('spawn', id, options);
    return new Observable((subscriber) => {
      const session = this.#sessionWith(node);
      this.#ask(session, request(this.#kernel.nextRef(), id, options), {
        node: session.relations.node,
        started: (pid) => {
          subscriber.next(pid);
          subscriber.complete();
        },
        failed: (error) => subscriber.error(error),
      });
    });
  }

  spawnFrom(
    self: Self,
    node: string,
    id: string,
    options: SpawnFromOptions = {},
  ): Observable<Spawned> {
    const parent = processOf(self, 'spawnFrom');
    checkSpawnOptions('spawnFrom', id, options);
    const { linked = false, monitored = linked, ...others } = options;
    const source = {
      attach: (subscriber: Subscriber<Spawned>) => {
        if (!parent.running) {
          throw new ProcessError('Unavailable', `the process ${parent.pid} has ended`);
        }
        const session = this.#sessionWith(node);
        const tie = new Tie(session, parent, this.#kernel.nextRef(), { linked, monitored });
        const end = { abandon: () => subscriber.complete() };
        parent.watch(end);
        subscriber.add(() => parent.unwatch(end));
        this.#ask(session, request(tie.ref, id, others, tie.fields), {
          node: session.relations.node,
          started: (pid) => {
            const exit$ = tie.begin(pid, !subscriber.closed) ?? self.monitor(pid);
            subscriber.next({ pid, exit$ });
            subscriber.complete();
          },
          failed: (error) => subscriber.error(error),
        });
      },
    };
    return new ProcessStream(parent, source);
  }

  // --- what comes from other nodes ------------------------------------------------------------------------

  state(session: SharedSession): void {
    this.#sessions.set(session.relations.node, session);
  }

  take(session: SharedSession, entry: Entry): boolean {
    switch (entry.kind) {
      case 'spawn':
        this.#start(session, entry);
        return true;
      case 'reply':
        return this.#settle(session, entry.ref, (waiting) => {
          const { payload } = entry;
          if (isPid(payload) && payload.startsWith(session.relations.prefix)) {
            return waiting.started(payload);
          }
          waiting.failed(
            new ProcessError('Internal', `${shown(payload)} is no PID of ${waiting.node}`),
          );
        });
      case 'failed':
        return this.#settle(session, entry.ref, (waiting) => waiting.failed(entry.error));
      default:
        return false;
    }
  }

  lost(node: string): void {
    this.#sessions.delete(node);
    const text = `the node ${node} went down: the process may run there, or not`;
    for (const [ref, waiting] of this.#waiting) {
      if (waiting.node !== node) continue;
      this.#waiting.delete(ref);
      const receive = (): void => waiting.failed(new ProcessError('Unavailable', text));
      this.#kernel.queue.push({ receive }, undefined);
    }
  }

  /** The answer leaves before the process runs, so that nothing of it comes earlier. */
  #start(session: SharedSession, entry: Entry & { kind: 'spawn' }): void {
    const { ref } = entry;
    try {
      if (this.isLeaving) throw leaving();
      session.post({ kind: 'reply', ref, payload: startSpawned(session, entry, this.#spawnable) });
    } catch (error) {
      session.post({ kind: 'failed', ref, error: error as ProcessError });
    }
  }

  #settle({ relations }: SharedSession, ref: Ref, run: (waiting: Waiting) => void): boolean {
    const waiting = this.#waiting.get(ref);
    if (waiting?.node !== relations.node) return false;
    this.#waiting.delete(ref);
    run(waiting);
    return true;
  }

  // --- asking ---------------------------------------------------------------------------------------------

  #ask({ relations }: SharedSession, entry: Entry & { kind: 'spawn' }, waiting: Waiting): void {
    const problem = relations.send(entry, false);
    if (problem !== undefined) waiting.failed(problem);
    else this.#waiting.set(entry.ref, waiting);
  }

  #sessionWith(name: string): SharedSession {
    if (this.isLeaving) throw leaving();
    for (const session of this.#sessions.values()) {
      const { node, phase } = session.relations;
      if (phase === 'up' && parseNodeId(node)?.name === name) return session;
    }
    const text = `no other node ${shown(name)} is up: give a name of one that cluster.nodes() lists`;
    throw new ProcessError('NotFound', text);
  }
}

/** Who waits for a node's word about a process. */
interface Waiting {
  /** The id of the node. */
  readonly node: string;
  started(pid: Pid): void;
  failed(error: Error): void;
}

function request(
  ref: Ref,
  id: string,
  { args = [], name, host, messages }: SpawnThereOptions,
  ties: SpawnTies = {},
): Entry & { kind: 'spawn' } {
  return { kind: 'spawn', ref, id, args, options: { name, host, messages, ...ties } };
}

const leaving = (): ProcessError =>
  new ProcessError('Unavailable', 'the node leaves the cluster: it spawns nothing for others');
