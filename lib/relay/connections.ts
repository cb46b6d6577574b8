import { Subject } from 'rxjs';
import type { Close, Metadata } from '../protocol/index.js';
import type { Kernel } from '../runtime/index.js';
import { closeWhere } from './closeWhere.js';
import type { Connection } from './connection.js';
import type { ConnectionEvent, ConnectionInfo } from './connectionEvent.js';

export type { Close, ConnectionInfo, Metadata };

/** The connections of one relay, closing ones included, in the order in which they came (L7). */
export class Connections extends Set<Connection> {
  readonly #events = new Subject<ConnectionEvent>();
  readonly events$ = this.#events.asObservable();

  /** What is known of those that have begun. */
  list<M>(): readonly ConnectionInfo<Readonly<M>>[] {
    return [...this].filter(({ hasBegun }) => hasBegun).map(infoOf) as ConnectionInfo<never>[];
  }

  closeWhere<M>(
    kernel: Kernel,
    predicate: (connection: ConnectionInfo<Readonly<M>>) => boolean,
    close: Close,
  ): number {
    const open = [...this].filter(({ isOpen }) => isOpen).map(infoOf);
    return closeWhere(kernel, open as ConnectionInfo<never>[], predicate, close);
  }

  /** Tells that one has opened or closed; it is counted, or not any more. */
  tell(type: ConnectionEvent['type'], connection: Connection): void {
    if (!this.#events.observed) return;
    this.#events.next({ type, ...infoOf(connection), count: this.size });
  }
}

const infoOf = ({ pid, route: { metadata, target }, key }: Connection): ConnectionInfo => ({
  pid,
  metadata,
  target,
  key,
});
