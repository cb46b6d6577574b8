import { setMaxListeners } from 'node:events';
import type { Unsubscribable } from 'rxjs';
import type { Pid, ProcessSignal } from '../../core/index.js';
import { each, type Few, several, withOne, without } from '../collections/few.js';
import { Outlet } from '../mailbox/outlet.js';
import type { OutletOwner } from '../mailbox/owner.js';
import type { Group } from '../registry/group.js';
import type { Link, Peer } from '../ties/link.js';
import type { Monitor, Watch } from '../ties/monitor.js';
import type { Supervision } from './supervision.js';

/**
 * How a process is related to others, and what it owns. Every table here is made on first use, because
 * a hundred thousand idle processes would otherwise have as many empty tables.
 */
export abstract class Relations implements OutletOwner {
  /** Whether the process gets LINK_DOWN instead of ending (K4). */
  trapLinks = false;
  /** `undefined` unless the process is traced. */
  tracer: OutletOwner['tracer'];
  /** Its supervisor, and its children if it is a supervisor itself (V7). */
  supervision: Supervision | undefined;
  #monitors: Few<Monitor>;
  #watching: Few<Watch>;
  #links: Map<Peer, Link> | undefined;
  #names: Set<string> | undefined;
  #groups: Set<Group> | undefined;
  #signals: Outlet<ProcessSignal> | undefined;
  #abort: AbortController | typeof ABORTED | undefined;
  #timers: Set<Unsubscribable> | undefined;

  abstract get queue(): OutletOwner['queue'];
  abstract receive(item: unknown): void;
  abstract crash(error: unknown): void;
  abstract passed(...of: Parameters<OutletOwner['passed']>): void;

  get links(): Map<Peer, Link> {
    this.#links ??= new Map();
    return this.#links;
  }

  get names(): Set<string> {
    this.#names ??= new Set();
    return this.#names;
  }

  /** Its names, as a snapshot. */
  get ownNames(): readonly string[] {
    return this.#names === undefined ? NONE : [...this.#names];
  }

  /** The groups that it is in. */
  get groups(): Set<Group> {
    this.#groups ??= new Set();
    return this.#groups;
  }

  get groupCount(): number {
    return this.#groups?.size ?? 0;
  }

  /** Its groups, in the order of joining, as a snapshot. */
  get ownGroups(): readonly Group[] {
    return this.#groups === undefined ? NONE : [...this.#groups];
  }

  /** CANCEL and LINK_DOWN, which wait until somebody subscribes (C2). */
  get signals(): Outlet<ProcessSignal> {
    this.#signals ??= new Outlet(this);
    return this.#signals;
  }

  get abortSignal(): AbortSignal {
    if (this.#abort === ABORTED) return AbortSignal.abort();
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      // Every project that runs may listen to this signal, so many listeners are no leak to warn of.
      setMaxListeners(0, this.#abort.signal);
    }
    return this.#abort.signal;
  }

  /** Whether a stop gives it time: because it reads its signals, uses its AbortSignal, or traps (V3). */
  get asksForTime(): boolean {
    return this.trapLinks || this.#abort !== undefined || this.#signals?.everRead === true;
  }

  /** Adds something that the body watches and that must end with the body. */
  watch(watch: Watch): void {
    this.#watching = withOne(this.#watching, watch);
  }

  unwatch(watch: Watch): void {
    this.#watching = without(this.#watching, watch);
  }

  /** Adds a monitor of this process. */
  watchedBy(monitor: Monitor): void {
    this.#monitors = withOne(this.#monitors, monitor);
  }

  unwatchedBy(monitor: Monitor): void {
    this.#monitors = without(this.#monitors, monitor);
  }

  /** Its timers: those of `sendAfter` and `every`, and the deadlines of cancels. They end with it. */
  get timers(): Set<Unsubscribable> {
    this.#timers ??= new Set();
    return this.#timers;
  }

  get timerCount(): number {
    return this.#timers?.size ?? 0;
  }

  abort(): void {
    if (this.#abort === undefined) this.#abort = ABORTED;
    else if (this.#abort !== ABORTED) this.#abort.abort();
  }

  /** What this process watches, as a snapshot. */
  get watching(): readonly Watch[] {
    return several(this.#watching);
  }

  /** Who watches this process, as a snapshot. */
  get monitors(): readonly Monitor[] {
    return several(this.#monitors);
  }

  /** To whom this process is linked, as a snapshot. */
  get peers(): readonly Pid[] {
    return this.#links === undefined ? NONE : [...this.#links.keys()].map(({ pid }) => pid);
  }

  /** Removes a link without a signal to the peer, for callers who know that the peer has ended. */
  untie(peer: Peer): void {
    this.#links?.delete(peer);
  }

  /** Asks for an orderly end. `timeout` is in milliseconds; `Infinity` means no limit (V3). */
  stop(timeout: number): void {
    this.queue.push(this, { signal: 'stop', timeout });
  }

  /** Hands an adapter's own event to the reader of `signals$`, in a turn of its own (M4). */
  inform(event: object): void {
    this.queue.push({ receive: () => this.signals.offer(event as ProcessSignal) }, undefined);
  }

  /** Hands over a CANCEL or a LINK_DOWN. */
  deliver(event: ProcessSignal): void {
    this.tracer?.signal(event);
    this.signals.offer(event);
  }

  /** Who must hear of the end; `undefined` if nobody, as for most processes. */
  get watchersAndLinks(): { monitors: Few<Monitor>; links: Iterable<[Peer, Link]> } | undefined {
    if (this.#monitors === undefined && this.#links === undefined) return undefined;
    return { monitors: this.#monitors, links: this.#links ?? [] };
  }

  /** Ends what belongs to the body, and keeps what others have of the process (U2, U3). */
  protected renewRelations(): void {
    const abort = this.#abort;
    // A signal that is aborted already means a stop, and the next body must know of that as well.
    if (abort instanceof AbortController && !abort.signal.aborted) {
      this.#abort = undefined;
      abort.abort();
    }
    const signals = this.#signals;
    this.#signals = signals?.successor();
    signals?.close();
    each(this.#watching, (watch) => this.attempt(() => watch.abandon()));
  }

  protected releaseRelations(): void {
    this.#signals?.close();
    this.#timers?.forEach((timer) => {
      this.attempt(() => timer.unsubscribe());
    });
    if (this.#watching === undefined) return;
    each(this.#watching, (watch) => this.attempt(() => watch.abandon()));
  }

  /** Runs code of users at the end. If it throws, that is reported, and the end goes on (S8). */
  protected attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.crash(error);
    }
  }
}

const NONE: readonly never[] = Object.freeze([]);

/** In place of the controller, if the process was aborted before its code asked for the signal. */
const ABORTED = Symbol('aborted');
