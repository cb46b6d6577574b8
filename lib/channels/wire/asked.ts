import { Observable } from 'rxjs';
import type { ClientFrame } from '../../codec/index.js';
import { ProcessError } from '../../core/index.js';
import { check, type EventType, eventName, type WireError } from '../../protocol/index.js';
import type { Broker } from '../broker/broker.js';
import type { Member } from '../members/member.js';
import { encodeMessage, WebSocketMessage } from '../messages/webSocketMessage.js';
import { Stream } from '../table/stream.js';

/** What the server has asked clients and waits for (CP11). */
export class Asked {
  readonly #waiting = new Map<Member, Map<string, Answered>>();
  #ids = 0;

  constructor(readonly broker: Broker) {}

  /** How many requests wait for their reply. */
  get size(): number {
    return [...this.#waiting.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Asks a client: cold, one value, then complete; errors as `WebSocketManager.request` says. */
  ask<R>(
    find: () => Member,
    event: EventType<unknown, R>,
    data: unknown,
    millis: number,
  ): Observable<R> {
    const answer$ = new Observable<R>((subscriber) => {
      const member = find();
      if (!member.isV1) {
        const text = 'not_available: the client speaks plain, in which nothing can be asked';
        return subscriber.error(new ProcessError('Unavailable', text));
      }
      const name = eventName(event);
      const id = `s${++this.#ids}`;
      const message = encodeMessage(WebSocketMessage.event(name, data));
      if (!member.line.isOpen || !member.write(`{"id":"${id}",${message.slice(1)}`)) {
        return subscriber.error(new ProcessError('Unavailable', 'the connection has ended'));
      }
      const timer = this.broker.kernel.after(millis, () => {
        subscriber.error(new ProcessError('Timeout', `${name}: no reply in ${millis} ms`));
      });
      const waiting = this.#waitingOf(member);
      waiting.set(id, (answer) => settle(event, answer, subscriber));
      return () => {
        timer.unsubscribe();
        waiting.delete(id);
        if (waiting.size === 0) this.#waiting.delete(member);
      };
    });
    return new Stream(this.broker, answer$);
  }

  #waitingOf(member: Member): Map<string, Answered> {
    let waiting = this.#waiting.get(member);
    if (waiting === undefined) {
      waiting = new Map();
      this.#waiting.set(member, waiting);
    }
    return waiting;
  }

  /** A client has answered; an answer to nothing is a drop. */
  answered(member: Member, frame: ClientFrame): void {
    const answered = this.#waiting.get(member)?.get(String(frame.id));
    if (answered === undefined) return this.broker.stray('a reply of a client');
    answered(frame);
  }

  /** The client has gone. */
  end(member: Member): void {
    for (const answered of [...(this.#waiting.get(member)?.values() ?? [])]) answered(undefined);
  }
}

/** `undefined`: the connection has ended. */
type Answered = (answer: ClientFrame | undefined) => void;

function settle<R>(
  { name, reply }: EventType<unknown, R>,
  answer: ClientFrame | undefined,
  subscriber: { next(value: R): void; error(error: unknown): void; complete(): void },
): void {
  if (answer === undefined) {
    return subscriber.error(new ProcessError('Unavailable', 'the connection has ended'));
  }
  if (answer.ok !== true) {
    const { code, message } = (answer.error ?? {}) as Partial<Record<keyof WireError, unknown>>;
    // A client may have sent anything.
    const [what, why] = [textOr('failed', code), textOr('it does not say why', message)];
    const text = `${name}: the client answered ${what}: ${why}`;
    return subscriber.error(new ProcessError(what === 'not_found' ? 'NotFound' : 'Internal', text));
  }
  try {
    const checked = check(reply, answer.payload);
    if ('value' in checked) subscriber.next(checked.value);
    else {
      const [first] = checked.issues;
      const text = `${name}: the client's reply does not fit: ${first?.path} ${first?.message}`;
      subscriber.error(new ProcessError('Invalid', text));
    }
  } catch (cause) {
    subscriber.error(new ProcessError('Internal', `${name}: the schema of the reply`, { cause }));
  }
  subscriber.complete();
}

const textOr = (usual: string, value: unknown): string =>
  typeof value === 'string' ? value.slice(0, MAX_SHOWN) : usual;

/** Characters of a client's text in an error. */
const MAX_SHOWN = 256;
