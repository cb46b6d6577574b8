import { map, type Observable, of, type Subscriber, tap } from 'rxjs';
import { knownOptions, type Pid, ProcessError } from '../../core/index.js';
import type { Kernel, Process } from '../../runtime/index.js';
import {
  type ClaimOptions,
  type ClusterNames,
  checkClusterName,
  type NameOwner,
} from './clusterNames.js';
import { Directory } from './directory.js';
import { Held } from './held.js';
import { Keys } from './keys.js';
import { Lanes } from './lanes.js';
import { OwnName } from './ownNames.js';
import { Upkeep } from './upkeep.js';

/**
 * The names of the cluster, on one node: who wants one is decided in a bucket by compare-and-set, and all nodes are told.
 *
 * The room `names` is these names, and spawning on other nodes: begin here. `directory.ts` knows who has which,
 * `keys.ts` the bucket; `held.ts` is a process that waits for its name, `upkeep.ts` what is looked at again and again, and
 * `spawner.ts` starts processes elsewhere.
 */
export class Names implements ClusterNames {
  readonly directory: Directory;
  readonly #kernel: Kernel;
  readonly #keys: Keys;
  readonly #upkeep: Upkeep;
  readonly #lanes = new Lanes();
  /** The processes that wait for a name. */
  readonly #claims = new Map<string, Held>();

  constructor(kernel: Kernel, registry: ConstructorParameters<typeof Keys>[0]) {
    this.#kernel = kernel;
    const directory = new Directory(kernel, {
      leftovers: () => this.#upkeep.released(),
      disputed: (name) => this.#upkeep.checkOne(name),
    });
    this.directory = directory;
    this.#keys = new Keys(registry, (name, owner) => directory.isGone(name, owner));
    this.#upkeep = new Upkeep({ kernel, directory, keys: this.#keys, lanes: this.#lanes });
  }

  /** @param up$ emits when there is a connection, the first one or another */
  start(
    membership: Parameters<Directory['start']>[0],
    status$: Observable<Directory['status']>,
    up$: Observable<unknown>,
  ): void {
    this.directory.start(membership);
    this.#kernel.names.onReleased = (name) => this.#release(name);
    this.#upkeep.start();
    status$.subscribe((status) => this.#follow(status));
    up$.subscribe({ next: () => this.#upkeep.check(), error: () => {} });
  }

  // --- what users call (`ClusterNames`) -----------------------------------------------------------------

  register(name: string, pid: Pid): Observable<NameOwner> {
    checkClusterName(name);
    return this.#lanes.run(name, (wanting) => {
      const process = this.#kernel.own(pid, () => `cannot register ${name}`);
      return this.#decide(name, process, wanting).pipe(
        map(({ pid: owner, revision }) => {
          if (owner === process.pid) return { pid: owner, revision };
          throw taken(name, owner);
        }),
      );
    });
  }

  unregister(name: string): boolean {
    checkClusterName(name);
    return this.#release(name);
  }

  lookup(name: string): Pid | undefined {
    checkClusterName(name);
    return this.directory.find(name)?.pid;
  }

  find(name: string): Observable<NameOwner | undefined> {
    checkClusterName(name);
    const { directory } = this;
    return this.#keys
      .read(name)
      .pipe(map((owner) => (owner && directory.isGone(name, owner) ? undefined : owner)));
  }

  claim(name: string, id: string, options: ClaimOptions = {}): Observable<Pid> {
    checkClusterName(name);
    knownOptions('claim', options, { args: true, host: true, messages: true });
    return this.#lanes.run(name, (wanting) => {
      const owner = this.lookup(name);
      if (owner !== undefined) return of(owner);
      this.directory.checkUp();
      const held = new Held(this.#kernel, id, options);
      this.#claims.set(name, held);
      // Also where it ends in any other way than by a decision.
      wanting.add(() => {
        if (this.#claims.get(name) === held) this.#claims.delete(name);
        held.dismiss();
      });
      return this.#decide(name, held.process, wanting).pipe(
        map((winner) => this.#conclude(name, held, winner)),
      );
    });
  }

  // --- for the rest of the cluster ------------------------------------------------------------------------

  /** The process of this node to which a name leads; it may still wait for the bucket's word (D43). */
  ownerOf(name: string): Pid | undefined {
    const claimed = this.#claims.get(name);
    if (claimed !== undefined) return claimed.pid;
    const owner = this.directory.find(name);
    return owner instanceof OwnName ? owner.pid : undefined;
  }

  /** Releases all names, because this node leaves; `said` is called when no key is being deleted any more (D63). */
  leave(said: () => void): void {
    this.directory.status = 'leaving';
    this.#upkeep.whenDeleted(said);
    for (const { name } of this.directory.own.all()) this.#release(name);
  }

  get isDeleting(): boolean {
    return this.#upkeep.isDeleting;
  }

  // --- inside -------------------------------------------------------------------------------------------

  /** Emits who has the name, which is the process if nobody else had it. */
  #decide(name: string, process: Process, wanting: Subscriber<unknown>): Observable<NameOwner> {
    const { own } = this.directory;
    this.directory.checkUp();
    const mine = own.get(name);
    if (mine !== undefined) return of(mine);
    return this.#keys.create(name, process.pid).pipe(
      tap({
        next: (owner) => {
          const { pid, revision } = owner;
          if (pid !== process.pid) return this.directory.learn(name, owner);
          const isLate = !process.running || wanting.closed || this.directory.isLeaving;
          if (!isLate) return this.directory.add(new OwnName(name, process, revision));
          this.#upkeep.delete(name, revision);
          throw new ProcessError('Unavailable', `${name} is not given to who has gone: ${pid}`);
        },
        error: () => this.#upkeep.doubt(name),
      }),
    );
  }

  /** The bucket has decided about a claim: the process runs, or all that it has goes to the winner. */
  #conclude(name: string, held: Held, { pid }: NameOwner): Pid {
    this.#claims.delete(name);
    if (pid === held.pid) held.begin();
    else if (!this.directory.isLinked(pid)) throw taken(name, pid);
    else held.giveUp((message) => this.directory.forward(pid, message));
    return pid;
  }

  #release(name: string): boolean {
    const own = this.directory.own.remove(name);
    if (own !== undefined) this.#upkeep.delete(name, own.revision);
    return own !== undefined;
  }

  #follow(status: Directory['status']): void {
    this.directory.status = status;
    if (status === 'isolated') this.directory.own.suspend();
    if (status === 'up') this.#upkeep.check();
    if (status !== 'left') return;
    this.#kernel.names.onReleased = undefined;
    this.#upkeep.stop();
    for (const { name } of this.directory.own.all()) this.directory.own.remove(name);
    this.directory.told.clear();
  }
}

function taken(name: string, pid: Pid): ProcessError {
  const text = `the name ${name} belongs to ${pid}`;
  return new ProcessError('AlreadyExists', text, { existing_pid: pid });
}
