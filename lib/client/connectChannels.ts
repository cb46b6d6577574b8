import type { ChannelClient } from './channelClient.js';
import { Client } from './client.js';
import type { ClientOptions } from './clientOptions.js';

/**
 * Connects to the channels of a server (`websocketRoutes` of `rx-process/express`), in a browser or in Node, and stays
 * connected: after a lost connection it dials anew, subscribes again what is needed, from where it was, and tells what
 * was missed (CC1–CC13). Dials at once, unless it is `lazy`.
 *
 * @param url `ws:`, `wss:`, or as of a page `http:`, `https:` or `/ws`
 * @throws TypeError of what is no URL, and where there is no class of WebSockets: on Node 20 give that of `ws`, as
 *   `{ WebSocket }`
 * @example
 * const client = connectChannels('/ws', { token: () => fetch('/token').then((r) => r.text()) });
 * const room = client.channel('chat:1', { rewind: 50 });
 * room.events(said).subscribe(({ user, text }) => show(user, text));
 * room.request(say, { text: 'hi' }, { once: true }).subscribe();
 */
export function connectChannels(url: string | URL, options: ClientOptions = {}): ChannelClient {
  const client = new Client(url, options);
  if (!options.lazy) client.open();
  return client;
}
