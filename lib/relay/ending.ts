import type { Observable } from 'rxjs';
import type { Kernel } from '../runtime/index.js';
import type { Connection } from './connection.js';
import { Drain, type DrainProgress } from './drain.js';
import { type DrainOptions, readDrainOptions } from './drainOptions.js';

export type { DrainOptions };

/**
 * How one relay ends: its connections close all at once (Q3) or in batches (Q14), or both, one after the
 * other (Q16).
 */
export class Ending {
  readonly #kernel: Kernel;
  readonly #connections: ReadonlySet<Connection>;
  readonly #onBegin: (() => void) | undefined;
  /** `system.shutdown` calls this before it stops any process, so that targets still hear the leaves (O3). */
  readonly #close = (): Promise<void> => this.shutdown();
  #shutdown: Promise<void> | undefined;
  #onEmpty: (() => void) | undefined;
  #drain: Drain | undefined;

  /** `onBegin` is called when the relay has begun to end. */
  constructor(kernel: Kernel, connections: ReadonlySet<Connection>, onBegin?: () => void) {
    this.#kernel = kernel;
    this.#connections = connections;
    this.#onBegin = onBegin;
    kernel.dependents.add(this.#close);
  }

  get hasBegun(): boolean {
    return this.#shutdown !== undefined || this.#drain !== undefined;
  }

  /** Milliseconds after which clients may come back, if a drain has said so. */
  get retryAfter(): number | undefined {
    return this.#drain?.settings.retryAfter;
  }

  /** Closes every connection with 1001 and resolves when all have ended (cause j, Q3). */
  shutdown(): Promise<void> {
    if (this.#shutdown !== undefined) return this.#shutdown;
    // Set before anyone is informed, because `hasBegun` must be true from here on.
    this.#shutdown = new Promise((resolve) => {
      this.#onEmpty = () => {
        // Not earlier, because the system's shutdown must wait until all leaves are sent (O3).
        this.#kernel.dependents.delete(this.#close);
        resolve();
      };
    });
    for (const connection of this.#connections) connection.inform({ type: 'shutdown' });
    this.#drain?.hurry();
    this.#onBegin?.();
    if (this.#connections.size === 0) this.#onEmpty?.();
    return this.#shutdown;
  }

  /** Closes the connections in batches; the second call joins the first (Q14–Q16). @throws ProcessError `Invalid`. */
  drain(options: DrainOptions = {}): Observable<DrainProgress> {
    const settings = readDrainOptions(options);
    if (this.#drain !== undefined) return this.#drain.progress$;
    const begun = [...this.#connections].filter(({ hasBegun }) => hasBegun);
    this.#drain = new Drain(begun, this.#kernel.scheduler, settings);
    this.#onBegin?.();
    return this.#drain.progress$;
  }

  /** A connection has ended and is on the list no more. */
  remove(connection: Connection): void {
    this.#drain?.remove(connection);
    if (this.#connections.size === 0) this.#onEmpty?.();
  }
}
