import { describe, expect, it, jest } from '@jest/globals';
import { channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { type Boat, log, shore } from './shore.js';

/** Ten messages, and a client that has come to read them. */
function ten(options = {}) {
  const place = shore(channel('log', options));
  const letters = [...'abcdefghij'];
  place.send(...letters);
  place.alice.subscribeAndJoin('log');
  return place;
}

/** What a client reads: offsets, and whether there is more. */
function read(client: Boat, fields: object = {}) {
  const ref = client.command('history', { channel: 'log', ...fields });
  const { result } = client.assertReply(ref, { ok: true });
  const { messages, more, ...position } = result as {
    messages: { offset: number }[];
    more: boolean;
  };
  expect(position).toEqual({ epoch: 'epoch-1', offset: 10 });
  return [messages.map(({ offset }) => offset), more];
}

const since = (offset: number, epoch = 'epoch-1') => ({ since: { epoch, offset } });

describe('the command history', () => {
  it('gives messages as they were sent, and where they end (CH11)', () => {
    const { alice, bob, send, texts } = shore(channel('log'));
    bob.subscribeAndJoin('log');
    send('a', 'b');
    alice.subscribeAndJoin('log');

    const id = alice.command('history', { channel: 'log' });

    const messages = texts(bob).slice(-2).join();
    expect(texts(alice).at(-1)).toBe(
      `{"id":${id},"ok":true,"result":{"epoch":"epoch-1","offset":2,"messages":[${messages}],"more":false},` +
        '"type":"system","payload":"History of channel: log","timestamp":0}',
    );
  });

  it.each<{ fields: object; page: unknown }>([
    { fields: {}, page: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], false] },
    { fields: { limit: 3 }, page: [[8, 9, 10], true] },
    { fields: { limit: 3, before: 8 }, page: [[5, 6, 7], true] },
    { fields: { limit: 3, before: 4 }, page: [[1, 2, 3], false] },
    { fields: { limit: 3, reverse: true }, page: [[10, 9, 8], true] },
    { fields: { limit: 3, ...since(0) }, page: [[1, 2, 3], true] },
    { fields: { limit: 3, ...since(7), before: 2 }, page: [[8, 9, 10], false] },
    { fields: { limit: 3, ...since(7), reverse: true }, page: [[10, 9, 8], false] },
    { fields: since(10), page: [[], false] },
    { fields: { before: 1 }, page: [[], false] },
    { fields: { limit: 0 }, page: [[], true] },
  ])('pages by $fields (CH11)', ({ fields, page }) => {
    expect(read(ten().alice, fields)).toEqual(page);
  });

  it('joins a subscription without a seam, backwards from its reply (CH11)', () => {
    const { alice, send } = ten();
    const { offset } = alice.subscribeAndJoin('log') as { offset: number };
    send('k');

    const ref = alice.command('history', { channel: 'log', before: offset + 1, limit: 2 });

    const { result } = alice.assertReply(ref, { ok: true });
    expect(result).toMatchObject({ offset: 11, messages: [{ offset: 9 }, { offset: 10 }] });
    expect(log(alice)).toEqual(['11 k']);
  });

  it('has at most 100 messages, by default 50, and 1 MiB (CH11)', () => {
    const { alice, send, manager } = shore(
      channel('log', { history: { size: 200, bytes: 10 * 2 ** 20 } }),
    );
    const count = (fields: object) => {
      const ref = alice.command('history', { channel: 'log', ...fields });
      const { result } = alice.assertReply(ref, { ok: true });
      return (result as { messages: unknown[] }).messages.length;
    };
    alice.subscribeAndJoin('log');
    for (let n = 0; n < 120; n++) send('x');
    const small = [count({}), count({ limit: 500 })];
    for (let n = 0; n < 4; n++) {
      manager.sendToChannel('log', WebSocketMessage.text('x'.repeat(400_000)));
    }
    manager.sendToChannel('log', WebSocketMessage.text('x'.repeat(1_100_000)));

    expect(small).toEqual([50, 100]);
    expect([count({ before: 125 }), count({})]).toEqual([2, 1]);
  });

  it.each<{ what: string; options?: object; fields?: object; code: string }>([
    { what: 'another epoch', fields: since(1, 'x'), code: 'unrecoverable' },
    { what: 'a position that was lost', fields: since(1), code: 'unrecoverable' },
    { what: 'a position above the top', fields: since(11), code: 'unrecoverable' },
    { what: 'a history that is not to be read', options: { read: false }, code: 'not_available' },
    { what: 'a since that is none', fields: { since: 5 }, code: 'bad_request' },
    { what: 'a before that is none', fields: { before: '5' }, code: 'bad_request' },
    { what: 'a limit that is none', fields: { limit: -1 }, code: 'bad_request' },
    { what: 'a reverse that is none', fields: { reverse: 1 }, code: 'bad_request' },
    { what: 'a channel without one', fields: { channel: 'other' }, code: 'not_available' },
    { what: 'a channel that it is not in', fields: { channel: 'third' }, code: 'not_subscribed' },
  ])('answers $what with $code (CH11, CP13)', ({ options = {}, fields, code }) => {
    const { alice, bob } = ten({ history: { size: 5, ...options } });
    alice.subscribeAndJoin('other');
    bob.subscribeAndJoin('third');

    const ref = alice.command('history', { channel: 'log', ...fields });

    alice.assertReply(ref, { error: code });
  });

  it('works in the dialect of the page for who gives an id (CP1)', () => {
    const { t } = ten();
    const paul = t.connect({ protocol: 'plain' });
    paul.subscribe('log');

    expect(read(paul, { limit: 1 })).toEqual([[10], true]);
  });

  it('is not read without an id, as nothing would count such commands (CH11, B29)', () => {
    const filter = jest.fn(() => true);
    const { alice, send } = shore(channel('log', { join: () => ({ filter }) }));
    alice.subscribeAndJoin('log');
    send('a');
    filter.mockClear();

    alice.send({ type: 'system', payload: { command: 'history', channel: 'log' } });

    alice.assertFrame({ type: 'system', payload: 'History of channel: log' });
    expect(filter).not.toHaveBeenCalled();
    alice.assertReply(alice.command('history', { channel: 'log' }), { ok: true });
    expect(filter).toHaveBeenCalledTimes(1);
  });
});

describe('history of a channel on the server', () => {
  it('gives pages of messages with their places (CH11)', () => {
    const { manager } = ten({ history: { key: () => 'k' } });
    const place = manager.channel('log');
    const offsets = (query?: object) => place.history(query).map(({ offset }) => offset);

    expect(place.history({ limit: 1 })).toEqual([
      {
        ...{ channel: 'log', offset: 10, key: 'k', type: 'text', payload: 'j' },
        timestamp: expect.any(Number),
      },
    ]);
    expect(offsets()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(offsets({ ...since(3), limit: 2 })).toEqual([4, 5]);
    expect(offsets({ before: 3, reverse: true })).toEqual([2, 1]);
    expect(offsets({ limit: Number.POSITIVE_INFINITY })).toHaveLength(10);
    expect(manager.channel('other').history()).toEqual([]);
  });

  it.each<{ what: string; query: object; code: string }>([
    { what: 'a position of another stream', query: since(1, 'x'), code: 'NotFound' },
    { what: 'a limit that is none', query: { limit: 0 }, code: 'Invalid' },
    { what: 'a before that is none', query: { before: 0.5 }, code: 'Invalid' },
    { what: 'a since that is none', query: { since: 4 }, code: 'Invalid' },
    { what: 'an unknown option', query: { after: 1 }, code: 'Invalid' },
  ])('refuses $what with $code', ({ query, code }) => {
    const { manager } = ten();

    expect(() => manager.channel('log').history(query)).toThrow(
      expect.objectContaining({ code }) as unknown as Error,
    );
  });
});
