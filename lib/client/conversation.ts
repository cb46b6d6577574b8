import { type Observable, Subscription } from 'rxjs';
import { UNSUPPORTED, V1 } from '../protocol/index.js';
import { Answers } from './answers.js';
import { bearer } from './bearer.js';
import { ChannelError } from './channelError.js';
import type { ClientOptions } from './clientOptions.js';
import { Dialler, type Role } from './dialler.js';
import { command, type Frame, type Hello, type WireMessage } from './frame.js';
import { Heartbeat } from './heartbeat.js';
import type { Link } from './link.js';
import { Membership } from './membership.js';
import { Outgoing } from './outgoing.js';
import { Requests } from './requests.js';
import { Stream } from './stream.js';

/** What is said in the dialect v1 over one connection after the other: what comes goes to whom it is for, here. */
export class Conversation implements Role, Link {
  readonly messages = new Stream<WireMessage>();
  readonly errors = new Stream<Error>();
  readonly dialler: Dialler;
  readonly clock;
  readonly random;
  readonly outgoing: Outgoing;
  readonly requests: Requests;
  readonly answers = new Answers();
  readonly #channels = new Map<string, Membership>();
  readonly #heartbeat: Heartbeat;
  /** What the server has said of this connection, or `undefined`. */
  #hello: Hello | undefined;
  /** The session to go on with (CP22), in memory only: a tab that is duplicated is another client. */
  #session: string | undefined;
  #refreshing = Subscription.EMPTY;

  constructor(
    url: string,
    readonly options: ClientOptions,
  ) {
    const dialler = new Dialler(url, options, this);
    const { clock, random } = dialler;
    this.dialler = dialler;
    this.clock = clock;
    this.random = random;
    this.outgoing = new Outgoing(clock, (text) => dialler.write(text));
    this.requests = new Requests(clock, this.outgoing, () => this.wake(), options.timeout);
    this.#heartbeat = new Heartbeat(
      clock,
      () => this.push({ type: 'ping' }),
      () => dialler.lose(4408, 'no answer'),
    );
  }

  get id(): string | undefined {
    return this.#hello?.id;
  }

  // Its part as a link of channels.

  get isUp(): boolean {
    return this.#hello !== undefined;
  }

  get isClosed(): boolean {
    return this.dialler.state.status === 'closed';
  }

  wake(): boolean {
    if (this.dialler.state.status === 'idle') this.dialler.open();
    return !this.isClosed;
  }

  push(message: object): boolean {
    const text = JSON.stringify(message);
    const isSent = this.dialler.state.status === 'open' && !this.outgoing.isTooBig(text);
    if (isSent) this.outgoing.push(text);
    return isSent;
  }

  report(error: unknown): void {
    this.errors.next(error instanceof Error ? error : new Error(`${error}`));
  }

  membership(name: string): Membership {
    const membership = this.#channels.get(name) ?? new Membership(name, this);
    this.#channels.set(name, membership);
    return membership;
  }

  close(code: number, reason: string): void {
    this.outgoing.flush();
    this.dialler.close(code, reason);
  }

  // Its part as the role of a dialler.

  protocols(token: string | undefined): readonly string[] {
    return [V1, ...bearer(token), UNSUPPORTED];
  }

  opened(): void {}

  heard(data: unknown): void {
    this.#heartbeat.heard();
    try {
      const frames: unknown = JSON.parse(data as string);
      for (const frame of [frames].flat()) this.#take(frame as Frame);
    } catch (error) {
      this.report(error);
    }
  }

  probe(ms: number): void {
    this.#heartbeat.probe(ms);
  }

  lost(): void {
    this.#hello = undefined;
    this.#heartbeat.stop();
    this.#refreshing.unsubscribe();
    this.outgoing.clear();
    for (const membership of this.#channels.values()) membership.lost();
    this.requests.lost();
  }

  closed(): void {
    this.#session = undefined;
    this.requests.closed();
    for (const membership of this.#channels.values()) membership.closed();
    this.messages.complete();
    this.errors.complete();
  }

  #take(frame: Frame): void {
    const { type, hello, id, ok, error, channel } = frame;
    if (hello) this.#greet(hello);
    else if (ok !== undefined) this.requests.replied(frame);
    else if (error) this.report(new ChannelError(error));
    else if (id !== undefined) this.#answer(frame);
    else if (type === 'ping' || type === 'pong') return;
    else if (channel === undefined || !this.membership(channel).push(frame))
      this.messages.next(frame);
  }

  #answer(frame: Frame): void {
    const hello = this.#hello;
    this.answers.answer(frame, (reply) => {
      if (hello === this.#hello) this.push(reply);
    });
  }

  /** One batch: `resume`, then each channel with its position, then what waits (CC11). */
  #greet(hello: Hello): void {
    const { id, session, heartbeat, expires_in, limits } = hello;
    const before = this.#session;
    this.#hello = hello;
    this.dialler.greeted();
    this.outgoing.limit = limits.payload;
    this.#heartbeat.start(heartbeat);
    this.#refreshIn(expires_in);
    const ready = (isResumed: boolean): void => {
      if (!isResumed) this.#session = session;
      this.dialler.ready(id, isResumed);
    };
    this.requests.up(before ? 'unknown' : 'up');
    if (before) this.#resume(before, ready);
    for (const membership of [...this.#channels.values()]) membership.connected();
    this.requests.flush();
    if (!before) ready(false);
  }

  #resume(session: string, ready: (isResumed: boolean) => void): void {
    const hello = this.#hello;
    const answered = (isResumed: boolean): void => {
      // It fails as well when the connection is lost.
      if (hello !== this.#hello) return;
      this.requests.resumed(isResumed);
      ready(isResumed);
    };
    this.#command('resume', { session, n: this.dialler.dials }).subscribe({
      next: ({ result }) => answered((result as { resumed: boolean }).resumed),
      error: () => answered(false),
    });
  }

  #refreshIn(ms: number | undefined): void {
    if (!ms || !this.options.token) return;
    const soon = ms * (0.8 + this.random() / 10);
    this.#refreshing = this.clock.after(soon, () => this.#refresh());
  }

  /** Gives the server a new token before the time of the old one is over (CC9). */
  #refresh(): void {
    const hello = this.#hello;
    const report = (error: unknown): void => this.report(error);
    this.dialler.tokens.renew((token) => {
      // One for a connection that is gone is kept for the next.
      if (hello !== this.#hello) return;
      this.#command('refresh', { token }).subscribe({
        next: ({ result }) => this.#refreshIn((result as Partial<Hello>).expires_in),
        error: report,
      });
    }, report);
  }

  #command(name: string, fields: object): Observable<Frame> {
    return this.requests.ask(command(name, fields), {}, false);
  }
}
