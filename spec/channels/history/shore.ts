import { type ChannelDefinition, channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { type ChannelTest, channelTest } from '../../../lib/testing/index.js';

/** A client of a test. */
export type Boat = ReturnType<ChannelTest['connect']>;

/** A manager with one channel that has a history, `log` where nothing else is said, and two clients of v1. */
export function shore({ pattern, options }: ChannelDefinition, limits = {}) {
  const t = channelTest({ channels: [channel(pattern, { history: {}, ...options })], limits });
  const [alice, bob] = [t.connect({ identity: 'alice' }), t.connect({ identity: 'bob' })];
  const { manager } = t;
  const { broker } = manager[insideOf];
  const send = (...texts: string[]): number[] =>
    texts.map((text) => manager.sendToChannel(pattern, WebSocketMessage.text(text)));
  /** What was written to a client, welcome aside, as it is on the wire. */
  const written = new Map<string, string[]>();
  const watch = (client: Boat): Boat => {
    const member = broker.members.get(client.pid);
    if (member === undefined) throw new Error(`${client.name} is not here`);
    const { line } = member;
    const texts: string[] = [];
    written.set(client.name, texts);
    const write = line.write.bind(line);
    line.write = (text) => {
      texts.push(text);
      return write(text);
    };
    return client;
  };
  for (const client of [alice, bob]) watch(client);
  const connect = t.connect.bind(t);
  t.connect = (given) => watch(connect(given));
  return {
    ...{ t, manager, broker, send },
    ...{ alice, bob, texts: (client: Boat) => written.get(client.name) ?? [] },
  };
}

/** The texts that a client was sent in channels, each with its offset. */
export const log = ({ frames }: Boat): string[] =>
  frames
    .filter(({ type, channel: name }) => type === 'text' && name !== undefined)
    .map(({ offset = '-', key, payload }) =>
      [offset, key, payload].filter((x) => x !== undefined).join(' '),
    );
