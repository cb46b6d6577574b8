import { describe, expect, it } from '@jest/globals';
import { map, mergeMap, Subject, take } from 'rxjs';
import { type ChannelBehavior, room } from '../../../lib/channels/index.js';
import { ofTopic, reply } from '../../../lib/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { answerTo, comesBack, guest, RESUMED, three } from './sessionsSupport.js';

const SOON = 30;

/** A shop whose process is at `a`: it writes down what is ordered there, and answers by a bill for each `pays`. */
function shop() {
  const orders: unknown[] = [];
  const paid$ = new Subject<string>();
  const behavior: ChannelBehavior = (inbox) =>
    inbox.pipe(
      ofTopic(room.event),
      mergeMap((message) => {
        orders.push(message.payload.data);
        return paid$.pipe(
          take(1),
          map((bill) => reply(message, bill)),
        );
      }),
    );
  const world = three({ limits: { requestTimeout: 30_000 } }, { shop: { behavior, linger: '1m' } });
  const { on, a } = world;
  const enter = (client: TestClient): void => {
    client.subscribe('shop');
    on.advance(SOON);
  };
  enter(a.connect());
  const pays = (bill: string): void => {
    paid$.next(bill);
    on.advance(SOON);
  };
  /** A client in the shop, which has ordered. */
  const ordered = (at: ChannelTest) => {
    const { client, secret } = guest(at);
    enter(client);
    client.send(ORDER);
    on.advance(SOON);
    return { client, secret };
  };
  return { ...world, orders, pays, ordered, enter };
}

const ORDER = {
  ...{ type: 'event', channel: 'shop', payload: { event: 'order', data: 'tea' } },
  ...{ id: 7, once: true },
};

describe('a once-request to the process of a channel on another node', () => {
  it('is answered at the next node by the reply that was kept (CN41, CP23)', () => {
    const { on, b, c, orders, pays, ordered } = shop();
    const { client, secret } = ordered(b);
    pays('first');
    client.drop();
    const again = comesBack(c, secret, 2);
    on.advance(SOON);
    again.send(ORDER);
    pays('second');

    expect([client, again].map((each) => answerTo(each, 7))).toEqual(['first', 'first']);
    expect(orders).toEqual(['tea']);
  });

  it.each([
    { from: 'b', to: 'c', what: 'a third one' },
    { from: 'b', to: 'a', what: 'that of the process' },
    { from: 'a', to: 'b', what: 'another than that of the process' },
    { from: 'b', to: 'b', what: 'the same' },
  ] as const)(
    'is done once, whose client asks again at $what while it runs (CN41, CP23)',
    (row) => {
      const world = shop();
      const { on, orders, pays, ordered } = world;
      const { client, secret } = ordered(world[row.from]);
      client.drop();
      const again = comesBack(world[row.to], secret, 2);
      on.advance(SOON);
      again.send(ORDER);
      again.send(ORDER);
      on.advance(SOON);
      pays('done');
      again.send(ORDER);
      on.advance(SOON);

      expect([answerTo(again), answerTo(again, 7)]).toEqual([RESUMED, 'done']);
      expect(again.frames.filter(({ id }) => id === 7)).toHaveLength(2);
      expect(orders).toEqual(['tea']);
    },
  );

  it('is done once, where the link to the process is lost while it runs, and back (CN41, CN28)', () => {
    const { on, b, orders, pays, ordered } = shop();
    const { client } = ordered(b);
    on.nats.cut('b');
    on.advance(12_000);
    on.nats.heal('b');
    on.advance(8_000);
    client.send(ORDER);
    pays('done');

    expect(answerTo(client, 7)).toBe('crashed');
    expect(orders).toEqual(['tea']);
  });

  it('may be asked again where no process has had it (CN22, CP23)', () => {
    const { on, b, orders, pays, enter } = shop();
    const { client } = guest(b);
    enter(client);
    // So that nobody is the next home.
    on.nats.keepKeys(false);
    on.nats.kill('a');
    on.advance(3_000);
    client.send(ORDER);
    expect(answerTo(client, 7)).toBe('crashed');
    on.nats.keepKeys(true);
    on.advance(12_000);
    client.send(ORDER);
    on.advance(SOON);
    pays('done');

    expect(client.frames.at(-1)).toMatchObject({ id: 7, ok: true, payload: 'done' });
    expect(orders).toEqual(['tea']);
  });
});
