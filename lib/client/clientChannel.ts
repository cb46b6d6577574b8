import type { Observable, ObservableInput } from 'rxjs';
import type { EventType } from '../protocol/index.js';
import type { Position, WireMessage } from './frame.js';
import type { Presence } from './presence.js';

/**
 * A channel as a client has it. Its streams are hot behind the scenes and complete when the client is closed; those that
 * need the membership (`messages$`, `events`, `presence$`, `count$`, `fold`) subscribe the channel with their first
 * subscriber, and unsubscribe it when the last one has been gone for `leaveDelay` (CC2).
 *
 * A lost connection ends none of them: after it the channel is subscribed again, from the position that it had. A refusal
 * that is not to be repeated, and the end of the membership by the server, error those that need it with a
 * `ChannelError`; whoever subscribes again asks again (CC3).
 */
export interface ClientChannel {
  readonly name: string;
  /** Where it stands; replays the last state. */
  readonly state$: Observable<ChannelState>;
  /**
   * What is sent to the channel, in order, each message once (PT1). A late subscriber gets later messages; those that
   * came while nobody listened for less than `leaveDelay`, at most 100, go to the next subscriber.
   */
  readonly messages$: Observable<WireMessage>;
  /**
   * Tells that messages were missed that the server could not give again, before anything that comes after them: `reason`
   * is `epoch`, `expired`, `ahead`, `too_many` or `no_history` (CH5), `from` the position after which they are missed. It
   * subscribes nothing.
   */
  readonly gaps$: Observable<Gap>;
  /** The data of an event: `messages$` that have its name. Their type is not checked. */
  events<D>(event: string | EventType<D>): Observable<D>;
  /** Who is there, at once and after each change; never for a channel without presence, or that only counts (PR6, PR10). */
  readonly presence$: Observable<readonly Presence[]>;
  /** How many are there, by keys. */
  readonly count$: Observable<number>;
  /** Asks for other presence data of its own: cold; completes when the server has taken it, errors as a request. */
  updatePresence(meta: unknown): Observable<void>;
  /** Sends an event; `false`: it was not, because the channel is not subscribed or it is too big. Nothing is kept (CC6). */
  send<D>(event: string | EventType<D>, data: NoInfer<D>): boolean;
  /**
   * Sends an event and waits for the answer of the channel's process or handler: cold, one value. Errors with a
   * `ChannelError` of the server, or of its own: `timeout`, `disconnected` (it may have been performed), `closed`,
   * `overloaded`, `bad_request` if it is too big. With `once` it survives a lost connection and is performed at most once,
   * or errors `outcome_unknown` if the server has forgotten it (CP23).
   */
  request<D, R = unknown>(
    event: string | EventType<D, R>,
    data: NoInfer<D>,
    options?: RequestOptions,
  ): Observable<R>;
  /** A page of what was sent: cold, one value; errors as a request, `unrecoverable` among others (CH11). */
  history(query?: HistoryQuery): Observable<HistoryPage>;
  /**
   * A state that heals itself (CC5): what `load` gives, by HTTP say, with every later message folded in by `step`; after
   * a gap it loads again. Emits only what is up to date. Errors with what `load` errors with.
   *
   * @param load gives the state, or `{ state, position }` (known by the key `position`): then messages up to that position
   * are not folded in
   * @example client.channel('orders:42').fold(() => fetch('/orders/42').then((r) => r.json()), addOrder)
   */
  fold<S>(
    load: () => ObservableInput<S | Loaded<S>>,
    step: (state: S, message: WireMessage) => S,
  ): Observable<S>;
}

/** Options of `client.channel`. */
export interface ChannelOptions {
  /** Given to the `join` hook (B15); of a function, what it gives each time. */
  readonly params?: unknown;
  /** Where to go on, as `state$` has said it: what came since is replayed first (CH4). */
  readonly since?: Position;
  /** How many of the last messages to get first; not with `since`, nor after a reconnect (CH7). */
  readonly rewind?: number;
  /** Whether it is among those who are present; default `true` (PR1). */
  readonly present?: boolean;
  /** Its presence data, as it proposes them (PR3). */
  readonly meta?: unknown;
  /** Gives a token for the `join` hook: before the first subscribe, and after `expired` (B32). */
  readonly token?: () => string | Promise<string>;
}

/** Options of a request. */
export interface RequestOptions {
  /** Milliseconds, its wait for the connection included; default that of the client. */
  readonly timeout?: number;
  /** Goes on after a lost connection, and is performed at most once; default `false` (CP23). */
  readonly once?: boolean;
}

/**
 * Where a channel stands. `subscribing`: it was asked for, or waits for the connection. `waiting`: it was refused for now,
 * and is asked for again. `failed`: for good; the next subscriber asks again.
 */
export type ChannelState =
  | { readonly status: 'idle' | 'subscribing' }
  | {
      readonly status: 'subscribed';
      /** Whether nothing was missed since the last membership; `undefined`: there was none. */
      readonly recovered: boolean | undefined;
      /** Whether all that was replayed is there: only then the latest of each key is (CH9). */
      readonly synced: boolean;
      /** After the last message that was handed on; `undefined`: the channel has no history. To be stored, and given as `since`. */
      readonly position: Position | undefined;
      /** What the channel's process has said to whoever joins (B24). */
      readonly state: unknown;
    }
  | { readonly status: 'waiting' | 'failed'; readonly error: Error };

/** Messages that were missed. */
export interface Gap {
  readonly reason: string;
  readonly from: Position | undefined;
}

/** Which part of a history (CH11). */
export interface HistoryQuery {
  readonly since?: Position;
  readonly before?: number;
  /** Default 50, at most 100. */
  readonly limit?: number;
  readonly reverse?: boolean;
}

/** A part of a history. */
export interface HistoryPage {
  readonly epoch: string;
  /** The last offset of the history. */
  readonly offset: number;
  readonly messages: readonly WireMessage[];
  /** Whether there is more in that direction. */
  readonly more: boolean;
}

/** A state as it was at a position. */
export interface Loaded<S> {
  readonly state: S;
  readonly position?: Position | undefined;
}
