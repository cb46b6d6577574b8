import type { Observable, ObservableInput } from 'rxjs';
import type { EventType } from '../protocol/index.js';
import type { ChannelOptions, ClientChannel, RequestOptions } from './clientChannel.js';
import type { ClientState } from './clientState.js';
import type { WireMessage } from './frame.js';

/**
 * A client of a server with channels; made by `connectChannels`. Its streams complete when it is closed, by `close()` or
 * for good (`state$` says why), and begin anew with `open()`. None of them errors because a connection is lost.
 */
export interface ChannelClient {
  /** Where it stands; replays the last state, never errors (CC1). */
  readonly state$: Observable<ClientState>;
  /** The public id of its connection, for server code (`manager.pidOf(id)`); `undefined` while there is none. */
  readonly id: string | undefined;
  /**
   * What is sent to this connection or to all, and what is sent to a channel that server code has subscribed it to and
   * that nobody listens to here (B31).
   */
  readonly messages$: Observable<WireMessage>;
  /** What belongs to no request: refusals of what was sent without one, failing token providers, frames that are no JSON. */
  readonly errors$: Observable<Error>;
  /**
   * A channel: one object for each name. Nothing is asked of the server before somebody subscribes its streams.
   *
   * @throws ChannelError `invalid`: it was given other options before; functions are not compared (CC3).
   */
  channel(name: string, options?: ChannelOptions): ClientChannel;
  /** Sends an event outside of channels; `false`: it was not, because there is no connection or it is too big (CC6). */
  send<D>(event: string | EventType<D>, data: NoInfer<D>): boolean;
  /** Sends an event outside of channels and waits for the answer, as `ClientChannel.request` does. */
  request<D, R = unknown>(
    event: string | EventType<D, R>,
    data: NoInfer<D>,
    options?: RequestOptions,
  ): Observable<R>;
  /**
   * Answers what the server asks by `manager.request` (CP11): with what the handler returns, or the first value of a
   * promise or observable of it. What it throws is an error `failed` there. A second handler of an event replaces the
   * first.
   *
   * @returns what removes it
   */
  answer<D, R>(
    event: string | EventType<D, R>,
    handler: (data: D) => R | ObservableInput<R>,
  ): () => void;
  /** The names of public channels on the server: cold, one value. */
  listChannels(options?: { readonly prefix?: string }): Observable<readonly string[]>;
  /** Dials now, if it is `lazy` or closed; else nothing. After `close()` it is a new client: no position, no session. */
  open(): void;
  /**
   * Closes the connection when what was sent has left, and stays closed; nothing if it is.
   *
   * @param code 1000 (default) or 3000–4999 in browsers
   * @param reason at most 123 bytes of UTF-8
   */
  close(code?: number, reason?: string): void;
}
