import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { channel, type Joining, WebSocketMessage } from '../../../lib/channels/index.js';
import type { WireMessage } from '../../../lib/protocol/index.js';
import { type Client, scene, V1 } from '../manager/clients.js';

/** How often values were made JSON. */
function stringified(): jest.SpiedFunction<typeof JSON.stringify> {
  return jest.spyOn(JSON, 'stringify');
}

const PLAIN: WireMessage = { type: 'json', payload: { price: 7 }, timestamp: 1 };

/** Clients in channel `a`, each joined as it says. */
function joined(...joinings: readonly (Joining & { readonly v1?: boolean })[]) {
  const join = ({ connection }: { connection: { readonly identity: string | undefined } }) => {
    const { v1, ...joining } = joinings[Number(connection.identity)] ?? {};
    return joining;
  };
  const given = scene({ channels: [channel('a', { join: join as never })] });
  const clients = joinings.map(({ v1 }, i) =>
    given.connect({ identity: String(i), ...(v1 && V1) }).commands('subscribe', 'a'),
  );
  for (const client of clients) client.read();
  return { ...given, clients };
}

const heard = (clients: readonly Client[]) => clients.map((client) => client.heard());

describe('a message to a channel', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is made text once, however many members, and not for a dialect that nobody speaks (B21)', () => {
    const { manager, clients } = joined({}, {}, { v1: true }, { v1: true });
    const calls = stringified();

    expect(manager.sendToChannel('a', PLAIN)).toBe(4);

    // The payload, and the name of the channel for v1.
    expect(calls.mock.calls.map(([value]) => value)).toEqual([PLAIN.payload, 'a']);
    expect(heard(clients)).toEqual(Array(4).fill([PLAIN.payload]));
  });

  it('is not made text where there is no member (B21)', () => {
    const { manager } = scene();
    manager.channels.createChannel(channel('a'));
    const calls = stringified();

    expect(manager.sendToChannel('a', PLAIN)).toBe(0);

    expect(calls).not.toHaveBeenCalled();
  });

  it('was made text by its constructor, for any number of sends (B21)', () => {
    const { manager } = joined({}, {});
    const message = WebSocketMessage.json({ price: 7 });
    const calls = stringified();

    for (let i = 0; i < 3; i++) manager.sendToChannel('a', message);

    expect(calls).not.toHaveBeenCalled();
  });

  it('passes a filter by those who have one (B21)', () => {
    const seen: unknown[] = [];
    const filter = (message: WireMessage): boolean => {
      seen.push(message);
      return (message.payload as number) > 1;
    };
    const { manager, clients } = joined({ filter }, {});

    expect([1, 2].map((n) => manager.sendToChannel('a', WebSocketMessage.json(n)))).toEqual([1, 2]);

    expect(heard(clients)).toEqual([[2], [1, 2]]);
    expect(seen[0]).toEqual({
      channel: 'a',
      type: 'json',
      payload: 1,
      timestamp: expect.any(Number),
    });
  });

  it('is changed by a transform for those who have one, encoded once for each result (B21)', () => {
    const loud = WebSocketMessage.text('LOUD');
    const { manager, clients } = joined(
      { transform: () => loud },
      { transform: () => loud, v1: true },
      { transform: ({ payload, ...rest }) => ({ ...rest, payload: `${payload}!` }) },
      { transform: (message) => message },
      { transform: () => undefined },
      {},
    );
    const texts = clients.map((client) => client.socket);

    expect(manager.sendToChannel('a', WebSocketMessage.text('soft'))).toBe(5);

    expect(heard(clients)).toEqual([['LOUD'], ['LOUD'], ['soft!'], ['soft'], [], ['soft']]);
    const frames = texts.map(({ actions }) => actions.at(-1));
    expect(frames[1]).toMatchObject({
      data: expect.stringMatching(/^{"channel":"a","type":"text"/),
    });
    expect(frames[2]).toMatchObject({ data: expect.stringMatching(/^{"type":"text"/) });
  });

  it('is changed by mapFor for each connection, after its filter and before its transform (B21)', () => {
    const { manager, clients } = joined(
      {
        filter: ({ payload }) => payload === 1,
        transform: (m) => ({ ...m, payload: [m.payload] }),
      },
      { filter: ({ payload }) => payload === 2 },
      {},
    );
    const mapFor = (
      { identity }: { identity: string | undefined },
      { payload, ...message }: WireMessage,
    ): WireMessage | undefined =>
      identity === '2' ? undefined : { ...message, payload: `${payload} for ${identity}` };

    expect(manager.sendToChannel('a', WebSocketMessage.json(1), { mapFor })).toBe(1);
    expect(manager.sendToChannel('a', WebSocketMessage.json(2), { mapFor })).toBe(1);

    expect(heard(clients)).toEqual([[['1 for 0']], ['2 for 1'], []]);
  });

  it('is not encoded for those who all get another one (B21)', () => {
    const { manager } = joined({}, { v1: true });
    const other: WireMessage = { type: 'text', payload: 'other', timestamp: 1 };
    const calls = stringified();

    manager.sendToChannel('a', PLAIN, { mapFor: () => other });

    expect(calls.mock.calls.map(([value]) => value)).toEqual(['other', 'a']);
  });

  it.each<{ what: string; joining: Joining }>([
    {
      what: 'a filter throws',
      joining: {
        filter: () => {
          throw new Error('boom');
        },
      },
    },
    {
      what: 'a transform throws',
      joining: {
        transform: () => {
          throw new Error('boom');
        },
      },
    },
    { what: 'a transform gives no message', joining: { transform: () => ({}) as never } },
    {
      what: 'a transform gives what has no JSON',
      joining: { transform: (message) => ({ ...message, payload: 1n }) },
    },
  ])('reaches the others where $what, which is a warning (B36)', ({ joining }) => {
    const { manager, clients, events } = joined({}, joining, {});

    expect(manager.sendToChannel('a', WebSocketMessage.json(1))).toBe(2);

    expect(heard(clients)).toEqual([[1], [], [1]]);
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
      {
        code: 'channels',
        message: expect.stringMatching(/^filter, transform or mapFor has failed/),
      },
    ]);
  });

  it('goes to who is there when it is sent, though hooks make members come and go (B9)', () => {
    const { manager, clients, connect } = joined({}, {}, {});
    const [one, other, last] = clients.map(({ pid }) => pid);
    const late = connect();
    const asked: (string | undefined)[] = [];

    const count = manager.sendToChannel('a', WebSocketMessage.text('hello'), {
      mapFor: ({ identity }, message) => {
        asked.push(identity);
        if (identity !== '0') return message;
        manager.channels.unsubscribe('a', other as string);
        manager.closeConnection(last as string);
        manager.channels.unsubscribe('a', one as string);
        for (const pid of [late.pid, one as string]) manager.channels.subscribe('a', pid);
        return message;
      },
    });

    expect([count, asked]).toEqual([1, ['0']]);
    expect(heard([...clients, late])).toEqual([['hello'], [], [], []]);
  });

  it('does not go to whose membership its own filter ends (CP12)', () => {
    const filter = (): boolean => manager.unsubscribe(clients[0]?.pid as string, 'a');
    const { manager, clients } = joined({ filter, v1: true }, {});

    const count = manager.sendToChannel('a', WebSocketMessage.text('hello'));

    const kicked = expect.objectContaining({ event: 'rx:unsubscribed' });
    expect(count).toBe(1);
    expect(heard(clients)).toEqual([[kicked], ['hello']]);
  });
});
