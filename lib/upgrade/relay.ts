import type { Observable } from 'rxjs';
import type { Close, GivenMetadata, Metadata } from '../protocol/index.js';
import type {
  ConnectionEvent,
  ConnectionInfo,
  DrainOptions,
  DrainProgress,
  RelayStats,
} from '../relay/index.js';

/** A relay as seen by the application that set it up. */
export interface Relay {
  /** Open connections, those that are closing included. */
  readonly count: number;
  /**
   * The connections that there are now, with metadata and target of each; closing ones are included (L7). `M` is
   * the type of the metadata, as `wsOf<M>()` has it, for a relay all of whose handlers give that; nobody checks it.
   *
   * @example const users = relay.connections<{ user: string }>().map(({ metadata }) => metadata.user);
   */
  connections<M extends GivenMetadata = Metadata>(): readonly ConnectionInfo<Readonly<M>>[];
  /**
   * Closes the open connections that a predicate picks, with a code and a reason as `ws.close` has them, and
   * returns how many these are (L9). Handshakes under way are not among them: end the session first.
   *
   * @throws ProcessError `Invalid` for what `ws.close` would not take; then, or if the predicate throws, nobody is closed.
   * @example relay.closeWhere(({ metadata }) => metadata.user === user, { code: 4403, reason: 'banned' });
   */
  closeWhere<M extends GivenMetadata = Metadata>(
    predicate: (connection: ConnectionInfo<Readonly<M>>) => boolean,
    close?: Close,
  ): number;
  /** Emits when a connection opens and when it closes, with its metadata of then; never completes. */
  readonly connections$: Observable<ConnectionEvent>;
  /**
   * The figures of this relay since it was made: connections, upgrades by answer, messages and bytes, drops by
   * reason, close codes (I13). A frozen copy, which costs next to nothing.
   */
  stats(): RelayStats;
  /**
   * Ends the relay gently, before a restart: refuses upgrades with 503 and `Retry-After`, closes the connections in
   * batches, each told a time of its own to come back at, and cuts off at the deadline whoever is left (Q14–Q16). It
   * begins with the call. The observable tells of the progress, the latest first, and completes when all are gone.
   *
   * @throws ProcessError `Invalid` naming the option.
   * @example process.once('SIGTERM', async () => { await lastValueFrom(relay.drain()); await system.shutdown(); });
   */
  drain(options?: DrainOptions): Observable<DrainProgress>;
  /** Refuses upgrades with 503, closes all connections with 1001, resolves when all are gone (Q3). */
  shutdown(): Promise<void>;
}
