import { describe, expect, it } from '@jest/globals';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import {
  type ClientMessage,
  channel,
  event,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { collect, idle } from '../../support/runtime.js';
import { Scene, type Visitor } from '../scene.js';

/** A client of v1 that asks once, and what the application was given. */
function asked(type: 'v1' | 'plain' = 'v1') {
  const scene = new Scene();
  const client = type === 'v1' ? scene.connect() : scene.connectPlain();
  client.texts;
  const messages = collect(scene.manager.messages$);
  client.sends({ type: 'json', payload: 'question', id: 1 });
  return { client, scene, message: messages[0] as ClientMessage, messages };
}

const say = (text: string) => WebSocketMessage.text(text);
const texts = ({ frames }: Visitor): unknown[] =>
  frames.map(({ type, payload }) => (type === 'text' ? payload : (payload?.event ?? payload)));

describe('a request', () => {
  it.each(['v1', 'plain'] as const)('has one reply, in %s as well (CP8, CP9)', (type) => {
    const { client, message, scene } = asked(type);

    expect(message.reply({ offset: 45 })).toBe(true);
    expect(message.reply('again')).toBe(false);
    expect(message.fail('failed', 'again')).toBe(false);
    scene.system.flush();

    expect(client.texts).toEqual([
      '{"id":1,"ok":true,"type":"json","payload":{"offset":45},"timestamp":0}',
    ]);
    expect(scene.events).toEqual(['drop no call']);
  });

  it('fails as its handler says, with a code of its own and details (CP8)', () => {
    const { client, message } = asked();

    message.fail('sold_out', 'Nothing left', { retry: true, after: 5, details: { left: 0 } });

    expect(client.texts).toEqual([
      '{"id":1,"ok":false,"error":{"code":"sold_out","message":"Nothing left","retry":true,' +
        '"after":5,"details":{"left":0}},"type":"system","payload":"Invalid message","timestamp":0}',
    ]);
  });

  it('is late after 10 s, and an answer after that is a drop event (CP9)', () => {
    const { client, message, scene } = asked();

    scene.system.advance(readLimits().requestTimeout - 1);
    expect(client.texts).toEqual([]);
    scene.system.advance(1);
    expect(message.reply('late')).toBe(false);
    scene.system.flush();

    expect(readLimits().requestTimeout).toBe(10_000);
    expect(client.frames).toMatchObject([{ id: 1, error: { code: 'timeout', retry: true } }]);
    expect(scene.events).toEqual(['drop no call']);
  });

  it('is answered by nobody who was told by nobody (CP9)', () => {
    const client = new Scene().connect();
    client.texts;

    client.sends({ type: 'json', payload: 1, id: 1 }, { type: 'json', payload: 1 });

    expect(client.brief).toEqual(['1 no not_available']);
  });

  it('of a client that has gone is answered by a drop event (CP9)', () => {
    const { client, message, scene } = asked();

    client.leaves();
    expect(message.reply('late')).toBe(false);
    scene.system.advance('1m');

    expect(scene.events).toEqual(['drop no call']);
  });

  it('of a client that was handed over is not answered to the process that has it now (X3)', () => {
    const { client, message, scene } = asked();
    const other = scene.system.spawn(idle);

    scene.system.send(client.pid, 'ws.control', { target_pid: other });
    scene.system.flush();

    expect(message.reply('late')).toBe(false);
    expect(client.texts).toEqual([]);
  });

  it('without an id has nothing to answer (B7)', () => {
    const { client, messages, scene } = asked();

    client.sends({ type: 'json', payload: 'note' });

    expect(messages[1]?.reply('x')).toBe(false);
    expect(client.texts).toEqual([]);
    expect(scene.events).toEqual([]);
  });

  it('keeps its place where the answer has no JSON (CP9)', () => {
    const { client, message } = asked();

    expect(() => message.reply(1n)).toThrow(expect.objectContaining({ code: 'Invalid' }));
    message.reply(undefined);

    expect(client.frames).toEqual([{ id: 1, ok: true, type: 'json', payload: null }]);
  });

  it('is checked by the schema of its event, and told where it does not fit (B20)', () => {
    const number = {
      '~standard': {
        version: 1 as const,
        vendor: 'spec',
        validate: (value: unknown) =>
          typeof value === 'number'
            ? { value: value + 1 }
            : { issues: [{ message: 'no number', path: ['a', 0] }] },
      },
    };
    const events = [event('add', { data: number })];
    const scene = new Scene({ channels: [channel('a', { events })] });
    const client = scene.connect().command('subscribe', { channel: 'a' });
    const messages = collect(scene.manager.channel('a').messages$, ({ payload }) => payload);
    client.texts;
    const add = (event: string, data: unknown, id?: number) => ({
      ...{ type: 'event', channel: 'a', payload: { event, data }, id },
    });

    client.sends(add('add', 1), add('add', 'x', 1), add('drop', 1, 2), add('x'.repeat(999), 1));

    expect(messages).toEqual([{ event: 'add', data: 2 }]);
    expect(client.frames).toMatchObject([
      { id: 1, error: { code: 'invalid_data', details: [{ path: 'a[0]', message: 'no number' }] } },
      { id: 2, error: { code: 'unknown_event', message: 'Unknown event: drop' } },
      { error: { message: `Unknown event: ${'x'.repeat(64)}` } },
    ]);
  });
});

describe('the order of frames', () => {
  it('has no push before the reply of the subscribe, and none after the unsubscribe (CP12)', () => {
    const scene = new Scene();
    const room = scene.manager.channel('a');
    scene.manager.channels.createChannel(channel('a'));
    // Whoever hears of a member says so to the channel.
    room.members$.subscribe(({ type }) => room.send(say(type)));
    const [ann, bob] = [scene.connect(), scene.connectPlain()];
    for (const each of [ann, bob]) each.texts;

    ann.command('subscribe', { channel: 'a' });
    bob.command('subscribe', { channel: 'a' }).command('unsubscribe', { channel: 'a' });

    expect(texts(ann)).toEqual(['Subscribed to channel: a', 'joined', 'joined', 'left']);
    expect(texts(bob)).toEqual([
      ...['Subscribed to channel: a', 'joined', 'Unsubscribed from channel: a'],
    ]);
  });

  it.each([
    { what: 'kicked', end: (s: Scene, id: string) => s.manager.unsubscribe(id, 'a') },
    { what: 'deleted', end: (s: Scene) => s.manager.channels.deleteChannel('a') },
  ])('has nothing of a channel after its end: $what (CP12, B28)', ({ what, end }) => {
    const scene = new Scene();
    const room = scene.manager.channel('a');
    const [ann, bob] = [scene.connect(), scene.connectPlain()];
    for (const each of [ann, bob]) each.command('subscribe', { channel: 'a' }).texts;
    room.members$.subscribe(({ type }) => room.send(say(type)));

    for (const { pid } of [ann, bob]) end(scene, pid);
    room.send(say('after'));

    expect(ann.frames).toMatchObject([
      { type: 'event', channel: 'a', payload: { event: 'rx:unsubscribed', data: { code: what } } },
    ]);
    expect(bob.texts.filter((text) => text.includes('rx:'))).toEqual([]);
  });

  it('tells of an end before whoever hears of it has the client join again (CP12)', () => {
    const scene = new Scene();
    const client = scene.connect();
    client.command('subscribe', { channel: 'a' }).texts;
    const { channels } = scene.manager;
    scene.manager.channel('a').members$.subscribe(({ type }) => {
      if (type === 'left') channels.subscribe('a', client.pid);
    });

    scene.manager.unsubscribe(client.pid, 'a');
    client.command('unsubscribe', { channel: 'a' });

    expect(texts(client)).toEqual([
      ...['rx:unsubscribed', 'rx:subscribed', 'Unsubscribed from channel: a', 'rx:subscribed'],
    ]);
  });

  it('takes a client out of everything before anybody hears of it (B8)', () => {
    const scene = new Scene();
    const client = scene.connect();
    for (const name of ['a', 'b']) client.command('subscribe', { channel: name });
    const { channels } = scene.manager;
    const seen = collect(scene.manager.channel('a').members$, ({ type }) => [
      type,
      channels.subscriberCount('b'),
      scene.manager.connectionCount(),
    ]);

    client.leaves();

    expect(seen).toEqual([['left', 0, 0]]);
  });
});
