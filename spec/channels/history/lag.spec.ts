import { describe, expect, it } from '@jest/globals';
import { channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { type Boat, log, shore } from './shore.js';

const { text } = WebSocketMessage;
const MIB = 2 ** 20;

/** Alice and bob are in a channel, and alice reads too slowly from now on. */
function slow(options = {}, limits = {}) {
  const place = shore(channel('log', options), limits);
  for (const client of [place.alice, place.bob]) client.subscribeAndJoin('log');
  place.send('a');
  place.alice.lag(MIB + 1);
  const drops: string[] = [];
  place.t.system.events$.subscribe((event) => {
    if (event.type === 'drop') drops.push(`${event.pid} ${event.reason}`);
  });
  return { ...place, drops };
}

const isIn = (place: { manager: ReturnType<typeof shore>['manager'] }, { pid }: Boat): boolean =>
  place.manager.channels.getSubscribers('log').includes(pid);

describe("lag: 'catchUp'", () => {
  it('ends the membership at once, tells it when half has left, and has it catch up (B27)', () => {
    const place = slow();
    const { t, alice, bob, send, manager, drops } = place;
    const counts = send('b', 'c');
    manager.sendToChannel('log', text('unrecorded'), { record: false });
    const wasIn = isIn(place, alice);
    alice.lag(MIB / 2 + 1);
    t.advance('10s');
    alice.refutePush('log', 'rx:unsubscribed');
    alice.lag(MIB / 2);
    t.advance('100ms');
    alice.assertPush('log', 'rx:unsubscribed', { code: 'lagged', retry: true });
    const result = alice.subscribeAndJoin('log', { since: alice.position('log') });

    expect([counts, wasIn, result]).toMatchObject([[1, 1], false, { recovered: true, replay: 2 }]);
    expect(log(alice)).toEqual(['1 a', '2 b', '3 c']);
    expect(log(bob)).toEqual(['1 a', '2 b', '3 c', '- unrecorded']);
    expect(drops).toEqual([`${alice.pid} lagged`]);
    alice.lag(0);
    t.end();
  });

  it('goes on with replies and with other channels (B27)', () => {
    const { alice, send, manager } = slow();
    alice.subscribeAndJoin('other');
    send('b');
    manager.sendToChannel('other', text('here'));

    alice.assertReply(alice.command('ping'), { ok: true });
    alice.assertFrame({ channel: 'other', payload: 'here' });
  });

  it('keeps its presence while it catches up, and tells it nothing of that of others (B27, PR8)', () => {
    const { t, alice, bob, send } = slow({ presence: true });
    for (const client of [alice, bob]) client.subscribe('log', { watch: true });
    t.advance('1s');
    send('b');
    t.connect({ identity: 'carol' }).subscribeAndJoin('log');
    t.advance('1s');
    alice.lag(0);
    t.advance('1s');
    alice.subscribeAndJoin('log', { watch: true });
    t.advance('10s');

    const diffs = (client: Boat): unknown[] =>
      client.frames.flatMap(({ payload }) => (payload as { data?: object })?.data ?? []);
    expect(diffs(bob).at(-1)).toMatchObject({ version: 3, joins: [{ key: 'carol' }], leaves: [] });
    expect(diffs(alice)).toMatchObject([{ version: 2 }, { code: 'lagged' }]);
  });

  it('is for who is above the mark only, which is a limit (B27)', () => {
    const { alice, send, broker } = slow({}, { catchUp: 2 * MIB });
    send('b');
    alice.lag(2 * MIB + 1);
    send('c');

    expect([log(alice), broker.laggards.size]).toEqual([['1 a', '2 b'], 1]);
  });

  it('tells who has left in the meantime what is so, or nothing (CP12, B28)', () => {
    const ends = {
      unsubscribes: ({ alice }: ReturnType<typeof slow>) => void alice.unsubscribe('log'),
      subscribes: ({ alice }: ReturnType<typeof slow>) => void alice.subscribe('log'),
      kicked: ({ alice, manager }: ReturnType<typeof slow>) =>
        void manager.unsubscribe(alice.pid, 'log'),
      'deleted, unsubscribes': ({ alice, manager }: ReturnType<typeof slow>) => {
        manager.channels.deleteChannel('log');
        alice.unsubscribe('log');
      },
      deleted: ({ manager }: ReturnType<typeof slow>) => void manager.channels.deleteChannel('log'),
    };
    const told = Object.entries(ends).map(([name, end]) => {
      const place = slow();
      const { t, alice, send } = place;
      send('b');
      end(place);
      alice.lag(0);
      t.advance('1s');
      const pushes = alice.frames.filter(
        ({ payload }) => Object(payload).event === 'rx:unsubscribed',
      );
      return [
        name,
        ...pushes.map(({ payload }) => (payload as { data: { code: string } }).data.code),
      ];
    });

    expect(told).toEqual([
      ['unsubscribes'],
      ['subscribes'],
      ['kicked', 'kicked'],
      ['deleted, unsubscribes'],
      ['deleted', 'deleted'],
    ]);
  });

  it('has who reads slowly ask later for what it has missed, as that would close it each time again (CH4)', () => {
    const { t, alice, manager } = slow();
    const { epoch } = manager.channel('log').position as { epoch: string };
    const since = { epoch, offset: 0 };

    for (const fields of [{ since }, { rewind: 1 }]) {
      const ref = alice.command('subscribe', { channel: 'log', ...fields });
      alice.assertReply(ref, { error: 'overloaded' });
    }
    alice.lag(MIB);
    expect(alice.subscribeAndJoin('log', { since })).toMatchObject({ recovered: true, replay: 1 });
    alice.lag(0);
    t.end();
  });

  it('keeps nothing of who has gone (B33)', () => {
    const { t, alice, send, broker } = slow();
    send('b');
    alice.drop();

    expect(broker.laggards.size).toBe(0);
    t.end();
  });

  it('is for arrays as well (B30)', () => {
    const { t, alice, bob, send, broker } = slow({ coalesce: '50ms' });
    t.advance('50ms');
    send('b', 'c');
    t.advance('50ms');

    expect([log(alice), log(bob), broker.laggards.size]).toEqual([[], ['1 a', '2 b', '3 c'], 1]);
  });

  it.each<{ what: string; options: object; protocol?: 'plain' }>([
    { what: 'a client of the page', options: {}, protocol: 'plain' },
    { what: "lag: 'close'", options: { lag: 'close' } },
    { what: 'a channel without history', options: { history: undefined } },
  ])('leaves $what to the relay, which closes with 1013 at last (B27)', ({ options, protocol }) => {
    const { t, send, broker, manager } = shore(channel('log', options));
    // By which one looks at what is said of each.
    manager.define(channel('other', { history: {} }));
    const slowOne = t.connect({ identity: 'slow', ...(protocol && { protocol }) });
    slowOne.subscribe('log');
    slowOne.lag(3 * MIB);
    send('b');

    expect(slowOne.frames.at(-1)).toMatchObject({ payload: 'b' });
    expect(broker.laggards.size).toBe(0);
  });

  it('is also for a channel without history that asks for it: its members are told of a gap (B27)', () => {
    const { t, alice, send } = slow({ history: undefined, lag: 'catchUp' });
    send('b');
    alice.lag(0);
    t.advance('100ms');

    alice.assertPush('log', 'rx:unsubscribed', { code: 'lagged' });
    const since = { epoch: 'x', offset: 1 };
    expect(alice.subscribeAndJoin('log', { since })).toMatchObject({ reason: 'no_history' });
  });
});
