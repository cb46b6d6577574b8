import {
  BehaviorSubject,
  catchError,
  EMPTY,
  ignoreElements,
  type Observable,
  type Unsubscribable,
} from 'rxjs';
import type { Delivery, Transport, TransportPlace, TransportState } from '../../cluster/index.js';
import { ProcessError } from '../../core/index.js';
import type { MemoryKeys } from './memoryKeys.js';
import { Lane, type MemoryNetwork } from './memoryNetwork.js';
import { MemoryRegistry } from './memoryRegistry.js';
import { SubjectPattern } from './subjectPattern.js';

/** The client's end of a connection to `memoryNats`. */
export class MemoryNode implements Transport {
  readonly strict = true;
  readonly name: string;
  readonly maxPayload: number;
  readonly registry: MemoryRegistry;
  readonly subscriptions = new Set<MemorySubscription>();
  readonly #lanes = new Map<MemoryNode, Lane>();
  readonly #changes$ = new BehaviorSubject<TransportState>('connecting');
  readonly state$ = this.#changes$.asObservable();
  readonly #place: TransportPlace;
  readonly #hub: MemoryHub;
  /** Its connection, as it sees it; the server may have lost it already. */
  session: Session | undefined;
  /** What a frozen node has not done yet: what has come for it, and what it would have sent. */
  readonly #held: (() => void)[] = [];

  constructor(place: TransportPlace, hub: MemoryHub) {
    this.name = place.name;
    this.maxPayload = hub.maxPayload;
    this.registry = new MemoryRegistry(hub.network.scheduler, (question, answer, fail) =>
      hub.ask(this, question, answer, fail),
    );
    this.#place = place;
    this.#hub = hub;
  }

  publish(subject: string, bytes: Uint8Array, reply?: string): void {
    if (bytes.length > this.maxPayload) {
      const text = `What was published on ${subject} is lost: it is larger than max_payload`;
      return this.#place.warn('nats_error', text);
    }
    const { session } = this;
    if (session === undefined) return;
    this.whenAwake(() => this.#hub.publish(session, { subject, bytes, reply }));
  }

  subscribe(subject: string, receive: (delivery: Delivery) => void): Unsubscribable {
    const subscription = { pattern: new SubjectPattern(subject), receive };
    this.subscriptions.add(subscription);
    return { unsubscribe: () => this.subscriptions.delete(subscription) };
  }

  reconnect(): void {
    this.#hub.reconnect(this);
  }

  close(): Observable<never> {
    this.#hub.leave(this, () => this.#changes$.complete());
    this.session = undefined;
    return this.state$.pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    );
  }

  /** Does something now, or when it is no longer frozen, behind what waits already. */
  whenAwake(run: () => void): void {
    if (this.#hub.isFrozen(this) || this.#held.length > 0) this.#held.push(run);
    else run();
  }

  wake(): void {
    for (const run of this.#held.splice(0)) run();
  }

  laneTo(other: MemoryNode): Lane {
    const lane = this.#lanes.get(other) ?? new Lane();
    this.#lanes.set(other, lane);
    return lane;
  }

  change(session: Session | undefined): void {
    this.session = session;
    this.#changes$.next(session === undefined ? 'down' : 'up');
  }

  fail(): void {
    this.session = undefined;
    const text = 'NATS has ended the connection: its credentials are no longer accepted';
    this.#changes$.error(new ProcessError('Unavailable', text));
  }
}

/** A connection: another one after each reconnect. */
export interface Session {
  readonly node: MemoryNode;
}

export interface MemorySubscription {
  readonly pattern: SubjectPattern;
  readonly receive: (delivery: Delivery) => void;
}

/** What a node publishes. */
export interface Publication {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly reply: string | undefined;
}

/** The server, as a node deals with it. */
export interface MemoryHub {
  readonly maxPayload: number;
  readonly network: MemoryNetwork;
  publish(from: Session, publication: Publication): void;
  /** Where there is no answer nothing is called. */
  ask<T>(
    node: MemoryNode,
    question: (keys: MemoryKeys) => T,
    answer: (value: T) => void,
    fail: (why: string) => void,
  ): void;
  reconnect(node: MemoryNode): void;
  leave(node: MemoryNode, done: () => void): void;
  isFrozen(node: MemoryNode): boolean;
}
