import {
  BehaviorSubject,
  catchError,
  EMPTY,
  ignoreElements,
  type Observable,
  type Unsubscribable,
} from 'rxjs';
import { knownOptions, ProcessError } from '../../core/index.js';
import { natsDial } from './natsDial.js';
import type { NatsLine } from './natsLine.js';
import { isInsecure, natsOptions } from './natsOptions.js';
import { NatsRegistry } from './natsRegistry.js';
import { NatsSubscriptions } from './natsSubscriptions.js';
import type { NatsTransportOptions } from './natsTransportOptions.js';
import { Subjects } from './subjects.js';
import type {
  Delivery,
  Transport,
  TransportFactory,
  TransportPlace,
  TransportState,
} from './transport.js';

/**
 * Connects a node by NATS: packages `@nats-io/transport-node`, `@nats-io/jetstream` and `@nats-io/kv`, loaded when the
 * connection is made. A lost connection is made anew, and subscriptions last. What is too large, and what the server
 * refuses, is lost with a warning `nats_error`; each failure to reach a server at first is a warning `unreachable`.
 *
 * @throws ProcessError `Invalid`: an option that is none, or `noEcho`.
 */
export function natsTransport(options: NatsTransportOptions = {}): TransportFactory {
  knownOptions('natsTransport', options, { servers: true, nats: true });
  const { servers = '127.0.0.1:4222', nats = {} } = options;
  const all = [servers].flat();
  if (all.length === 0 || all.some((each) => typeof each !== 'string' || each === '')) {
    throw invalid("servers: give 'host:port', or a list of such texts");
  }
  if (typeof nats !== 'object' || nats === null) {
    throw invalid('nats: give an object, the options of @nats-io/transport-node');
  }
  if (nats.noEcho === true) {
    throw invalid('nats.noEcho must stay false: a node has to hear its own beats');
  }
  return (place) => new NatsTransport(options, place);
}

const invalid = (text: string): ProcessError => new ProcessError('Invalid', text);

class NatsTransport implements Transport {
  readonly #place: TransportPlace;
  readonly #changes$ = new BehaviorSubject<TransportState>('connecting');
  readonly #subscriptions = new NatsSubscriptions();
  readonly #dialing: Unsubscribable;
  /** The last warning, which is not repeated. */
  #warning = '';
  #phase: TransportState | 'closing' = 'connecting';
  #line: NatsLine | undefined;
  readonly state$ = this.#changes$.asObservable();
  readonly registry: NatsRegistry;
  maxPayload = 0;

  constructor({ servers, nats = {} }: NatsTransportOptions, place: TransportPlace) {
    const subjects = new Subjects(place.cluster);
    this.#place = place;
    this.registry = new NatsRegistry(subjects.bucket, place.replicas, () => this.#whileUp);
    const options = natsOptions(servers, nats, subjects.inbox(place.name));
    this.#dialing = natsDial(options, (text) => this.#warn('unreachable', text)).subscribe({
      next: (line) => this.#begin(line),
      error: (error) => this.#fail(error),
    });
  }

  publish(subject: string, bytes: Uint8Array, reply = ''): void {
    // While it is down the client would keep it until it dials again, and throw it away then.
    try {
      this.#whileUp?.connection.publish(subject, bytes, { reply });
    } catch (error) {
      const { message } = error as Error;
      this.#warn('nats_error', `What was published on ${subject} is lost: ${message}`);
    }
  }

  subscribe(subject: string, receive: (delivery: Delivery) => void): Unsubscribable {
    return this.#subscriptions.add(subject, receive);
  }

  reconnect(): void {
    // One that is just closing refuses, and its end is told by `state$`.
    this.#whileUp?.connection.reconnect().catch(() => {});
  }

  close(): Observable<never> {
    const phase = this.#phase;
    this.#phase = 'closing';
    this.#dialing.unsubscribe();
    if (this.#line === undefined) this.#changes$.complete();
    else if (phase !== 'closing') void this.#line.end(phase === 'up');
    return this.state$.pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    );
  }

  /** The connection, if what is published there leaves. */
  get #whileUp(): NatsLine | undefined {
    return this.#phase === 'up' ? this.#line : undefined;
  }

  #begin(line: NatsLine): void {
    this.#line = line;
    this.#subscriptions.begin(line.connection);
    void this.#follow(line);
    this.#up(line);
  }

  /** Until the connection is closed, by whomever. */
  async #follow(line: NatsLine): Promise<void> {
    for await (const status of line.connection.status()) {
      if (status.type === 'disconnect') this.#change('down');
      else if (status.type === 'reconnect') this.#up(line);
      else if (status.type === 'error') this.#warn('nats_error', `NATS: ${status.error.message}`);
    }
    const error = await line.connection.closed();
    if (this.#phase === 'closing') this.#changes$.complete();
    else this.#fail(error ?? new Error('the connection was closed'));
  }

  #up({ connection }: NatsLine): void {
    const { info } = connection;
    const server = connection.getServer();
    // Lost again meanwhile, which is the next status.
    if (info === undefined) return;
    this.maxPayload = info.max_payload;
    if (isInsecure(info, server)) {
      this.#warn('insecure', `What is sent to NATS at ${server} can be read on its way: no TLS`);
    }
    this.#change('up');
  }

  #change(state: TransportState): void {
    if (this.#phase === 'closing' || this.#phase === state) return;
    this.#phase = state;
    this.#changes$.next(state);
  }

  #fail(error: Error): void {
    if (this.#phase === 'closing') return;
    this.#phase = 'closing';
    const text = `NATS has ended the connection, or refused it: ${error.message}`;
    const told = new ProcessError('Unavailable', text, { cause: error });
    this.#changes$.error(error instanceof ProcessError ? error : told);
  }

  #warn(code: string, message: string): void {
    if (message !== this.#warning) this.#place.warn(code, message);
    this.#warning = message;
  }
}
