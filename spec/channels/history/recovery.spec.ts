import { describe, expect, it } from '@jest/globals';
import { mergeMap, of, timer } from 'rxjs';
import { accept, channel, emit, room, WebSocketMessage } from '../../../lib/channels/index.js';
import { type Inbox, ofTopic } from '../../../lib/index.js';
import { type Boat, log, shore } from './shore.js';

const { text } = WebSocketMessage;

describe('subscribe with history', () => {
  it('tells where it is from the first moment, also when nothing was ever published (CH6)', () => {
    const { alice, send } = shore(channel('log'));

    const first = alice.subscribeAndJoin('log');
    send('a', 'b');
    const second = alice.subscribeAndJoin('log');

    expect(first).toEqual({ channel: 'log', epoch: 'epoch-1', offset: 0, replay: 0 });
    expect(second).toEqual({ channel: 'log', epoch: 'epoch-1', offset: 2, replay: 0 });
    expect(log(alice)).toEqual(['1 a', '2 b']);
  });

  it('replays what was missed behind the reply, in order, then goes on live (CH4, B17)', () => {
    const { alice, send } = shore(channel('log'));
    alice.subscribeAndJoin('log');
    send('a', 'b');
    alice.drop();
    send('c', 'd');
    alice.reconnect();

    const result = alice.subscribeAndJoin('log', { since: alice.position('log') });
    send('e');

    expect(result).toEqual({
      ...{ channel: 'log', epoch: 'epoch-1', offset: 4, recovered: true, replay: 2 },
    });
    expect(log(alice)).toEqual(['1 a', '2 b', '3 c', '4 d', '5 e']);
    expect(alice.position('log')).toEqual({ epoch: 'epoch-1', offset: 5 });
  });

  it('replays for a member that subscribes once more with since (CP14)', () => {
    const { t, manager, alice, send } = shore(channel('log'));
    alice.subscribeAndJoin('log');
    send('a', 'b');

    const since = { epoch: 'epoch-1', offset: 1 };
    const again = alice.subscribeAndJoin('log', { since });

    expect(again).toMatchObject({ recovered: true, replay: 1 });
    expect(log(alice)).toEqual(['1 a', '2 b', '2 b']);
    expect(manager.channels.subscriberCount('log')).toBe(1);
    t.end();
  });

  it('writes the reply with its keys in order, and each message as it was first sent (CP2, CH3)', () => {
    const { t, alice, send, texts } = shore(channel('log'));
    alice.subscribeAndJoin('log');
    send('a');
    const live = texts(alice).at(-1);
    const bob = t.connect();

    const id = bob.subscribe('log', { since: { epoch: 'epoch-1', offset: 0 } });

    expect(texts(bob)).toEqual([
      `{"id":${id},"ok":true,"result":{"channel":"log","epoch":"epoch-1","offset":1,"recovered":true,"replay":1},` +
        '"type":"system","payload":"Subscribed to channel: log","timestamp":0}',
      live,
    ]);
    expect(live).toMatch(
      /^\{"channel":"log","offset":1,"type":"text","payload":"a","timestamp":\d+\}$/,
    );
  });

  it.each<{ what: string; since: object; history?: object; reason: string }>([
    { what: 'another epoch', since: { epoch: 'x', offset: 3 }, reason: 'epoch' },
    { what: 'an offset above the top', since: { offset: 6 }, reason: 'ahead' },
    {
      what: 'an offset below the floor',
      since: { offset: 1 },
      history: { size: 3 },
      reason: 'expired',
    },
    {
      what: 'more than recover',
      since: { offset: 1 },
      history: { recover: 3 },
      reason: 'too_many',
    },
  ])('tells a client why it cannot be told what it missed: $what (CH5)', (row) => {
    const { alice, send } = shore(channel('log', { history: row.history ?? {} }));
    send('a', 'b', 'c', 'd', 'e');

    const since = { epoch: 'epoch-1', offset: 0, ...row.since };
    const result = alice.subscribeAndJoin('log', { since });
    send('f');

    expect(result).toEqual({
      ...{ channel: 'log', epoch: 'epoch-1', offset: 5, recovered: false, reason: row.reason },
      replay: 0,
    });
    expect(log(alice)).toEqual(['6 f']);
  });

  it.each([
    { what: 'the floor itself', offset: 2, replay: 3 },
    { what: 'the top', offset: 5, replay: 0 },
  ])('recovers from $what (CH4)', ({ offset, replay }) => {
    const { alice, send } = shore(channel('log', { history: { size: 3 } }));
    send('a', 'b', 'c', 'd', 'e');

    const result = alice.subscribeAndJoin('log', { since: { epoch: 'epoch-1', offset } });

    expect(result).toMatchObject({ recovered: true, replay });
  });

  it('replays at most 1 MiB, and never a part of it (CH4)', () => {
    const { alice, manager } = shore(channel('log', { history: { bytes: 4 * 2 ** 20 } }));
    const send = (size: number) => manager.sendToChannel('log', text('x'.repeat(size)));
    for (const size of [400_000, 400_000, 400_000]) send(size);
    const at = (offset: number) => ({ since: { epoch: 'epoch-1', offset } });

    expect(alice.subscribeAndJoin('log', at(0))).toMatchObject({ reason: 'too_many' });
    expect(alice.subscribeAndJoin('log', at(1))).toMatchObject({ recovered: true, replay: 2 });
    send(1_100_000);
    expect(alice.subscribeAndJoin('log', at(3))).toMatchObject({ reason: 'too_many' });
  });

  it('forgets what is too old, on the clock of the system (CH3)', () => {
    const { t, alice, send } = shore(channel('log', { history: { ttl: '1m' } }));
    send('a');
    t.advance('59s');
    send('b');
    const at = (offset: number) => ({ since: { epoch: 'epoch-1', offset } });

    expect(alice.subscribeAndJoin('log', at(0))).toMatchObject({ replay: 2 });
    t.advance('1s');
    expect(alice.subscribeAndJoin('log', at(0))).toMatchObject({ reason: 'expired' });
    expect(alice.subscribeAndJoin('log', at(1))).toMatchObject({ recovered: true, replay: 1 });
  });

  it('begins another stream when the channel is deleted (CH2, B28)', () => {
    const { alice, send, manager } = shore(channel('log'));
    alice.subscribeAndJoin('log');
    send('a');
    manager.channels.deleteChannel('log');
    send('b');

    const result = alice.subscribeAndJoin('log', { since: alice.position('log') });

    expect(result).toMatchObject({
      epoch: 'epoch-2',
      offset: 1,
      recovered: false,
      reason: 'epoch',
    });
  });

  it('begins another stream when a channel is deleted that nobody has needed yet (CH2, B28)', () => {
    const { manager } = shore(channel('log'));
    const epoch = () => manager.channel('log').position?.epoch;
    const before = epoch();

    manager.channels.deleteChannel('log');

    expect([before, epoch()]).toEqual(['epoch-1', 'epoch-2']);
  });

  it('begins another stream when nobody was there for an hour, and nothing is left of it (CH3)', () => {
    const { t, alice, send } = shore(channel('log'));
    const at = () => alice.subscribeAndJoin('log', { since: alice.position('log') });
    alice.subscribeAndJoin('log');
    send('a');
    const first = at();
    t.advance('3h');
    // Until now it was in use.
    alice.unsubscribe('log');
    t.advance('59m');
    const second = at();
    alice.unsubscribe('log');
    t.advance('1h');
    const third = at();

    expect([first, second, third]).toMatchObject([
      { epoch: 'epoch-1', recovered: true },
      { epoch: 'epoch-1', recovered: true },
      { epoch: 'epoch-2', reason: 'epoch', offset: 0 },
    ]);
  });

  it('gives the last messages to who asks for them, also in the dialect of the page (CH7, CP13)', () => {
    const { t, alice, send, texts } = shore(channel('log', { history: { recover: 3 } }));
    const paul = t.connect({ protocol: 'plain' });
    send('a', 'b', 'c', 'd');

    const two = alice.subscribeAndJoin('log', { rewind: 2 });
    paul.subscribe('log', { rewind: 1 });

    expect(two).toEqual({ channel: 'log', epoch: 'epoch-1', offset: 4, from: 2, replay: 2 });
    expect(log(alice)).toEqual(['3 c', '4 d']);
    expect(texts(paul).at(-1)).toMatch(/^\{"type":"text","payload":"d","timestamp":\d+\}$/);
    expect(alice.subscribeAndJoin('log', { rewind: 9 })).toMatchObject({ from: 1, replay: 3 });
    expect(alice.subscribeAndJoin('log', { rewind: 0 })).toMatchObject({ from: 4, replay: 0 });
  });

  it('gives the last 1 MiB at most to who asks for the last messages (CH7)', () => {
    const { alice, send } = shore(channel('log', { history: { bytes: 4 * 2 ** 20 } }));
    send(...['a', 'b', 'c'].map((letter) => letter.repeat(400_000)));

    const result = alice.subscribeAndJoin('log', { rewind: 3 });

    expect(result).toMatchObject({ from: 1, offset: 3, replay: 2 });
  });

  it('goes by since where there are both (CP13)', () => {
    const { alice, send } = shore(channel('log'));
    send('a', 'b', 'c');

    const since = { epoch: 'epoch-1', offset: 2 };
    const result = alice.subscribeAndJoin('log', { since, rewind: 3 });

    expect(result).toMatchObject({ recovered: true, replay: 1 });
  });

  it('replays what came while a hook was asked, once (B17)', () => {
    const join = () => timer(50, t.scheduler).pipe(mergeMap(() => of(true)));
    const { t, alice, send } = shore(channel('log', { join }));
    send('a');
    alice.subscribe('log', { since: { epoch: 'epoch-1', offset: 0 } });
    t.advance(49);
    send('b');
    t.advance(1);
    send('c');

    expect(log(alice)).toEqual(['1 a', '2 b', '3 c']);
  });

  it('has state, position and what follows fit together (B24)', () => {
    const behavior = (inbox: Inbox) =>
      inbox.pipe(
        ofTopic(room.join),
        mergeMap((message) => [
          emit(text('before')),
          accept(message, { state: 'as it is' }),
          emit(text('after')),
        ]),
      );
    const { alice } = shore(channel('log', { behavior, admit: 'behavior' }));

    const result = alice.subscribeAndJoin('log');

    expect(result).toMatchObject({ state: 'as it is', epoch: 'epoch-1', offset: 1 });
    expect(log(alice)).toEqual(['2 after']);
  });

  it('tells who is subscribed by the server, or by its path, where it is (B31, CP20)', () => {
    const { t, alice, bob, send, manager } = shore(channel('log'));
    send('a');
    manager.channels.subscribe('log', alice.pid);
    const carol = t.connect({ channel: 'log' });
    const told = (client: Boat) => client.assertPush('log', 'rx:subscribed').payload;
    const data = { epoch: 'epoch-1', offset: 1 };

    expect(told(alice)).toEqual({ event: 'rx:subscribed', data });
    expect(told(carol)).toEqual({ event: 'rx:subscribed', data });
    manager.channels.subscribe('other', bob.pid);
    expect(bob.assertPush('other', 'rx:subscribed').payload).toEqual({
      ...{ event: 'rx:subscribed', data: {} },
    });
  });
});

describe('stats of history', () => {
  it('say what is kept, and who has got what was missed (CL2)', () => {
    const { t, alice, send, manager } = shore(channel('log', { history: { size: 2 } }));
    send('a', 'b', 'c');
    const at = (offset: number, epoch = 'epoch-1') =>
      alice.subscribeAndJoin('log', { since: { epoch, offset } });
    for (const offset of [0, 1, 2, 9]) at(offset);
    at(1, 'other');
    alice.subscribeAndJoin('else', { since: { epoch: 'x', offset: 1 } });
    alice.subscribeAndJoin('log');

    expect(manager.stats().history).toEqual({
      ...{ streams: 1, messages: 2, bytes: expect.any(Number), recovered: 2 },
      lost: { expired: 1, ahead: 1, epoch: 1, no_history: 1 },
    });
    expect(manager.info().channels).toMatchObject([
      { pattern: 'log', history: { keep: 'all', size: 2, ttl_ms: 300_000 } },
    ]);
    t.end();
  });
});
