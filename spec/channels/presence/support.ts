import { channel, type PresenceOptions } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import {
  type ChannelTest,
  type ChannelTestOptions,
  channelTest,
  type TestClient,
} from '../../../lib/testing/index.js';

/** A test of the channels `room:*`, whose presence has these options; what a client says of itself is its meta. */
export const presentTest = (
  presence: PresenceOptions | true = { meta: ({ meta }) => meta },
  options: ChannelTestOptions = {},
): ChannelTest => channelTest({ channels: [channel('room:*', { presence })], ...options });

/** Has clients connect and subscribe `room:1`, so that all have been told of each other. */
export function inRoom(t: ChannelTest, ...identities: readonly string[]): TestClient[] {
  const clients = identities.map((identity) => {
    const client = t.connect({ identity, resume: true });
    client.subscribeAndJoin('room:1', { watch: true });
    return client;
  });
  t.advance('50ms');
  return clients;
}

/**
 * What a client was told of presence, in a line each: `state 1 ann/p1 bob/p2`, `diff 2 +ann/p3 ~bob/p2 -cid/p4`, `count 3 2`.
 */
export function news(client: TestClient): string[] {
  return client.frames.flatMap(({ type, payload }) => {
    if (type !== 'event') return [];
    // biome-ignore lint/suspicious/noExplicitAny: a spec knows what it expects
    const { event, data } = payload as { event: string; data: any };
    const what = event.replace('rx:presence_', '');
    return event.startsWith('rx:presence_') ? `${what} ${data.version} ${brief(data)}`.trim() : [];
  });
}

// biome-ignore lint/suspicious/noExplicitAny: the same
function brief({ members, count, joins, updates, leaves }: any): string {
  if (count !== undefined) return String(count);
  if (members !== undefined) return list(members);
  const signed = (sign: string, items: readonly { key: string; ref: string }[]): string[] =>
    items.map(({ key, ref }) => `${sign}${key}/${ref}`);
  return [...signed('+', joins), ...signed('~', updates), ...signed('-', leaves)].join(' ');
}

/** Who is in a list: `ann/p1 ann/p2 bob/p3`. */
export const list = (
  entries: readonly { readonly key: string; readonly metas: readonly { readonly ref: string }[] }[],
): string => entries.flatMap(({ key, metas }) => metas.map(({ ref }) => `${key}/${ref}`)).join(' ');

/** Who is present as was published last, by the server's own word. */
export const published = (t: ChannelTest): string =>
  list(t.manager[insideOf].broker.channels.find('room:1')?.presence?.list ?? []);

/** How many timers run, of plain clients those of channels alone. */
export const timers = (t: ChannelTest): number =>
  (t.system[kernelOf].scheduler as unknown as { actions: readonly unknown[] }).actions.length;
