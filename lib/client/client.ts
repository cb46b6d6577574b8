import { map, type Observable } from 'rxjs';
import type { EventType } from '../protocol/index.js';
import { Channel } from './channel.js';
import type { ChannelClient } from './channelClient.js';
import type { ChannelOptions, RequestOptions } from './clientChannel.js';
import { Conversation } from './conversation.js';
import { command, eventOf, type Frame, type WireMessage } from './frame.js';
import { Stream } from './stream.js';

/** What `connectChannels` makes: a conversation with its channels. */
export class Client extends Conversation implements ChannelClient {
  readonly #messages = new Stream<WireMessage>();
  readonly #errors = new Stream<Error>();
  readonly messages$ = this.#messages.out$;
  readonly errors$ = this.#errors.out$;
  readonly #channels = new Map<string, Channel>();

  channel(name: string, options?: ChannelOptions): Channel {
    const channel = this.#channels.get(name) ?? new Channel(name, this);
    this.#channels.set(name, channel);
    if (options) channel.give(options);
    return channel;
  }

  send(event: string | EventType, data: unknown): boolean {
    return this.push(eventOf(event, data));
  }

  request<D, R>(
    event: string | EventType<D, R>,
    data: D,
    options: RequestOptions = {},
  ): Observable<R> {
    return this.ask(eventOf(event, data), options);
  }

  listChannels(query: { readonly prefix?: string } = {}): Observable<readonly string[]> {
    return this.ask<Listed>(command('list_channels', query), {}).pipe(
      map(({ channels }) => channels),
    );
  }

  report(error: unknown): void {
    this.#errors.next(error as Error);
  }

  protected receive(frame: Frame): void {
    const { channel } = frame;
    if (!channel || !this.channel(channel).push(frame)) this.#messages.next(frame);
  }

  protected connected(): void {
    for (const channel of [...this.#channels.values()]) channel.connected();
  }

  protected disconnected(): void {
    for (const channel of this.#channels.values()) channel.lost();
  }

  protected override closed(): void {
    // First: what they ask for themselves is not refused.
    for (const channel of this.#channels.values()) channel.closed();
    super.closed();
    this.#messages.end();
    this.#errors.end();
  }
}

interface Listed {
  readonly channels: readonly string[];
}
