import {
  interval,
  type Observable,
  ReplaySubject,
  type SchedulerLike,
  Subscription,
  takeWhile,
  timer,
} from 'rxjs';
import { wholeMillis } from '../core/index.js';
import type { Connection } from './connection.js';
import type { DrainSettings } from './drainOptions.js';

/**
 * Closes connections in batches, so that their clients come back one after another and not all at once, and
 * cuts off at the deadline whoever is left (Q14, Q15). It begins when it is made.
 */
export class Drain {
  /** The latest progress and each change of it; completes when all connections are gone. */
  readonly progress$: Observable<DrainProgress>;
  readonly settings: DrainSettings;
  readonly #total: number;
  readonly #batch: number;
  /** Those that have not ended. */
  readonly #left: Set<Connection>;
  /** Those of them that have not been told to close. */
  readonly #untold: Set<Connection>;
  #cut = 0;
  readonly #progress = new ReplaySubject<DrainProgress>(1);
  readonly #timers = new Subscription();

  constructor(
    connections: readonly Connection[],
    scheduler: SchedulerLike,
    settings: DrainSettings,
  ) {
    this.progress$ = this.#progress.asObservable();
    this.settings = settings;
    this.#total = connections.length;
    this.#batch = Math.max(settings.batch, Math.ceil(this.#total / batchesOf(settings)));
    this.#left = new Set(connections);
    this.#untold = new Set(connections);
    this.#tellBatch();
    const ticks = interval(settings.interval, scheduler).pipe(
      takeWhile(() => this.#untold.size > 0),
    );
    this.#timers.add(ticks.subscribe(() => this.#tellBatch()));
    this.#timers.add(timer(settings.deadline, scheduler).subscribe(() => this.#cutOff()));
  }

  /** A connection has ended, by us or by itself. */
  remove(connection: Connection): void {
    if (!this.#left.delete(connection)) return;
    this.#untold.delete(connection);
    const { state } = connection;
    if (state?.phase === 'closed' && state.cut) this.#cut++;
    this.#emit();
  }

  /** All that are left are told by somebody else, at once (Q16). */
  hurry(): void {
    this.#untold.clear();
    this.#emit();
  }

  #tellBatch(): void {
    let room = this.#batch;
    for (const connection of this.#untold) {
      if (room-- === 0) break;
      this.#tell(connection);
    }
    this.#emit();
  }

  #tell(connection: Connection): void {
    this.#untold.delete(connection);
    const { code, retryAfter, jitter, random } = this.settings;
    const retry = wholeMillis(retryAfter + random() * jitter);
    connection.inform({ type: 'drain', code, retry });
  }

  /** All have been told by now, unless the event loop was held up. */
  #cutOff(): void {
    for (const connection of this.#untold) this.#tell(connection);
    for (const connection of this.#left) connection.inform({ type: 'overdue' });
  }

  #emit(): void {
    const [open, left] = [this.#untold.size, this.#left.size];
    const ended = this.#total - left;
    const cut = this.#cut;
    this.#progress.next({
      total: this.#total,
      open,
      closing: left - open,
      closed: ended - cut,
      cut,
    });
    if (left > 0) return;
    this.#timers.unsubscribe();
    this.#progress.complete();
  }
}

/** How far a drain has come: `total` is the sum of the others. */
export interface DrainProgress {
  /** Connections when it began. */
  readonly total: number;
  /** Not told yet. */
  readonly open: number;
  /** Told to close, and not gone. */
  readonly closing: number;
  /** Gone: they have answered the close frame, or have left by themselves. */
  readonly closed: number;
  /** Gone without an answer to the close frame. */
  readonly cut: number;
}

/** How many batches fit the first half of the deadline; the other half is for the answers. */
const batchesOf = ({ interval: pause, deadline }: DrainSettings): number =>
  Math.floor(deadline / 2 / pause) + 1;
