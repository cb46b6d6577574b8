import type { EventType } from '../../channels/index.js';
import type { SubscribeFields } from './subscribeFields.js';
import type { TestClient } from './testClient.js';

/**
 * Something that a client does, as a letter of its diagram stands for it; any function of the client is one.
 *
 * @example alice.goes('-s-d--r', { s: subscribe('chat:1'), d: drop, r: reconnect });
 */
export type ClientAction = (client: TestClient) => unknown;

/** Asks to subscribe a channel. */
export const subscribe =
  (channel: string, fields?: SubscribeFields): ClientAction =>
  (client) =>
    client.subscribe(channel, fields);

/** Asks to unsubscribe a channel. */
export const unsubscribe =
  (channel: string): ClientAction =>
  (client) =>
    client.unsubscribe(channel);

/** Sends an event to a channel, as a request. */
export const says =
  <Data>(channel: string, event: string | EventType<Data>, data?: NoInfer<Data>): ClientAction =>
  (client) =>
    client.push(channel, event, data);

/** Loses its connection. */
export const drop: ClientAction = (client) => client.drop();

/** Connects anew; it is in no channel then. */
export const reconnect: ClientAction = (client) => client.reconnect();
