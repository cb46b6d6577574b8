import type { Observable, Unsubscribable } from 'rxjs';

/**
 * How a node reaches the others: a connection to NATS (`natsTransport.ts`), or to a server in memory (`memoryNats` of
 * `rx-process/testing`). Messages are at most once, in order for one sender and one subject (D69).
 *
 * The room `transport` knows NATS: begin here; `subjects.ts` has the subjects, `natsTransport.ts` the adapter.
 */
export interface Transport {
  /**
   * The present state, then each change. Completes at the end that `close` has asked for, and fails at any other end
   * that is for good, as refused credentials (D66).
   */
  readonly state$: Observable<TransportState>;
  /** Bytes of the largest message that the server takes; known once it was `up`. */
  readonly maxPayload: number;
  /**
   * Sends bytes, which nobody changes later. Never throws: while it is not `up` they are lost, and nobody is told; more
   * than `maxPayload` is lost with a warning `nats_error`.
   */
  publish(subject: string, bytes: Uint8Array, reply?: string): void;
  /** Receives what comes for a subject, with `*` and `>` as wildcards, its own messages too. Lasts over reconnects. */
  subscribe(subject: string, receive: (delivery: Delivery) => void): Unsubscribable;
  /** Leaves a connection that seems dead, and makes another (D8). */
  reconnect(): void;
  /** Keys with revisions. Each call fails with Unavailable while there is no connection or no JetStream (D41). */
  readonly registry: Registry;
  /** Whether the encoder refuses instances of classes, so that tests find them (D23); default no. */
  readonly strict?: boolean;
  /** Sends what is queued and ends; the observable, which is hot, completes then. */
  close(): Observable<never>;
}

/** `connecting` until it was up for the first time; afterwards `up` and `down` by turns. */
export type TransportState = 'connecting' | 'up' | 'down';

/** One message that has come. */
export interface Delivery {
  readonly subject: string;
  /** Belongs to the receiver, who may keep it. */
  readonly bytes: Uint8Array;
  /** Whether it is the server's word that nobody was subscribed to what was sent with this subject for the reply (503). */
  readonly isRefusal: boolean;
}

/** The keys of a cluster, changed by compare-and-set. All observables are cold, emit once and complete. */
export interface Registry {
  /** Makes a key that is not there or deleted; emits the revision, or `undefined` if it is there. */
  create(key: string, value: Uint8Array): Observable<number | undefined>;
  /** Replaces the value of exactly this revision; emits the next one, or `undefined` if there is another by now. */
  replace(key: string, value: Uint8Array, revision: number): Observable<number | undefined>;
  read(key: string): Observable<Registered | undefined>;
  /** Deletes exactly this revision; emits whether it did. */
  remove(key: string, revision: number): Observable<boolean>;
}

/** The value of a key, and its revision. */
export interface Registered {
  readonly value: Uint8Array;
  readonly revision: number;
}

/** Makes the connection of one node. `joinCluster` calls it once. */
export type TransportFactory = (place: TransportPlace) => Transport;

/** Whose connection it is. */
export interface TransportPlace {
  /** The node's name, without its incarnation, for subjects, and for faults in tests. */
  readonly name: string;
  readonly incarnation: string;
  readonly cluster: string;
  /** How many servers of a NATS cluster keep the keys (D41). */
  readonly replicas: number;
  /** A warning of the system: a code and a text. */
  warn(code: string, message: string): void;
}
