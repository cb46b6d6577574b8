import { describe, expect, it } from '@jest/globals';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import { WebSocketMessage } from '../../../lib/channels/index.js';
import { MAX_BATCH } from '../../../lib/codec/index.js';
import { collect } from '../../support/runtime.js';
import { Scene } from '../scene.js';

const json = (payload: unknown, more: object = {}) => ({ type: 'json', payload, ...more });
const ping = (id?: unknown) => ({ type: 'ping', id });

/** A client of v1 that has read its welcome. */
function visitor(scene = new Scene()) {
  const client = scene.connect();
  client.texts;
  return client;
}

describe('receive', () => {
  it('takes an array of messages in order, as if they were sent singly (CP4)', () => {
    const scene = new Scene();
    const client = visitor(scene);
    const messages = collect(scene.manager.messages$, ({ type, payload }) => `${type} ${payload}`);

    client.sends([ping(1), json(5), { type: 'other' }, ping(2)]);

    expect(client.brief).toEqual(['1 ok pong', '2 ok pong']);
    expect(messages).toEqual(['json 5', 'text {"type":"other"}']);
  });

  it.each([
    { what: 'an empty array', frame: [], codes: ['bad_request'] },
    {
      what: 'more messages than a batch has',
      frame: Array.from({ length: MAX_BATCH + 1 }, () => ping()),
      codes: ['bad_request'],
    },
    {
      what: 'as many as it has',
      frame: Array.from({ length: MAX_BATCH }, () => ping()),
      codes: Array.from({ length: 64 }, () => 'pong'),
    },
    { what: 'items that are none', frame: [1, null, 'x', [], ping(1)], codes: 4 },
  ])('answers $what (CP4)', ({ frame, codes }) => {
    const client = visitor();

    client.sends(frame);

    const expected = Array.isArray(codes)
      ? codes
      : [...Array.from({ length: codes }, () => 'bad_request'), '1 ok pong'];
    expect(client.brief).toEqual(expected);
  });

  it('takes an array for a text in the dialect of the page (CP4, B3)', () => {
    const scene = new Scene();
    const client = scene.connectPlain();
    client.texts;
    const messages = collect(scene.manager.messages$, ({ type, payload }) => ({ type, payload }));

    client.sends('[{"type":"ping"}]', 'no JSON', '5', '{"type":"x"}');

    expect(messages).toEqual([
      { type: 'text', payload: '[{"type":"ping"}]' },
      { type: 'text', payload: 'no JSON' },
      { type: 'text', payload: '5' },
      { type: 'text', payload: '{"type":"x"}' },
    ]);
    expect(client.texts).toEqual([]);
  });

  it('gives binary frames to the streams, and does not answer (B3)', () => {
    const scene = new Scene();
    const client = visitor(scene);
    const messages = collect(scene.manager.messages$, ({ type, raw }) => ({ type, raw }));
    const data = Uint8Array.of(1, 2);

    client.client.next({ type: 'frame', data, size: 2 });
    scene.system.flush();

    expect(messages).toEqual([{ type: 'binary', raw: data }]);
    expect(client.texts).toEqual([]);
  });

  it.each([0, -1, 1.5, 2 ** 53, '', 'x'.repeat(65), true, {}, [1]])(
    'refuses the id %j (CP7)',
    (id) => {
      const client = visitor();

      client.sends(ping(id));

      expect(client.brief).toEqual(['bad_request']);
    },
  );

  it.each([1, 2 ** 53 - 1, 'a', 'x'.repeat(64), '__proto__'])(
    'gives back the id %j as it came (CP7)',
    (id) => {
      const client = visitor();
      const plain = client.scene.connectPlain();
      plain.texts;

      client.sends(ping(id), ping(id));
      plain.sends(ping(id));

      expect(client.frames.map((frame) => frame.id)).toEqual([id, id]);
      expect(plain.frames).toEqual([{ id, ok: true, type: 'pong' }]);
    },
  );

  it('refuses an id that still waits, and takes it again after its reply (CP7)', () => {
    const scene = new Scene();
    const client = visitor(scene);
    const asked = collect(scene.manager.messages$);

    client.sends(json('a', { id: 1 }), json('b', { id: 1 }), json('c', { id: '1' }));
    expect(client.brief).toEqual(['1 no bad_request']);
    asked[0]?.reply('done');
    client.sends(json('d', { id: 1 }));

    expect(client.frames).toEqual([{ id: 1, ok: true, type: 'json', payload: 'done' }]);
    expect(asked.map(({ payload }) => payload)).toEqual(['a', 'c', 'd']);
  });

  it.each([
    { type: 'json', id: 1, once: 'yes' },
    { type: 'json', id: 1, channel: 5 },
    { type: 'event', id: 1, payload: null },
    { type: 'event', id: 1, payload: { event: '' } },
    { type: 'system', id: 1, payload: ['subscribe'] },
    { type: 'system', id: 1, payload: { command: 5 } },
    { type: 'system', id: 1, payload: { command: 'list_channels', prefix: 5 } },
    { type: 'system', id: 1, payload: { command: 'list_channels', limit: -1 } },
    { type: 'system', id: 1, payload: { command: 'refresh', token: 5 } },
  ])('answers %j with bad_request (CP13)', (frame) => {
    const client = visitor();

    client.sends(frame);

    expect(client.brief).toEqual(['1 no bad_request']);
  });

  it.each(['ping', 'pong', 'system'])('ignores a channel on a message of type %s (CP5)', (type) => {
    const client = visitor();

    client.sends({ type, channel: 5, payload: { command: 'ping' }, id: 1 });

    expect(client.brief).toEqual(type === 'pong' ? [] : ['1 ok pong']);
  });

  it.each([
    { command: 'fly', code: 'unknown_command' },
    { command: '__proto__', code: 'unknown_command' },
    { command: 'constructor', code: 'unknown_command' },
    { command: '', code: 'bad_request' },
    { command: 'history', code: 'bad_request' },
    { command: 'presence', code: 'bad_request' },
    { command: 'presence_update', code: 'bad_request' },
  ])('answers the command $command with $code, and the page as it knows it (B5)', (row) => {
    const client = visitor();
    const plain = client.scene.connectPlain();
    plain.texts;

    client.command(row.command, {}, 1).command(row.command);
    plain.command(row.command);

    expect(client.brief).toEqual([`1 no ${row.code}`, row.code]);
    expect(plain.texts).toEqual(['{"type":"system","payload":"Invalid command","timestamp":0}']);
  });

  it('lists public channels, and private ones that the asker is in (B6)', () => {
    const scene = new Scene();
    const client = visitor(scene);
    for (const name of ['b', 'a', 'ab']) scene.manager.channels.subscribe(name, 'somebody');

    client.command('list_channels', {}, 1);
    client.command('list_channels', { prefix: 'a', limit: 1 });

    expect(client.frames).toEqual([
      { id: 1, ok: true, type: 'json', payload: { channels: ['b', 'a', 'ab'] } },
      { type: 'json', payload: { channels: ['a'] } },
    ]);
  });

  it('is silent to the page about a message that is refused, which is a drop event, and tells v1 (B7, CP10)', () => {
    const client = visitor();
    const plain = client.scene.connectPlain();
    plain.texts;
    const frame = { type: 'event', payload: 5 };

    client.sends(frame, json(1, { channel: 'nowhere' }));
    plain.sends(frame, json(1, { channel: 'nowhere' }), { ...frame, id: 1 });

    expect(client.frames).toMatchObject([
      { error: { code: 'bad_request', retry: false }, payload: 'Invalid message' },
      { error: { code: 'not_subscribed', retry: false }, payload: 'Invalid message' },
    ]);
    expect(plain.brief).toEqual(['1 no bad_request']);
    expect(client.scene.events).toEqual(['drop refused']);
    expect(client.scene.manager.stats().drops).toEqual({ refused: 2 });
  });

  it('takes what is for a channel from its members only (B20)', () => {
    const scene = new Scene();
    const [member, other] = [visitor(scene), visitor(scene)];
    const messages = collect(scene.manager.messages$, ({ payload }) => payload);
    member.command('subscribe', { channel: 'a' });

    member.sends(json('in', { channel: 'a' }));
    other.sends(json('never in', { channel: 'a', id: 1 }));
    member.command('unsubscribe', { channel: 'a' });
    member.sends(json('out', { channel: 'a', id: 2 }));

    expect(messages).toEqual(['in']);
    expect(other.brief).toEqual(['1 no not_subscribed']);
    expect(member.brief.slice(-1)).toEqual(['2 no not_subscribed']);
  });

  it('closes a client of v1 with 4400 after 20 malformed messages in 10 s (CP10)', () => {
    const { protocolErrors } = readLimits();
    const client = visitor();
    const plain = client.scene.connectPlain();

    const wrong = Array.from({ length: protocolErrors - 1 }, () => ({ type: 'event' }));
    client.sends(...wrong);
    plain.sends(...wrong, ...wrong, ...wrong);
    client.scene.system.advance('10s');
    client.sends(...wrong);
    expect(client.closing).toBeUndefined();
    client.command('fly');

    expect(protocolErrors).toBe(20);
    expect(client.closing).toBe('4400 too many protocol errors');
    expect(plain.closing).toBeUndefined();
    expect(client.scene.manager.connectionCount()).toBe(1);
  });

  it('does nothing more of a batch that has closed its connection', () => {
    const client = visitor();
    const wrong = Array.from({ length: 20 }, () => ({ type: 'event' }));

    client.sends([...wrong, { type: 'system', payload: { command: 'subscribe', channel: 'a' } }]);

    expect(client.scene.manager.channels.listChannels()).toEqual([]);
  });

  it('refuses more requests at once than 64, and tells when to ask again (CP7, B16)', () => {
    const { pending } = readLimits();
    const scene = new Scene();
    const client = visitor(scene);
    const asked = collect(scene.manager.messages$);

    for (let id = 1; id <= pending + 1; id++) client.sends(json(id, { id }));
    expect(client.frames).toMatchObject([{ id: 65, error: { code: 'overloaded', after: 1_000 } }]);
    asked[0]?.reply('done');
    client.sends(json('once more', { id: 65 }));

    expect(pending).toBe(64);
    expect(asked).toHaveLength(65);
  });

  it('bounds the requests of v1, not those of the page: 50 a second, 200 at once (B29)', () => {
    const { requestsPerSecond, requestBurst } = readLimits();
    const client = visitor();
    const plain = client.scene.connectPlain();
    plain.texts;

    for (let id = 1; id <= 202; id++) {
      client.sends(ping(id));
      plain.sends(ping(id));
    }

    expect([requestsPerSecond, requestBurst]).toEqual([50, 200]);
    expect(client.frames.slice(199)).toMatchObject([
      { id: 200, ok: true },
      { id: 201, error: { code: 'rate_limited', retry: true, after: 20 } },
      { id: 202, error: { code: 'rate_limited' } },
    ]);
    expect(plain.frames.every(({ ok }) => ok)).toBe(true);
    client.scene.system.advance(20);
    client.sends(ping(203), ping());
    expect(client.brief).toEqual(['203 ok pong', 'pong']);
  });

  it('refuses what is nested deeper than what a handler could make text again (B3)', () => {
    const scene = new Scene();
    const client = visitor(scene);
    const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    const nested = deep(200_000);

    client.sends(
      nested,
      `{"type":"json","payload":${nested}}`,
      `{"type":"system","id":1,"payload":{"command":"subscribe","channel":"a","params":${nested}}}`,
      `[{"x":${nested}},{"type":"ping","id":2}]`,
      `{"type":"json","id":${nested}}`,
    );

    expect(client.brief).toEqual([
      ...['bad_request', 'bad_request', '1 no bad_request'],
      ...['bad_request', '2 no bad_request', 'bad_request'],
    ]);
    const quoted = JSON.stringify('["{'.repeat(300));
    client.sends(`{"type":"ping","id":3,"payload":[${quoted},${deep(254)}]}`);
    client.sends(`{"type":"ping","id":4,"payload":[${quoted},${deep(255)}]}`);
    expect(client.brief).toEqual(['3 ok pong', '4 no bad_request']);
    expect(scene.events.every((event) => event === 'drop refused')).toBe(true);
    expect(scene.manager.broadcast(WebSocketMessage.text('alive'))).toBe(1);
  });
});
