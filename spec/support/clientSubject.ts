import { asyncScheduler, type SchedulerLike, Subscription } from 'rxjs';
import { WebSocket } from 'ws';
import { Journal } from '../../lib/cli/conformance/journal.js';
import type { Deed, Seen, Subject } from '../../lib/cli/conformance/subject.js';
import {
  type ChannelClient,
  type ChannelError,
  type ClientChannel,
  connectChannels,
} from '../../lib/client/index.js';

/** The client of this library as what is checked: without a program around it, which would have to start first (CL9). */
export class ClientSubject implements Subject {
  readonly seen = new Journal<Seen>('the client');
  readonly isOver = false;
  readonly over = new Promise<never>(() => {});
  #client: ChannelClient | undefined;
  readonly #subscriptions = new Map<string, Subscription>();

  do(deed: Deed): void {
    if (deed.do === 'open') return this.#open(deed);
    const client = this.#client as ChannelClient;
    if (deed.do === 'close') client.close();
    else if (deed.do === 'request') this.#request(client, deed);
    else if (deed.do === 'subscribe') this.#subscribe(client.channel(deed.channel), deed);
    else this.#subscriptions.get(deed.channel)?.unsubscribe();
  }

  async end(): Promise<void> {
    this.#client?.close();
  }

  #open({ url, speed, tokens }: Extract<Deed, { do: 'open' }>): void {
    this.#client?.close();
    for (const each of this.#subscriptions.values()) each.unsubscribe();
    this.seen.add({ saw: 'new' });
    let given = 0;
    const token = () => tokens[Math.min(given++, tokens.length - 1)];
    const scheduler = faster(speed);
    const client = connectChannels(url, {
      ...(tokens.length > 0 && { token }),
      ...{ scheduler, WebSocket, leaveDelay: 0 },
    });
    client.answer<unknown, unknown>('echo', (data) => data);
    client.state$.subscribe((state) => {
      if (state.status === 'open') this.seen.add({ saw: 'open' });
      if (state.status === 'closed') this.seen.add({ saw: 'closed', code: state.ended.code });
    });
    this.#client = client;
  }

  #request(client: ChannelClient, deed: Extract<Deed, { do: 'request' }>): void {
    const { as: to, event, data, once } = deed;
    client.request(event, data, { once, timeout: 600_000 }).subscribe({
      next: (value) => this.seen.add({ saw: 'answer', to, value }),
      error: ({ code }: ChannelError) => this.seen.add({ saw: 'error', to, code }),
    });
  }

  #subscribe(channel: ClientChannel, { presence }: Extract<Deed, { do: 'subscribe' }>): void {
    const { name } = channel;
    const see = (saw: Seen['saw'], rest: object = {}): void =>
      this.seen.add({ saw, channel: name, ...rest });
    let was = '';
    channel.state$.subscribe(({ status }) => {
      if (status === 'subscribed' && was !== status) see('subscribed');
      was = status;
    });
    const gaps = channel.gaps$.subscribe({
      next: ({ reason }) => see('gap', { reason }),
      error: () => {},
    });
    // First, so that it comes with the reply of the subscribe.
    const members = presence
      ? channel.presence$.subscribe({
          next: (list) => see('presence', { members: list }),
          error: () => {},
        })
      : Subscription.EMPTY;
    const messages = channel.messages$.subscribe({
      next: ({ type, payload }) => type === 'event' && see('event', payload as object),
      error: ({ code }: ChannelError) => see('ended', { code }),
    });
    messages.add(gaps);
    messages.add(members);
    this.#subscriptions.set(name, messages);
  }
}

/** A clock that goes so many times as fast as the machine's. */
const faster = (speed: number): SchedulerLike => ({
  now: () => performance.now() * speed,
  schedule: (work, delay = 0, state) =>
    asyncScheduler.schedule(work as never, delay / speed, state),
});
