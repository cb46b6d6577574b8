import { Observable, Subscription } from 'rxjs';
import type { WireError } from '../protocol/index.js';
import { ChannelError, failure } from './channelError.js';
import type { ChannelOptions, ChannelState, Gap } from './clientChannel.js';
import { command, type Frame, type Position, saidBy, type WireMessage } from './frame.js';
import { Joining, type JoiningRole } from './joining.js';
import type { Link } from './link.js';
import { type Joined, Place } from './place.js';
import { type Diff, Roster, type Snapshot } from './roster.js';
import { Stream } from './stream.js';

/**
 * The membership of a channel, for all who need it: asked for with the first of them, kept through lost connections, and
 * given up when the last one has been gone for a while (CC2–CC4).
 *
 * Invariant: what comes while it is not `subscribed` is of a former membership, and nothing (CH12).
 */
export class Membership implements JoiningRole<Result> {
  readonly messages = new Stream<WireMessage>();
  readonly states = new Stream<ChannelState>(true);
  readonly gaps = new Stream<Gap>();
  readonly roster = new Roster();
  readonly place = new Place();
  readonly #joining: Joining<Result>;
  #options: ChannelOptions = {};
  /** The options as they are compared. */
  #shape = '';
  #state: ChannelState = { status: 'idle' };
  /** Those who need it, and of these those who look at its presence. */
  #users = 0;
  #watchers = 0;
  /** What came while nobody listened for a short time. */
  #held: WireMessage[] | undefined;
  /** Runs as long as somebody may come back. */
  #leaving = Subscription.EMPTY;
  /** Whether there was a membership before, since which messages may be missing. */
  #was = false;
  /** Code of the server has subscribed it, and its end is the server's affair (B31). */
  #isServers = false;

  constructor(
    readonly name: string,
    readonly link: Link,
  ) {
    this.#joining = new Joining(link, this);
    this.states.next(this.#state);
  }

  get isLive(): boolean {
    return this.#state.status === 'subscribed';
  }

  /** What is sent to it. */
  readonly messages$ = new Observable<WireMessage>((subscriber) => {
    const held = this.#held ?? [];
    this.#held = undefined;
    this.#leaving.unsubscribe();
    subscriber.add(this.messages.out$.subscribe(subscriber));
    const leave = this.#enter();
    for (const message of held) subscriber.next(message);
    return () => {
      if (!this.messages.isHeard) this.#held = [];
      leave();
    };
  });

  /** Who is there, or how many. */
  watch<T>(stream: Stream<T>): Observable<T> {
    return new Observable((subscriber) => {
      subscriber.add(stream.out$.subscribe(subscriber));
      if (this.#watchers++ === 0 && this.isLive) this.#askPresence();
      const leave = this.#enter();
      return () => {
        this.#watchers--;
        leave();
      };
    });
  }

  #enter(): () => void {
    const { link } = this;
    this.#users++;
    if (['idle', 'failed'].includes(this.#state.status) && !link.isClosed) this.again();
    return () => {
      this.#users--;
      if ((this.#users > 0 && !this.#held) || link.isClosed) return;
      this.#leaving.unsubscribe();
      this.#leaving = link.clock.after(link.options.leaveDelay ?? 250, () => this.#leave());
    };
  }

  /** Takes its options. @throws ChannelError `invalid`: there were others before (CC3). */
  give(options: ChannelOptions): void {
    const { params, since, rewind, present, meta } = options;
    const shape = JSON.stringify([params, since, rewind, present, meta]);
    if (this.#shape === shape) return;
    if (this.#shape)
      throw failure('invalid', `channel ${this.name} was given other options before`);
    this.#shape = shape;
    this.#options = options;
    this.#joining.setToken(options.token);
  }

  connected(): void {
    if (this.#isWanted) this.again();
  }

  lost(): void {
    this.#joining.stop();
    if (this.#isWanted) this.#set({ status: 'subscribing' });
    else this.#forget();
  }

  closed(): void {
    this.#leaving.unsubscribe();
    this.#held = undefined;
    this.#forget();
    for (const stream of this.#streams) stream.complete();
    this.#set(this.#state);
  }

  /** Takes what was sent to it; `false`: it is for nobody here. */
  push(frame: Frame): boolean {
    const { event = '', data } = saidBy(frame) ?? {};
    if (event.startsWith('rx:')) this.#heed(event, data);
    else if (this.isLive) {
      if (!this.#isWanted) return false;
      this.#message(frame);
    }
    return true;
  }

  // What follows is its part in `Joining`.

  again(): void {
    this.#set({ status: 'subscribing' });
    this.#joining.ask();
  }

  fields(): object {
    const { params, present, meta, rewind } = this.#options;
    const since = this.#from;
    return {
      channel: this.name,
      ...(since ? { since } : { rewind }),
      watch: this.#watchers > 0 || undefined,
      present,
      meta,
      params: typeof params === 'function' ? params() : params,
    };
  }

  joined(result: Result, isServers = false): void {
    const { recovered, reason = 'no_history', presence, state } = result;
    const from = this.#from;
    const isBack = this.#was || from !== undefined;
    this.#was = true;
    this.#isServers = isServers;
    this.place.joined(result, from);
    if (isBack && !recovered) this.gaps.next({ reason, from });
    const { isSynced: synced, position } = this.place;
    this.#set({
      status: 'subscribed',
      recovered: isBack ? !!recovered : undefined,
      synced,
      position,
      state,
    });
    if (presence) this.roster.reset(presence);
  }

  waits(error: Error): void {
    this.#set({ status: 'waiting', error });
  }

  failed(error: Error): void {
    this.#forget();
    this.#held = undefined;
    this.#set({ status: 'failed', error });
    for (const stream of [this.messages, this.roster.list, this.roster.count]) stream.error(error);
  }

  get #isWanted(): boolean {
    return this.#users > 0 || !this.#leaving.closed;
  }

  get #from(): Position | undefined {
    return this.place.position ?? this.#options.since;
  }

  get #streams(): readonly Pick<Stream<unknown>, 'complete'>[] {
    return [this.messages, this.states, this.gaps, this.roster.list, this.roster.count];
  }

  #set(state: ChannelState): void {
    this.#state = state;
    this.states.next(state);
  }

  /** The next membership begins afresh (CC4). */
  #forget(): void {
    this.#joining.reset();
    this.#was = this.#isServers = false;
    this.place.forget();
    if (this.#state.status !== 'failed') this.#set({ status: 'idle' });
  }

  #leave(): void {
    const { link } = this;
    const isAsked = this.isLive || this.#state.status === 'subscribing';
    this.#held = undefined;
    this.#leaving.unsubscribe();
    if (this.#users > 0 || this.#isServers) return;
    this.#forget();
    if (isAsked && link.isUp) this.#command('unsubscribe');
  }

  #message(frame: Frame): void {
    const { position } = this.place;
    if (!this.place.takes(frame.offset)) return;
    if (!this.#held) this.messages.next(frame);
    // More than is held: as if the time were over.
    else if (this.#held.push(frame) > MOST_HELD) this.#leave();
    if (this.place.position !== position) this.#moved();
  }

  /** Said after the message was handed on: who stores the position has seen what it stands for. */
  #moved(): void {
    if (this.#state.status !== 'subscribed') return;
    const { isSynced: synced, position } = this.place;
    this.#set({ ...this.#state, synced, position });
  }

  /** What the library says itself. */
  #heed(event: string, data: unknown): void {
    const { isLive, roster } = this;
    if (event === 'rx:subscribed') {
      if (isLive || this.#state.status === 'subscribing') return;
      this.#joining.stop();
      this.#joining.began();
      this.joined(data as Result, true);
    } else if (!isLive) return;
    else if (event === 'rx:unsubscribed') {
      if (this.#isWanted) this.#joining.refused(new ChannelError(data as WireError));
      else this.#forget();
    } else if (event === 'rx:position') {
      this.place.moved(data as Position);
      this.#moved();
    } else if (event !== 'rx:presence_diff') roster.reset(data as Snapshot);
    else if (!roster.apply(data as Diff)) this.#askPresence();
  }

  #askPresence(): void {
    this.#command('presence', { watch: true }, (result) => this.roster.reset(result as Snapshot));
  }

  /** Asks for what nobody waits for: where it cannot be had, the next membership brings it. */
  #command(name: string, fields: object = {}, take: (result: unknown) => void = () => {}): void {
    const message = command(name, { channel: this.name, ...fields });
    this.link.requests
      .ask(message, {}, false)
      .subscribe({ next: ({ result }) => take(result), error: () => {} });
  }
}

/** Messages kept for somebody who may come back. */
const MOST_HELD = 100;

/** What the server says when it is subscribed (CP13). */
interface Result extends Joined {
  readonly reason?: string;
  readonly presence?: Snapshot;
  readonly state?: unknown;
}
