import type { Fellows } from '../../../lib/channels/fellows/fellows.js';
import type { PresenceOptions } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { brokerOf, type Managers, managersOf } from './support.js';

/** Managers on nodes, whose channel `room` has presence; what a client says of itself is its meta. */
export const presentOn = (
  names: readonly string[],
  presence: PresenceOptions = {},
  options: Parameters<typeof managersOf>[2] = {},
): Managers =>
  managersOf(names, { room: { presence: { meta: ({ meta }) => meta, ...presence } } }, options);

/** Has somebody connect to a node, and subscribe the room. */
export function inRoom(t: ChannelTest, identity: string, fields: object = {}): TestClient {
  const client = t.connect({ identity, resume: true });
  client.subscribeAndJoin('room', { watch: true, ...fields });
  return client;
}

/** Who is present by the word of a node, each key with how many metas it has: `ann bob:2`. */
export const shown = (t: ChannelTest): string =>
  (brokerOf(t).channels.presenceOf('room')?.list ?? [])
    .map(({ key, metas }) => (metas.length === 1 ? key : `${key}:${metas.length}`))
    .join(' ');

/** The same of each node. */
export const shownOn = ({ tests }: Managers): string[] => tests.map(shown);

/** Of how many channels others have told a node. */
export const far = (t: ChannelTest): number =>
  (brokerOf(t).fellows as Fellows).clients.presence.size;

/** The whole list of a node, in its order. */
export const listOf = (t: ChannelTest): string =>
  JSON.stringify(brokerOf(t).channels.presenceOf('room')?.list ?? []);

/** What a client was told of presence, in a line each: `diff 2 +ann ~bob -cid`, `count 3 2`. */
export const news = (client: TestClient): string[] =>
  client.frames.flatMap(({ type, payload }) => {
    if (type !== 'event') return [];
    // biome-ignore lint/suspicious/noExplicitAny: a spec knows what it expects
    const { event, data } = payload as { event: string; data: any };
    if (!event.startsWith('rx:presence_')) return [];
    const signed = (sign: string, items: readonly { key: string }[] = []): string[] =>
      items.map(({ key }) => `${sign}${key}`);
    const { count, joins, updates, leaves, version } = data;
    const what = [...signed('+', joins), ...signed('~', updates), ...signed('-', leaves)];
    return [event.replace('rx:presence_', ''), version, count, ...what]
      .filter((each) => each !== undefined)
      .join(' ');
  });
