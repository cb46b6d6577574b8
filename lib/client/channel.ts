import { filter, map, type Observable, type ObservableInput, type Subscription } from 'rxjs';
import type { EventType, WireError } from '../protocol/index.js';
import { ChannelError } from './channelError.js';
import type {
  ChannelState,
  ClientChannel,
  Gap,
  HistoryPage,
  HistoryQuery,
  Loaded,
  RequestOptions,
} from './clientChannel.js';
import { fold } from './fold.js';
import {
  eventOf,
  type Frame,
  nameOf,
  type Position,
  type Said,
  saidBy,
  type WireMessage,
} from './frame.js';
import { Membership } from './membership.js';
import { type Joined, Place } from './place.js';
import { type Diff, Roster, type Snapshot } from './roster.js';
import { Stream } from './stream.js';

/**
 * What comes to a channel, and goes from it.
 *
 * Invariant: what comes while it is not `subscribed` is of a former membership, and nothing (CH12).
 */
export class Channel extends Membership<Result> implements ClientChannel {
  readonly place = new Place();
  readonly #gaps = new Stream<Gap>();
  readonly #roster = new Roster();
  /** Those that need the membership. */
  readonly #streams = [this.messages, this.#roster.list, this.#roster.count];
  /** Whether somebody has looked at its presence. */
  #watches: true | undefined;
  /** The question for the list that has no answer yet. */
  #asking: Subscription | undefined;
  /** Whether there was a membership before, since which messages may be missing. */
  #was: true | undefined;
  readonly messages$ = this.need(this.messages);
  readonly gaps$ = this.#gaps.out$;
  readonly presence$ = this.need(this.#roster.list, () => this.#watch());
  readonly count$ = this.need(this.#roster.count, () => this.#watch());

  events<D>(event: string | EventType<D>): Observable<D> {
    const name = nameOf(event);
    return this.messages$.pipe(
      filter((message) => saidBy(message).event === name),
      map(({ payload }) => (payload as Said).data as D),
    );
  }

  updatePresence(meta: unknown): Observable<void> {
    return this.ask('presence_update', { meta });
  }

  send(event: string | EventType, data: unknown): boolean {
    return this.isLive && this.link.push(eventOf(event, data, this.name));
  }

  request<D, R>(event: string | EventType<D, R>, data: D, options?: RequestOptions): Observable<R> {
    return this.link.ask(eventOf(event, data, this.name), options);
  }

  history(query?: HistoryQuery): Observable<HistoryPage> {
    return this.ask('history', query);
  }

  fold<S>(
    load: () => ObservableInput<S | Loaded<S>>,
    step: (state: S, message: WireMessage) => S,
  ): Observable<S> {
    return fold(this, load, step);
  }

  /** Takes what was sent to it; `false`: it is for nobody here. */
  push(frame: Frame): boolean {
    const { event = '', data } = saidBy(frame);
    if (event.startsWith('rx:')) this.#heed(event, data);
    else if (this.isLive) {
      if (!this.isWanted) return false;
      this.#message(frame);
    }
    return true;
  }

  protected fields(): object {
    const { rewind, params, ...given } = this.given;
    const since = this.#from;
    return {
      ...given,
      since,
      rewind: since ? undefined : rewind,
      watch: this.#watches,
      params: typeof params === 'function' ? params() : params,
    };
  }

  protected joined(result: Result): void {
    const { recovered = false, reason = 'no_history', presence, state } = result;
    const from = this.#from;
    const isBack = this.#was || !!from;
    this.#was = true;
    this.place.joined(result, from);
    if (isBack && !recovered) this.#gaps.next({ reason, from });
    this.#tell({ recovered: isBack ? recovered : undefined, state });
    if (presence) this.#roster.reset(presence);
    // Somebody has looked since it was asked for, or the server's code has subscribed it.
    else if (this.#watches) this.#askPresence();
  }

  protected forget(): void {
    this.place.position = undefined;
    for (const stream of this.#streams) stream.kept = [];
    this.#was = this.#watches = undefined;
  }

  protected end(error?: Error): void {
    for (const stream of this.#streams) stream.end(error);
    if (!error) this.#gaps.end();
  }

  /** Where it was last. */
  get #from() {
    return this.place.position ?? this.given.since;
  }

  #message(frame: Frame): void {
    const { place, messages } = this;
    const { position } = place;
    if (!place.takes(frame.offset)) return;
    if (messages.isHeard || !this.isHeld) messages.next(frame);
    else if (messages.kept.push(frame) > MOST_HELD) this.leave();
    // Only now: who stores the position has seen what it stands for.
    if (this.isLive && place.position !== position) this.#tell(this.state);
  }

  /** Says where it stands. @param what what else there is to say of the membership */
  #tell(what: object): void {
    const { isSynced: synced, position } = this.place;
    this.set({ ...what, status: 'subscribed', synced, position } as ChannelState);
  }

  /** What the library says itself. */
  #heed(event: string, data: unknown): void {
    if (event === 'rx:subscribed') this.#enrolled(data as Result);
    else if (!this.isLive) return;
    else if (event === 'rx:unsubscribed') this.refuse(new ChannelError(data as WireError));
    else if (event === 'rx:position') {
      this.place.position = data as Position;
      this.#tell(this.state);
    } else if (event !== 'rx:presence_diff') this.#roster.reset(data as Snapshot);
    else if (!this.#roster.apply(data as Diff)) this.#askPresence();
  }

  /** The server has subscribed it (B31). */
  #enrolled(result: Result): void {
    // It was out and did not know, because it had read too slowly: it asks for what it has missed (B27).
    if (this.isLive && this.isWanted) return this.try();
    if (!this.isAt('subscribing')) this.join(result, true);
  }

  #watch(): void {
    if (!this.#watches && this.isLive) this.#askPresence();
    this.#watches = true;
  }

  #askPresence(): void {
    // What comes until it is answered is in the answer, or shows that something is missing still.
    if (this.#asking?.closed === false) return;
    this.#asking = this.command('presence', { watch: true }, (list) => this.#roster.reset(list));
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
