import type { Subscription } from 'rxjs';
import { type EventType, UNSUPPORTED, V1 } from '../protocol/index.js';
import { bearer } from './bearer.js';
import { ChannelError } from './channelError.js';
import { Dialogue } from './dialogue.js';
import { firstOf } from './firstOf.js';
import { command, type Frame, type Hello, nameOf, saidBy } from './frame.js';

/**
 * What is said in the dialect v1, over one connection after the other: who comes back is who it was, and is sent on to
 * what it had asked for (CP20–CP23, CC11).
 */
export abstract class Conversation extends Dialogue {
  readonly #handlers = new Map<string, Handler>();
  /** The session to go on with (CP22), in memory only: a tab that is duplicated is another client. */
  #session: string | undefined;
  /** Until the server is asked whether it is there, or it has not answered that. */
  #alarm: Subscription | undefined;
  /** Within what time it is to say something, while it is asked; 0: it is not. */
  #patience = 0;

  /** Takes what is no affair of the conversation itself. */
  protected abstract receive(frame: Frame): void;
  /** There is a connection, and what was asked for is to be asked again. */
  protected abstract connected(): void;
  /** There is none any more. */
  protected abstract disconnected(): void;

  answer(event: string | EventType, handler: (data: never) => unknown): () => void {
    const name = nameOf(event);
    this.#handlers.set(name, handler as Handler);
    return () => this.#handlers.delete(name);
  }

  heard(data: unknown): void {
    try {
      for (const frame of [JSON.parse(data as string)].flat()) this.#take(frame);
    } catch (error) {
      this.report(error);
    }
    this.#listen();
  }

  protected protocols(token: string | undefined): readonly string[] {
    return [V1, ...bearer(token), UNSUPPORTED];
  }

  protected probe(ms: number): void {
    this.push({ type: 'ping' });
    this.#patience = ms;
    this.#listen();
  }

  protected override lost(): void {
    this.hello = undefined;
    this.#patience = 0;
    this.#alarm?.unsubscribe();
    this.disconnected();
    super.lost();
  }

  protected override closed(): void {
    this.#session = undefined;
    super.closed();
  }

  #take(frame: Frame): void {
    const { type, hello, id, ok, error } = frame;
    if (hello) this.#greet(hello);
    else if (ok !== undefined) this.replied(frame);
    else if (error) this.report(new ChannelError(error));
    else if (id !== undefined) this.#answer(frame);
    else if (type === 'pong') this.#patience = 0;
    else if (type !== 'ping') this.receive(frame);
  }

  /**
   * A server that is there says something at least once in the time of its heartbeat (CP21), and answers when it is asked.
   * What comes before that answer may have been on its way when the network went: it gives the server as long again.
   */
  #listen(): void {
    if (!this.hello) return;
    const ms = this.#patience || this.hello.heartbeat + GRACE;
    const work = (): void => (this.#patience ? this.lose(4408, 'no answer') : this.probe(ANSWER));
    this.#alarm = this.clock.after(ms, work, this.#alarm);
  }

  /** Answers what the server asks by its handler (CP11); what has none is `not_found`. */
  #answer(frame: Frame): void {
    const hello = this.hello;
    const { event = '', data } = saidBy(frame);
    const handler = this.#handlers.get(event);
    const reply = (payload: unknown, error?: object): void => {
      // Not over another connection, whose requests are others.
      if (hello !== this.hello) return;
      this.push({ id: frame.id, ok: !error, error, type: 'json', payload });
    };
    const refuse = (code: string, message = `no handler of ${event}`): void =>
      reply(message, { code, message, retry: false });
    if (!handler) return refuse('not_found');
    firstOf(
      () => handler(data),
      (payload = null) => reply(payload),
      (error) => refuse('failed', Object(error).message),
    );
  }

  /** One batch: `resume`, then each channel with its position, then what waits (CC11). */
  #greet(hello: Hello): void {
    const session = this.#session;
    const settle = (isResumed = false): void => {
      // What is asked fails also where the connection is lost, and that is no answer.
      if (hello !== this.hello) return;
      if (!isResumed) this.#session = hello.session;
      this.ready(hello.id, isResumed);
      this.settled(isResumed);
    };
    // First: what is no hello throws, and changes nothing.
    this.limit = hello.limits.payload;
    this.hello = hello;
    this.greeted();
    this.#refreshIn(hello.expires_in);
    if (session) {
      this.ask<{ resumed: boolean }>(command('resume', { session, n: this.dials }), null).subscribe(
        {
          next: ({ resumed }) => settle(resumed),
          error: () => settle(),
        },
      );
    }
    this.connected();
    if (session) this.askWaiting();
    else settle();
  }

  /** Gives the server a new token before the time of the old one is over (CC9). */
  #refreshIn(ms: number | undefined): void {
    const { tokens } = this;
    if (!ms || !this.options.token) return;
    const hello = this.hello;
    const error = (reason: unknown): void => this.report(reason);
    this.later(ms * (0.8 + this.clock.random() / 10), () => {
      tokens.renew();
      tokens.get((token) => {
        // One for a connection that is gone is kept for the next.
        if (hello !== this.hello) return;
        this.ask<Partial<Hello>>(command('refresh', { token }), null).subscribe({
          next: ({ expires_in }) => this.#refreshIn(expires_in),
          error,
        });
      }, error);
    });
  }
}

/** Milliseconds by which a server may be late, and in which it answers. */
const GRACE = 10_000;
const ANSWER = 5_000;

/** Gives an answer, now or later. */
type Handler = (data: unknown) => unknown;
