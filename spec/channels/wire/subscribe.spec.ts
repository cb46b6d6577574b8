import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER, of, Subject, throwError } from 'rxjs';
import { channel, type JoinAnswer } from '../../../lib/channels/index.js';
import { Scene } from '../scene.js';

const ask = (name: string, more: object = {}) => ({ channel: name, ...more });
const defined = (join: () => unknown) => ({ channels: [channel('a', { join: join as never })] });

/** A hook that is answered by hand, in the order in which it was asked. */
function later() {
  const answers: Subject<JoinAnswer>[] = [];
  const join = () => {
    const answer = new Subject<JoinAnswer>();
    answers.push(answer);
    return answer;
  };
  return { join, answers, scene: new Scene({ channels: [channel('a', { join })] }) };
}

describe('subscribe', () => {
  it('answers the page as printed, also who is a member, and creates the channel (B5, CP14)', () => {
    const scene = new Scene();
    const client = scene.connectPlain();

    client.command('subscribe', ask('chat:room1')).command('subscribe', ask('chat:room1'));

    expect(client.texts).toEqual([
      '{"type":"system","payload":"WebSocket connected","timestamp":0}',
      '{"type":"system","payload":"Subscribed to channel: chat:room1","timestamp":0}',
      '{"type":"system","payload":"Subscribed to channel: chat:room1","timestamp":0}',
    ]);
    expect(scene.manager.channels.subscriberCount('chat:room1')).toBe(1);
  });

  it('answers v1 with the extension keys first, and the result (CP2, CP8)', () => {
    const client = new Scene(defined(() => ({ state: [1], expiresIn: '1m' }))).connect();
    client.texts;

    client.command('subscribe', ask('a'), 7);

    expect(client.texts).toEqual([
      '{"id":7,"ok":true,"result":{"channel":"a","state":[1],"expires_in":60000},"type":"system",' +
        '"payload":"Subscribed to channel: a","timestamp":0}',
    ]);
  });

  it.each([
    { what: 'since', fields: { since: { epoch: 'x', offset: 4 } } },
    { what: 'rewind', fields: { rewind: 3 } },
    { what: 'both', fields: { since: { epoch: 'x', offset: 4 }, rewind: 3 } },
  ])('tells of a gap where there is no history: $what (CP13)', ({ fields }) => {
    const client = new Scene().connect();
    client.texts;

    client.command('subscribe', ask('a', fields), 1);

    const result = { channel: 'a', recovered: false, reason: 'no_history' };
    expect(client.frames).toMatchObject([{ id: 1, ok: true, result }]);
  });

  it('has no since in the dialect of the page (CP13)', () => {
    const scene = new Scene();
    const client = scene.connectPlain();
    client.texts;

    client.command('subscribe', ask('a', { since: { epoch: 'x', offset: 4 } }), 1);
    client.command('subscribe', ask('a', { since: { epoch: 'x', offset: 4 } }));

    expect(client.brief).toEqual(['1 no not_available', 'Invalid command']);
    expect(scene.manager.channels.channelExists('a')).toBe(false);
  });

  it.each([
    { what: 'no channel', fields: {} },
    { what: 'an empty channel', fields: ask('') },
    { what: 'a channel that is no text', fields: { channel: ['a'] } },
    { what: 'a channel of 256 characters', fields: ask('x'.repeat(256)) },
    { what: 'a control character', fields: ask('a\u0000b') },
    { what: 'a line feed', fields: ask('a\n') },
    { what: 'half of a pair', fields: ask('a\ud800') },
    { what: 'a since that is none', fields: ask('a', { since: { epoch: 1, offset: 1 } }) },
    { what: 'a negative offset', fields: ask('a', { since: { epoch: 'x', offset: -1 } }) },
    { what: 'a fraction', fields: ask('a', { since: { epoch: 'x', offset: 1.5 } }) },
    { what: 'a rewind that is none', fields: ask('a', { rewind: '3' }) },
    { what: 'a watch that is none', fields: ask('a', { watch: 1 }) },
    { what: 'a present that is none', fields: ask('a', { present: 'yes' }) },
    { what: 'a token that is none', fields: ask('a', { token: 5 }) },
    { what: 'params above 4 KiB', fields: ask('a', { params: 'x'.repeat(4_095) }) },
    { what: 'params above 4 KiB in UTF-8', fields: ask('a', { params: 'ä'.repeat(2_048) }) },
    { what: 'meta above 1 KiB', fields: ask('a', { meta: 'x'.repeat(1_023) }) },
    { what: 'a token above 8 KiB', fields: ask('a', { token: 'x'.repeat(8_193) }) },
  ])('refuses $what, and changes nothing (B5, CP13)', ({ fields }) => {
    const scene = new Scene();
    const client = scene.connect();
    client.texts;

    client.command('subscribe', fields, 1).command('subscribe', fields);

    expect(client.brief).toEqual(['1 no bad_request', 'bad_request']);
    expect(scene.manager.channels.listChannels()).toEqual([]);
  });

  it.each(['__proto__', 'constructor', 'ä😀', 'x'.repeat(255)])(
    'takes %s for the name of a channel (B10)',
    (name) => {
      const client = new Scene().connect();
      client.texts;

      client.command('subscribe', ask(name, { params: 'x'.repeat(4_094) }), 1);

      expect(client.frames).toMatchObject([{ ok: true, result: { channel: name } }]);
    },
  );

  it.each([
    { what: 'true', join: () => true, as: 'ok Subscribed to channel: a' },
    { what: 'an object', join: () => ({}), as: 'ok Subscribed to channel: a' },
    { what: 'an observable', join: () => of(true, false), as: 'ok Subscribed to channel: a' },
    { what: 'false', join: () => false, as: 'no denied' },
    { what: 'a code', join: () => ({ refused: 'expired' }), as: 'no expired' },
    { what: 'a code of its own', join: () => ({ refused: 'banned' }), as: 'no banned' },
    { what: 'nothing', join: () => undefined, as: 'no internal' },
    { what: 'null', join: () => null, as: 'no internal' },
    { what: '1', join: () => 1, as: 'no internal' },
    { what: 'a list', join: () => [], as: 'no internal' },
    { what: 'a Map', join: () => new Map(), as: 'no internal' },
    { what: 'a slip', join: () => ({ refuse: 'denied' }), as: 'no internal' },
    { what: 'no duration', join: () => ({ expiresIn: 'soon' }), as: 'no internal' },
    { what: 'a state without JSON', join: () => ({ state: 1n }), as: 'no internal' },
    { what: 'an empty observable', join: () => EMPTY, as: 'no internal' },
    { what: 'an observable that fails', join: () => throwError(() => 'x'), as: 'no internal' },
    {
      what: 'an error',
      join: () => {
        throw new Error('x');
      },
      as: 'no internal',
    },
    {
      what: 'what is no error',
      join: () => {
        throw undefined;
      },
      as: 'no internal',
    },
  ])('is answered as the hook says: $what (B15)', ({ join, as }) => {
    const scene = new Scene(defined(join));
    const client = scene.connect();
    client.texts;

    client.command('subscribe', ask('a'), 1);

    expect(client.brief).toEqual([`1 ${as}`]);
    const isIn = as.startsWith('ok');
    expect(scene.manager.channels.subscriberCount('a')).toBe(isIn ? 1 : 0);
    expect(scene.events.length > 0).toBe(as === 'no internal');
  });

  it('is late after 5 s, which is reported, and what the hook says then changes nothing (B15)', () => {
    const { scene, answers } = later();
    const client = scene.connect();
    client.texts;

    client.command('subscribe', ask('a'), 1);
    scene.system.advance('4999ms');
    expect(client.brief).toEqual([]);
    scene.system.advance(1);
    answers[0]?.next(true);

    expect(client.frames).toMatchObject([{ id: 1, error: { code: 'timeout', retry: true } }]);
    expect(scene.events).toEqual([
      'channels the join hook of a has failed: ProcessError: no answer in 5000 ms',
    ]);
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
  });

  it('is refused where the channel is private and has no hook, or is unknown (B6, B13)', () => {
    const channels = [channel('secret', { isPrivate: true }), channel('known:*')];
    const scene = new Scene({ channels, implicitChannels: false });
    scene.manager.channels.createChannel(channel('made'));
    const client = scene.connectPlain();
    client.texts;

    for (const name of ['secret', 'known:1', 'made', 'unknown']) {
      client.command('subscribe', ask(name));
    }

    expect(client.brief).toEqual([
      'Not authorized for channel: secret',
      'Subscribed to channel: known:1',
      'Subscribed to channel: made',
      'Unknown channel: unknown',
    ]);
  });

  it('of a member asks again, and ends what is refused now (CP14)', () => {
    const answers: JoinAnswer[] = [true, { filter: () => false }, false];
    const scene = new Scene(defined(() => answers.shift()));
    const client = scene.connect();

    client.command('subscribe', ask('a'), 1).command('subscribe', ask('a'), 2);
    expect(scene.manager.sendToChannel('a', { type: 'text', payload: 'x', timestamp: 0 })).toBe(0);
    expect(scene.manager.channels.subscriberCount('a')).toBe(1);
    client.texts;
    client.command('subscribe', ask('a'), 3);

    expect(client.brief).toEqual(['rx:unsubscribed in a', '3 no denied']);
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
  });

  it('of a member leaves it one where the hook fails (CP14)', () => {
    const answers: unknown[] = [true, undefined];
    const scene = new Scene(defined(() => answers.shift()));

    scene.connect().command('subscribe', ask('a'), 1).command('subscribe', ask('a'), 2);

    expect(scene.manager.channels.subscriberCount('a')).toBe(1);
  });

  it('is forgotten when its client goes first (B16)', () => {
    const { scene, answers } = later();
    const client = scene.connect();

    client.command('subscribe', ask('a'), 1).command('subscribe', ask('a'), 2);
    client.leaves();

    expect(answers.map(({ observed }) => observed)).toEqual([false]);
    expect(scene.held).toEqual({
      ...{ members: 0, publicIds: 0, departures: 0, arrivals: 0, asked: 0, connections: 0 },
    });
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
  });

  it('never ends a hook that does not answer otherwise than by its time (B15)', () => {
    const scene = new Scene({
      channels: [channel('a', { join: () => NEVER })],
      limits: { joinTimeout: '1s' },
    });
    const client = scene.connect();
    client.texts;

    client.command('subscribe', ask('a'));
    scene.system.advance('1s');

    expect(client.brief).toEqual(['timeout']);
  });
});
