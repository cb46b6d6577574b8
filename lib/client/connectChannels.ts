import { map } from 'rxjs';
import type { ChannelClient } from './channelClient.js';
import { channelOf } from './channelOf.js';
import type { ClientChannel } from './clientChannel.js';
import type { ClientOptions } from './clientOptions.js';
import { Conversation } from './conversation.js';
import { command, eventOf, nameOf } from './frame.js';
import { payloadOf } from './requests.js';
import { socketUrl } from './socketUrl.js';

/**
 * Connects to the channels of a server (`websocketRoutes` of `rx-process/express`), in a browser or in Node, and stays
 * connected: after a lost connection it dials anew, subscribes again what is needed, from where it was, and tells what
 * was missed (CC1–CC13). Dials at once, unless it is `lazy`.
 *
 * @param url `ws:`, `wss:`, or as of a page `http:`, `https:` or `/ws`
 * @throws ChannelError `invalid`: no URL, or there is no class of WebSockets (`{ WebSocket }` on Node 20)
 * @example
 * const client = connectChannels('/ws', { token: () => fetch('/token').then((r) => r.text()) });
 * const room = client.channel('chat:1', { rewind: 50 });
 * room.events(said).subscribe(({ user, text }) => show(user, text));
 * room.request(say, { text: 'hi' }, { once: true }).subscribe();
 */
export function connectChannels(url: string | URL, options: ClientOptions = {}): ChannelClient {
  const conversation = new Conversation(socketUrl(url), options);
  const { requests } = conversation;
  const channels = new Map<string, ClientChannel>();
  const client: ChannelClient = {
    state$: conversation.dialler.state$,
    messages$: conversation.messages.out$,
    errors$: conversation.errors.out$,
    get id() {
      return conversation.id;
    },
    channel: (name, given) => {
      const membership = conversation.membership(name);
      if (given) membership.give(given);
      const channel = channels.get(name) ?? channelOf(membership);
      channels.set(name, channel);
      return channel;
    },
    send: (event, data) => conversation.push(eventOf(event, data)),
    request: (event, data, asking) => payloadOf(requests.ask(eventOf(event, data), asking)),
    answer: (event, handler) => conversation.answers.set(nameOf(event), handler as never),
    listChannels: (query) =>
      payloadOf<Listed>(requests.ask(command('list_channels', { ...query }))).pipe(
        map(({ channels }) => channels),
      ),
    open: () => conversation.dialler.open(),
    close: (code = 1000, reason = '') => conversation.close(code, reason),
  };
  if (!options.lazy) client.open();
  return client;
}

interface Listed {
  readonly channels: readonly string[];
}
