import { describe, expect, it } from '@jest/globals';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { answerTo, comesBack, guest, kept, order, RESUMED, three } from './sessionsSupport.js';
import { brokerOf, partsOf } from './support.js';

/** The texts of replies to a request, without the time. */
const replies = (client: TestClient, id: number): object[] =>
  client.frames.filter((frame) => frame.id === id && frame.ok !== undefined);

describe('a once-request of a session that goes to another node', () => {
  it('is answered there by the reply that was kept (CP23, CN41)', () => {
    const { on, a, b, asked } = three();
    const ann = guest(a);
    ann.client.send(order(1));
    asked[0]?.[0]?.reply({ bill: 7 });
    on.advance(10);

    const again = comesBack(b, ann.secret, 2);
    again.send(order(1));
    on.advance(10);

    expect(replies(again, 1)).toEqual(replies(ann.client, 1));
    expect(asked.map(({ length }) => length)).toEqual([1, 0, 0]);
    expect(brokerOf(a).sessions.bytes).toBe(0);
    expect(brokerOf(b).sessions.bytes).toBeGreaterThan(0);
  });

  it('is not performed again where its reply is gone (CP23, CN41)', () => {
    const { on, a, b, asked } = three({ limits: { onceReplies: 1 } });
    const ann = guest(a);
    for (const i of [0, 1]) {
      ann.client.send(order(i + 1));
      asked[0]?.[i]?.reply(i);
      on.advance(10);
    }

    const again = comesBack(b, ann.secret, 2);
    again.send([order(1), order(2), order(3)]);
    on.advance(10);

    expect([answerTo(again, 1), answerTo(again, 2)]).toEqual(['outcome_unknown', 1]);
    expect(asked[1]).toMatchObject([{ payload: 'order 3' }]);
  });

  it('is attached there to the handler that runs: one reply, to who asked last (CP23, CN41)', () => {
    const { on, a, b, c, asked } = three();
    const ann = guest(a);
    ann.client.send(order(1));
    const first = comesBack(b, ann.secret, 2);
    on.advance(10);
    first.send([order(1), order(1)]);
    const last = comesBack(c, ann.secret, 3);
    on.advance(20);
    last.send(order(1));
    expect([answerTo(first, 1), answerTo(last, 1)]).toEqual([undefined, undefined]);

    expect(asked[0]?.[0]?.reply('done')).toBe(true);
    on.advance(10);

    expect([answerTo(first, 1), answerTo(last, 1)]).toEqual([undefined, 'done']);
    expect(replies(last, 1)).toHaveLength(1);
    expect(asked.map(({ length }) => length)).toEqual([1, 0, 0]);
    // And kept, where the session is.
    last.send(order(1));
    expect(replies(last, 1)).toHaveLength(2);
  });

  it('that nobody has asked again meanwhile is kept there when it is done (CP23, CN41)', () => {
    const { on, a, b, asked } = three();
    const ann = guest(a);
    ann.client.send(order(1));
    const again = comesBack(b, ann.secret, 2);
    on.advance(10);
    asked[0]?.[0]?.reply('done');
    on.advance(10);
    again.send(order(1));

    expect(answerTo(again, 1)).toBe('done');
  });

  it('is answered where the session has come home again (CP23, CN41)', () => {
    const { on, a, b, asked } = three();
    const ann = guest(a);
    ann.client.send(order(1));
    comesBack(b, ann.secret, 2);
    on.advance(10);
    const home = comesBack(a, ann.secret, 3);
    on.advance(10);
    home.send(order(1));
    asked[0]?.[0]?.reply('done');

    expect(answerTo(home)).toEqual(RESUMED);
    expect(answerTo(home, 1)).toBe('done');
  });

  it.each([0, 1, 2, 3, 4, 5])(
    'whose reply is told %i ms after the session was asked for again is not lost (CP23, CN41)',
    (millis) => {
      const { on, a, b, c, asked } = three();
      const ann = guest(a);
      ann.client.send(order(1));
      comesBack(b, ann.secret, 2);
      on.advance(10);
      // It goes from b by a to c; its reply from a to both.
      const last = comesBack(c, ann.secret, 3);
      on.advance(millis);
      asked[0]?.[0]?.reply('done');
      on.advance(20);
      last.send(order(1));

      expect([answerTo(last), answerTo(last, 1)]).toEqual([RESUMED, 'done']);
    },
  );

  it('has its id in use at the new node, until it is answered (CP7, CN41)', () => {
    const { on, a, b, asked } = three();
    const ann = guest(a);
    ann.client.send(order(1));
    const again = comesBack(b, ann.secret, 2);
    on.advance(10);
    again.send(order(1));
    again.send({ type: 'ping', id: 1 });
    expect(answerTo(again, 1)).toBe('bad_request');
    asked[0]?.[0]?.reply('done');
    on.advance(10);
    again.send({ type: 'ping', id: 1 });

    expect(again.frames.at(-1)).toMatchObject({ type: 'pong', id: 1, ok: true });
  });

  it('counts among those that may run at once (B16, CN41)', () => {
    const { on, a, b } = three({ limits: { pending: 2 } });
    const ann = guest(a);
    ann.client.send([order(1), order(2)]);
    const again = comesBack(b, ann.secret, 2);
    on.advance(10);
    again.send(order(3));

    expect(answerTo(again, 3)).toBe('overloaded');
  });

  it('whose handler is lost with its node has an outcome that nobody knows (CP23, CN41)', () => {
    const { on, a, b, asked } = three();
    const ann = guest(a);
    ann.client.send([order(1), order(2)]);
    const again = comesBack(b, ann.secret, 2);
    on.advance(10);
    again.send(order(1));

    on.nats.kill('a');
    on.advance(2_000);
    again.send([order(2), order(3)]);

    expect([1, 2].map((id) => answerTo(again, id))).toEqual(['outcome_unknown', 'outcome_unknown']);
    expect(asked[1]).toMatchObject([{ payload: 'order 3' }]);
  });

  it('has one as well where its reply is overdue (CP23, CN41)', () => {
    const { on, a, b } = three({ limits: { requestTimeout: 1_000 } });
    const ann = guest(a);
    ann.client.send(order(1));
    const again = comesBack(b, ann.secret, 2);
    on.advance(10);
    again.send(order(1));
    // What it says gets to nobody.
    partsOf(a).own.tellAll = () => {};
    on.advance(2_900);
    expect(answerTo(again, 1)).toBe(undefined);
    on.advance(200);

    expect(answerTo(again, 1)).toBe('outcome_unknown');
  });

  it('that takes too long at its node times out for its client wherever that is (CP9, CN41)', () => {
    const { on, a, b } = three({ limits: { requestTimeout: 1_000 } });
    const ann = guest(a);
    ann.client.send(order(1));
    const again = comesBack(b, ann.secret, 2);
    on.advance(10);
    again.send(order(1));
    on.advance(1_500);

    expect(answerTo(again, 1)).toBe('timeout');
    again.drop();
    on.advance(61_000);
    expect(kept(on)).toEqual([0, 0, 0]);
  });
});
