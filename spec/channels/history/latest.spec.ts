import { describe, expect, it } from '@jest/globals';
import { channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { log, shore } from './shore.js';

const prices = (history = {}) => {
  const key = ({ payload }: { payload?: unknown }) => String(payload).split('=')[0] as string;
  return shore(channel('log', { history: { keep: 'latest', key, ...history } }));
};

describe("history with keep: 'latest'", () => {
  it('gives who subscribes the newest of each key, then goes on (CH7, CH8)', () => {
    const { alice, send } = prices();
    send('eur=1', 'usd=1', 'eur=2');

    const result = alice.subscribeAndJoin('log');
    send('usd=2');

    expect(result).toEqual({ channel: 'log', epoch: 'epoch-1', offset: 3, from: 0, replay: 2 });
    expect(log(alice)).toEqual(['2 usd usd=1', '3 eur eur=2', '4 usd usd=2']);
  });

  it('gives who comes back only the newest of what it missed (CH4, B27)', () => {
    const { alice, send } = prices();
    alice.subscribeAndJoin('log');
    send('eur=1');
    alice.drop();
    send('usd=1', 'usd=2', 'usd=3');
    alice.reconnect();

    const result = alice.subscribeAndJoin('log', { since: alice.position('log') });

    // What a newer one has replaced is not lost.
    expect(result).toMatchObject({ recovered: true, replay: 1, offset: 4 });
    expect(log(alice)).toEqual(['1 eur eur=1', '4 usd usd=3']);
  });

  it('gives all values to who subscribes, also more than a client that comes back gets (CH7)', () => {
    const { alice, send } = prices({ recover: 1 });
    send('eur=1', 'usd=1');

    expect(alice.subscribeAndJoin('log')).toMatchObject({ from: 0, replay: 2 });
  });

  it('gives no value to whom it tells of a gap, and all to who asks once more without since (CH5, CH7)', () => {
    const { alice, send } = prices();
    send('eur=1', 'usd=1');

    const since = { epoch: 'of before', offset: 7 };
    const gap = alice.subscribeAndJoin('log', { since });
    const seen = log(alice);
    const anew = alice.subscribeAndJoin('log');

    expect([gap, seen]).toMatchObject([{ recovered: false, reason: 'epoch', replay: 0 }, []]);
    expect(anew).toMatchObject({ from: 0, replay: 2 });
    expect(log(alice)).toEqual(['1 eur eur=1', '2 usd usd=1']);
  });

  it('has no more keys than size, and lets go the one that was written longest ago (CH8)', () => {
    const { alice, bob, send } = prices({ size: 2 });
    send('a=1', 'b=1', 'a=2', 'c=1');

    alice.subscribeAndJoin('log');
    const at = (offset: number) => ({ since: { epoch: 'epoch-1', offset } });

    expect(log(alice)).toEqual(['3 a a=2', '4 c c=1']);
    expect(bob.subscribeAndJoin('log', at(1))).toMatchObject({ reason: 'expired' });
    expect(bob.subscribeAndJoin('log', at(2))).toMatchObject({ recovered: true, replay: 2 });
  });

  it('is one value where no key is said (CH8)', () => {
    const { alice, send } = prices({ key: undefined });
    send('a=1', 'b=1');

    alice.subscribeAndJoin('log');

    expect(log(alice)).toEqual(['2 b=1']);
  });

  it('goes by the key of the send before that of the definition (CH8)', () => {
    const { alice, manager } = prices();
    const send = (text: string, key: string) =>
      manager.sendToChannel('log', WebSocketMessage.text(text), { key });
    send('a=1', 'x');
    send('b=1', 'x');

    alice.subscribeAndJoin('log');

    expect(log(alice)).toEqual(['2 x b=1']);
  });

  it('gives current values to who comes by path or is subscribed by the server (CH7, B31)', () => {
    const { t, alice, send, manager, texts } = prices();
    send('eur=1');
    manager.channels.subscribe('log', alice.pid);
    const carol = t.connect({ channel: 'log' });
    const paul = t.connect({ channel: 'log', protocol: 'plain' });

    for (const client of [alice, carol]) {
      // Before what follows, because a client drops what is not above its position (CH12).
      const data = { epoch: 'epoch-1', offset: 0, replay: 1 };
      expect(client.assertPush('log', 'rx:subscribed').payload).toMatchObject({ data });
      expect(log(client)).toEqual(['1 eur eur=1']);
      expect(client.position('log')?.offset).toBe(1);
    }
    expect(paul.frames.map(({ payload }) => payload)).toEqual([
      'Connected to channel: log',
      'eur=1',
    ]);
    expect(texts(alice)).toHaveLength(2);
  });

  it('lets the older value of a key go that was kept before all were not (CH8)', () => {
    const { alice, send, manager } = shore(channel('log', { history: { key: () => 'k' } }));
    send('a', 'b');
    manager.define(channel('log', { history: { keep: 'latest', key: () => 'k' } }));
    send('c');

    alice.subscribeAndJoin('log');

    expect(log(alice)).toEqual(['3 k c']);
  });
});
