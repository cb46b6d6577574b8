import { Observable, type Subscription } from 'rxjs';
import type { WireError } from '../protocol/index.js';
import { ChannelError, failure } from './channelError.js';
import type { ChannelOptions, ChannelState, Gap } from './clientChannel.js';
import type { Dialogue } from './dialogue.js';
import { command, type Frame, type Position, saidBy, type WireMessage } from './frame.js';
import { Joining } from './joining.js';
import { type Joined, Place } from './place.js';
import { type Diff, Roster, type Snapshot } from './roster.js';
import { States } from './states.js';
import { Stream } from './stream.js';
import { Tokens } from './tokens.js';

/**
 * The membership of a channel, for all who need it: asked for with the first of them, kept through lost connections, and
 * given up when the last one has been gone for a while (CC2–CC4).
 *
 * Invariant: what comes while it is not `subscribed` is of a former membership, and nothing (CH12).
 */
export class Membership extends Joining<Result> {
  readonly messages = new Stream<WireMessage>();
  readonly states = new States<ChannelState>({ status: 'idle' });
  readonly gaps = new Stream<Gap>();
  readonly roster = new Roster();
  readonly place = new Place();
  #options: ChannelOptions = {};
  /** The options as they are compared. */
  #shape = '';
  /** How many need it, and whether some of them have looked at its presence. */
  #users = 0;
  #watches = false;
  /** Runs as long as somebody may come back. */
  #leaving: Subscription | undefined;
  /** Whether there was a membership before, since which messages may be missing. */
  #was = false;
  /** Code of the server has subscribed it, and its end is the server's affair (B31). */
  #isServers = false;

  constructor(
    readonly name: string,
    link: Dialogue,
  ) {
    super(link);
  }

  get isLive(): boolean {
    return this.states.isAt('subscribed');
  }

  /** What is told of a stream, to who needs the membership for it. */
  need<T>(stream: Stream<T>, watches = false): Observable<T> {
    return new Observable((subscriber) => {
      const { clock, options } = this.link;
      subscriber.add(stream.out$.subscribe(subscriber));
      if (watches && !this.#watches && this.isLive) this.#askPresence();
      this.#watches ||= watches;
      this.#users++;
      if (this.states.isAt('idle', 'failed') && this.link.awake()) this.ask();
      return () => {
        this.#users--;
        this.#leaving = clock.after(options.leaveDelay ?? 250, () => this.#leave(), this.#leaving);
      };
    });
  }

  /** Takes its options. @throws ChannelError `invalid`: there were others before (CC3). */
  give(options: ChannelOptions): void {
    const shape = JSON.stringify(options);
    if (this.#shape === shape) return;
    if (this.#shape) throw failure('invalid', `${this.name} has other options`);
    this.#shape = shape;
    this.#options = options;
    this.tokens = new Tokens(options.token);
  }

  connected(): void {
    if (this.#isWanted) this.ask();
  }

  lost(): void {
    this.stop();
    if (this.#isWanted) this.asks();
    else this.#forget();
  }

  closed(): void {
    this.#forget();
    for (const stream of [...this.#needed, this.gaps, this.states]) stream.end();
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

  protected asks(): void {
    this.#set({ status: 'subscribing' });
  }

  protected fields(): object {
    const { params, present, meta, rewind } = this.#options;
    const since = this.#from;
    return {
      channel: this.name,
      ...(since ? { since } : { rewind }),
      watch: this.#watches || undefined,
      present,
      meta,
      params: typeof params === 'function' ? params() : params,
    };
  }

  protected joined(result: Result): void {
    const { recovered = false, reason = 'no_history', presence, state } = result;
    const from = this.#from;
    const isBack = this.#was || !!from;
    this.#was = true;
    this.#isServers = false;
    this.place.joined(result, from);
    if (isBack && !recovered) this.gaps.next({ reason, from });
    this.#tell({ recovered: isBack ? recovered : undefined, state });
    if (presence) this.roster.reset(presence);
  }

  protected waits(error: Error): void {
    this.#set({ status: 'waiting', error });
  }

  protected failed(error: Error): void {
    this.#forget();
    this.#set({ status: 'failed', error });
    for (const stream of this.#needed) stream.end(error);
  }

  get #isWanted(): boolean {
    return this.#users > 0 || this.#leaving?.closed === false;
  }

  get #from(): Position | undefined {
    return this.place.position ?? this.#options.since;
  }

  get #needed(): readonly Pick<Stream<unknown>, 'end'>[] {
    return [this.messages, this.roster.list, this.roster.count];
  }

  #set(state: ChannelState): void {
    if (this.isLive || !this.states.isAt(state.status)) this.states.next(state);
  }

  /** The next membership begins afresh (CC4). */
  #forget(): void {
    this.reset();
    this.place.position = undefined;
    this.messages.kept = this.roster.list.kept = this.roster.count.kept = [];
    this.#was = this.#isServers = this.#watches = false;
    this.#set({ status: 'idle' });
  }

  /** Nobody came back in time, or there is too much to hold. */
  #leave(): void {
    const isAsked = this.states.isAt('subscribed', 'subscribing');
    this.messages.kept = [];
    this.#leaving?.unsubscribe();
    if (this.#users > 0 || this.#isServers || this.states.isAt('failed')) return;
    this.#forget();
    if (isAsked && this.link.isUp) this.#command('unsubscribe');
  }

  #message(frame: Frame): void {
    const { place, messages } = this;
    const { position } = place;
    if (!place.takes(frame.offset)) return;
    if (messages.isHeard || this.#leaving?.closed !== false) messages.next(frame);
    else {
      messages.kept = [...messages.kept, frame];
      if (messages.kept.length > MOST_HELD) this.#leave();
    }
    // Only now: who stores the position has seen what it stands for.
    if (this.isLive && place.position !== position) this.#tell(this.states.value);
  }

  /** Says where it stands. @param what what else there is to say of the membership */
  #tell(what: object): void {
    const { isSynced: synced, position } = this.place;
    this.#set({ ...what, status: 'subscribed', synced, position } as ChannelState);
  }

  /** What the library says itself. */
  #heed(event: string, data: unknown): void {
    const { isLive, roster } = this;
    if (event === 'rx:subscribed') {
      if (isLive || this.states.isAt('subscribing')) return;
      this.began(data as Result);
      this.#isServers = true;
    } else if (!isLive) return;
    else if (event === 'rx:unsubscribed') {
      if (this.#isWanted) this.refused(new ChannelError(data as WireError));
      else this.#forget();
    } else if (event === 'rx:position') {
      this.place.position = data as Position;
      this.#tell(this.states.value);
    } else if (event !== 'rx:presence_diff') roster.reset(data as Snapshot);
    else if (!roster.apply(data as Diff)) this.#askPresence();
  }

  #askPresence(): void {
    this.#command('presence', { watch: true }, (result) => this.roster.reset(result as Snapshot));
  }

  /** Asks for what nobody waits for: where it cannot be had, the next membership brings it. */
  #command(name: string, fields?: object, next = (_: unknown): void => {}): void {
    const message = command(name, { channel: this.name, ...fields });
    this.link.ask(message).subscribe({ next, error: () => {} });
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
