import type { Observable } from 'rxjs';
import type { ConnectionEvent } from '../relay/index.js';

/** A relay as seen by the application that set it up. */
export interface Relay {
  /** Open connections, those that are closing included. */
  readonly count: number;
  readonly connections$: Observable<ConnectionEvent>;
  /** Refuses upgrades with 503, closes all connections with 1001, resolves when all are gone (Q3). */
  shutdown(): Promise<void>;
}
