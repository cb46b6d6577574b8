import {
  catchError,
  EMPTY,
  from,
  ignoreElements,
  interval,
  mergeMap,
  type Observable,
  Subscription,
  tap,
} from 'rxjs';
import { parsePid } from '../../core/index.js';
import type { Kernel } from '../../runtime/index.js';
import type { NameOwner } from './clusterNames.js';
import type { Directory } from './directory.js';
import type { Keys } from './keys.js';
import type { Lanes } from './lanes.js';
import { Leftovers } from './leftovers.js';
import type { OwnName } from './ownNames.js';

/**
 * Keeps the bucket and this node of one mind (D45): own names are read again and made again, who has lost one is told,
 * and keys are deleted that no process here has any more.
 */
export class Upkeep {
  readonly #ports: UpkeepPorts;
  readonly #leftovers: Leftovers;
  readonly #running = new Subscription();
  #retry: Subscription | undefined;
  /** Names whose check waits because another node has named itself the owner. */
  readonly #disputed = new Set<string>();
  /** How many keys are just being deleted. */
  #deleting = 0;
  #whenDeleted: (() => void) | undefined;

  constructor(ports: UpkeepPorts) {
    this.#ports = ports;
    this.#leftovers = new Leftovers(() => ports.kernel.uptime());
  }

  start(): void {
    const { scheduler } = this.#ports.kernel;
    const round$ = interval(ROUND, scheduler);
    this.#running.add(
      round$.subscribe(() => {
        this.#ports.directory.told.age();
        this.check();
      }),
    );
  }

  stop(): void {
    this.#running.unsubscribe();
    this.#retry?.unsubscribe();
    this.#leftovers.clear();
  }

  /** Keys of released names that may still be there, with their revisions. */
  released(): Iterable<readonly [name: string, revision: number]> {
    return this.#leftovers.released();
  }

  get isDeleting(): boolean {
    return this.#deleting > 0;
  }

  /** Calls `run` each time when no key is being deleted any more. */
  whenDeleted(run: () => void): void {
    this.#whenDeleted = run;
  }

  /**
   * A key names a process that has not got the name, or no more: all are told so, then it is deleted. Where that fails, it
   * is tried again with the next round.
   */
  delete(name: string, revision: number): void {
    this.#leftovers.add(name, revision);
    this.#ports.directory.tell(name, undefined, revision);
    this.#deleting += 1;
    this.#ports.keys
      .remove(name, revision)
      .subscribe({
        next: () => this.#leftovers.settle(name, revision),
        error: () => {},
      })
      .add(() => {
        this.#deleting -= 1;
        if (this.#deleting === 0) this.#whenDeleted?.();
      });
  }

  /** Nobody has said whether a process has got this name, which it wants no more. */
  doubt(name: string): void {
    this.#leftovers.add(name, 0);
  }

  /** Reads all keys of this node, unless it is alone. */
  check(): void {
    this.#retry?.unsubscribe();
    this.#retry = undefined;
    const { own, status } = this.#ports.directory;
    if (status !== 'up') return;
    const names = new Set([...own.all().map(({ name }) => name), ...this.#leftovers.names()]);
    const checks$ = from(names).pipe(mergeMap((name) => this.#check(name), AT_ONCE));
    this.#running.add(checks$.subscribe());
  }

  /** Reads the key of one name, because another node has said that it is its own. However often it does, one check waits. */
  checkOne(name: string): void {
    if (this.#disputed.has(name)) return;
    this.#disputed.add(name);
    this.#running.add(this.#check(name).subscribe());
  }

  #check(name: string): Observable<never> {
    const { lanes, directory } = this.#ports;
    const work = (): Observable<unknown> => {
      this.#disputed.delete(name);
      const mine = directory.own.get(name);
      if (mine === undefined) return this.#tidy(name);
      this.#leftovers.delete(name);
      return this.#assert(mine);
    };
    return lanes.run(name, work).pipe(
      catchError(() => {
        this.#retryIfSuspended();
        return EMPTY;
      }),
      ignoreElements(),
    );
  }

  #assert(mine: OwnName): Observable<unknown> {
    const { keys, directory } = this.#ports;
    const { own } = directory;
    const { name, pid } = mine;
    return keys.assert(name, pid).pipe(
      tap((owner) => {
        const isStill = own.get(name) === mine;
        if (owner.pid !== pid) {
          if (isStill) this.#lose(mine, owner);
        } else if (isStill) directory.confirm(mine, owner.revision);
        else this.delete(name, owner.revision);
      }),
    );
  }

  /** Another process has the name by now; who had it goes on without (D43). */
  #lose({ name, pid, process, revision }: OwnName, winner: NameOwner): void {
    const { kernel, directory } = this.#ports;
    directory.own.remove(name);
    directory.tell(name, undefined, revision);
    directory.learn(name, winner);
    kernel.events.warning('name_lost', `${pid} has lost ${name} to ${winner.pid}`, pid);
    const reason = `name lost: ${name}`;
    kernel.queue.push(process, { signal: 'cancel', from: undefined, reason, due: undefined });
  }

  #tidy(name: string): Observable<unknown> {
    const { keys, kernel, directory } = this.#ports;
    return keys.read(name).pipe(
      tap((owner) => {
        const isOwn = owner !== undefined && parsePid(owner.pid).node === kernel.node;
        if (isOwn) return this.delete(name, owner.revision);
        // Who has read the key meanwhile may still believe it.
        if (this.#leftovers.miss(name)) directory.tell(name, undefined, 0);
      }),
    );
  }

  /** A name that is suspended is of no use to anybody, so it does not wait for the next round. */
  #retryIfSuspended(): void {
    const isNeeded = this.#ports.directory.own.all().some(({ isSuspended }) => isSuspended);
    if (!isNeeded || this.#retry !== undefined || this.#running.closed) return;
    this.#retry = this.#ports.kernel.after(RETRY, () => this.check());
  }
}

/** What it keeps of one mind. */
export interface UpkeepPorts {
  readonly kernel: Kernel;
  readonly directory: Directory;
  readonly keys: Keys;
  readonly lanes: Lanes;
}

/** Milliseconds from one reading of the own keys to the next, and until it is tried again for a suspended name. */
const ROUND = 30_000;
const RETRY = 1_000;

/** Keys that are read at once. */
const AT_ONCE = 16;
