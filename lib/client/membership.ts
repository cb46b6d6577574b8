import { Observable, type Subscription } from 'rxjs';
import { type ChannelError, failure } from './channelError.js';
import type { ChannelOptions, ChannelState } from './clientChannel.js';
import type { Asking, Dialogue } from './dialogue.js';
import { command, type WireMessage } from './frame.js';
import { Stream } from './stream.js';
import { tokensOf } from './tokensOf.js';
import { Trying } from './trying.js';

/**
 * The membership of a channel, for all who need it: asked for with the first of them, kept through lost connections, and
 * given up when the last one has been gone for a while (CC2–CC4). What comes by it is the affair of who extends it.
 */
export abstract class Membership<Result> extends Trying<ChannelState> {
  protected given: ChannelOptions = {};
  /** The options as they are compared. */
  #shape: string | undefined;
  protected readonly messages = new Stream<WireMessage>();
  #users = 0;
  /** Runs as long as somebody may come back. */
  #leaving: Subscription | undefined;
  /** Code of the server has subscribed it, and its end is the server's affair (B31). */
  #isServers: boolean | undefined;

  declare readonly name: string;
  declare readonly link: Dialogue;

  constructor(name: string, link: Dialogue) {
    super(link.options, link.clock);
    this.name = name;
    this.link = link;
  }

  /** What is asked, beside the token. */
  protected abstract fields(): object;
  protected abstract joined(result: Result): void;
  /** The next membership begins afresh. */
  protected abstract forget(): void;
  /** Ends the streams that need it. */
  protected abstract end(error?: Error): void;

  /** Takes its options. @throws ChannelError `invalid`: there were others before (CC3). */
  give(options: ChannelOptions): void {
    const shape = JSON.stringify(options);
    if (this.#shape === shape) return;
    if (this.#shape) throw failure('invalid', `${this.name} has other options`);
    this.#shape = shape;
    this.given = options;
    this.tokens = tokensOf(options.token);
  }

  connected(): void {
    if (this.isWanted) this.try();
  }

  lost(): void {
    this.stop();
    if (this.isWanted) this.set({ status: 'subscribing' });
    else this.#reset();
  }

  closed(): void {
    this.#reset();
    this.end();
    this.states.end();
    // Nobody is waited for.
    this.#leaving?.unsubscribe();
  }

  get isLive(): boolean {
    return this.isAt('subscribed');
  }

  protected get isWanted(): boolean {
    return this.#users > 0 || this.isHeld;
  }

  /** Whether somebody may come back. */
  protected get isHeld(): boolean {
    return this.#leaving?.closed === false;
  }

  /** A stream, for who needs the membership for it. */
  protected need<T>(stream: Stream<T>, look?: () => void): Observable<T> {
    return new Observable((subscriber) => {
      stream.out$.subscribe(subscriber);
      look?.();
      this.#users++;
      if (this.isAt('idle', 'failed') && this.link.awake()) this.try();
      return () => {
        const { leaveDelay = 250 } = this.options;
        this.#users--;
        this.#leaving = this.clock.after(leaveDelay, () => this.leave(), this.#leaving);
      };
    });
  }

  protected set(state: ChannelState): void {
    if (this.isLive || !this.isAt(state.status)) this.states.next(state);
  }

  protected begin(): boolean {
    this.set({ status: 'subscribing' });
    return !!this.link.id;
  }

  protected go(token: string | undefined): Subscription {
    return this.ask<Result>('subscribe', { ...this.fields(), token }, null).subscribe({
      next: (result) => this.join(result),
      error: (error) => this.refuse(error),
    });
  }

  /** There is one, asked for or not. */
  protected join(result: Result, isServers?: boolean): void {
    this.began();
    this.#isServers = isServers;
    this.joined(result);
  }

  /** It was refused or has ended, and is perhaps to be asked for again. */
  protected refuse(error: Partial<ChannelError> & Error): void {
    const { code = '', retry = true, after = 0 } = error;
    this.ended();
    if (code === 'expired') this.tokens.renew(true);
    if (!this.isWanted) return this.#reset();
    if (!retry) {
      this.#reset();
      this.set({ status: 'failed', error });
      this.end(error);
      // Who comes back asks again: until then nobody is to be in it.
      return this.#leaving?.unsubscribe();
    }
    // The first time there is nothing to wait for.
    const isQuick = !this.attempt && /expired|lagged/.test(code);
    this.tryIn(isQuick ? 0 : after + this.pause);
    this.attempt++;
    this.set({ status: 'waiting', error });
  }

  report(error: unknown): void {
    this.link.report(error);
  }

  /** Nobody came back in time, or there is too much to hold. */
  protected leave(): void {
    this.#leaving?.unsubscribe();
    this.messages.kept = [];
    if (this.#users > 0 || this.#isServers) return;
    const isAsked = this.isAt('subscribed', 'subscribing');
    this.#reset();
    if (isAsked && this.link.id) this.command('unsubscribe');
  }

  /** Asks for what nobody waits for: where it cannot be had, the next membership brings it. */
  protected command(name: string, fields?: object, next?: (_: never) => void): Subscription {
    return this.ask<never>(name, fields, null).subscribe({
      next: next as () => void,
      error: () => {},
    });
  }

  protected ask<R>(name: string, fields?: object, asking?: Asking | null): Observable<R> {
    return this.link.ask(command(name, { channel: this.name, ...fields }), asking);
  }

  #reset(): void {
    this.stop();
    this.attempt = 0;
    this.#isServers = false;
    this.forget();
    this.set({ status: 'idle' });
  }
}
