import type { Observable } from 'rxjs';
import type { ConnectionEvent, ConnectionInfo } from '../relay/index.js';

/** A relay as seen by the application that set it up. */
export interface Relay {
  /** Open connections, those that are closing included. */
  readonly count: number;
  /**
   * The connections that there are now, with the metadata of each; closing ones are included (L7).
   *
   * @example
   * for (const { pid, metadata } of relay.connections()) {
   *   if (metadata.user === user) system.send(pid, ws.close, { code: 4001, reason: 'logged out' });
   * }
   */
  connections(): readonly ConnectionInfo[];
  /** Emits when a connection opens and when it closes, with its metadata of then; never completes. */
  readonly connections$: Observable<ConnectionEvent>;
  /** Refuses upgrades with 503, closes all connections with 1001, resolves when all are gone (Q3). */
  shutdown(): Promise<void>;
}
