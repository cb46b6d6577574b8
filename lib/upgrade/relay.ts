import type { Observable } from 'rxjs';
import type { GivenMetadata, Metadata } from '../protocol/index.js';
import type { ConnectionEvent, ConnectionInfo } from '../relay/index.js';

/** A relay as seen by the application that set it up. */
export interface Relay {
  /** Open connections, those that are closing included. */
  readonly count: number;
  /**
   * The connections that there are now, with the metadata of each; closing ones are included (L7). `M` is the
   * type of the metadata, as `wsOf<M>()` has it, for a relay all of whose handlers give that; nobody checks it.
   *
   * @example
   * for (const { pid, metadata } of relay.connections<{ user: string }>()) {
   *   if (metadata.user === user) system.send(pid, ws.close, { code: 4001, reason: 'logged out' });
   * }
   */
  connections<M extends GivenMetadata = Metadata>(): readonly ConnectionInfo<Readonly<M>>[];
  /** Emits when a connection opens and when it closes, with its metadata of then; never completes. */
  readonly connections$: Observable<ConnectionEvent>;
  /** Refuses upgrades with 503, closes all connections with 1001, resolves when all are gone (Q3). */
  shutdown(): Promise<void>;
}
