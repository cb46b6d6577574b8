import { describe, expect, it } from '@jest/globals';
import {
  answerTo,
  closing,
  comesBack,
  guest,
  kept,
  RESUMED,
  refused,
  three,
} from './sessionsSupport.js';
import { brokerOf, dropsOf } from './support.js';

describe('a session', () => {
  it('has a secret that says which node has made it, and not its id (CN40, P5)', () => {
    const { a, b } = three();
    const [ann, bob] = [guest(a).secret, guest(b).secret];

    expect(ann).toMatch(/^[0-9a-z]{6,7}\.a-sess\d+$/);
    expect(bob.split('.')[0]).not.toBe(ann.split('.')[0]);
  });

  it('goes on at another node, where its older connection is closed (CP22, CN40)', () => {
    const { on, a, b } = three();
    const ann = guest(a, 'ann');

    const again = comesBack(b, ann.secret, 2, 'ann');
    expect(answerTo(again)).toBe(undefined);
    on.advance(10);

    expect(answerTo(again)).toEqual(RESUMED);
    expect(closing(ann.client)).toBe('4409 session taken over');
    expect(brokerOf(a).sessions.size).toBe(0);
    expect(brokerOf(b).sessions.size).toBe(1);
  });

  it('is found at the third node by who has made it, and comes home again (CN40)', () => {
    const { on, a, b, c } = three();
    const { client, secret } = guest(a);
    client.drop();
    const seen = [b, c, a, b].map((t, i) => {
      const again = comesBack(t, secret, i + 2);
      on.advance(20);
      if (i % 2 === 0) again.drop();
      return answerTo(again);
    });

    expect(seen).toEqual([RESUMED, RESUMED, RESUMED, RESUMED]);
    expect([a, b, c].map((t) => brokerOf(t).sessions.size)).toEqual([0, 1, 0]);
  });

  it.each([
    { what: 'of somebody else', as: 'bob', wait: 0, reason: 'identity' },
    { what: 'whose time is over', as: 'ann', wait: 31_000, reason: 'expired' },
    { what: 'that nobody knows any more', as: 'ann', wait: 61_000, reason: 'unknown' },
  ])('$what is refused from another node as here: $reason (CP22, CN40)', ({ as, wait, reason }) => {
    const { on, a, b } = three();
    const { client, secret } = guest(a, 'ann');
    client.drop();
    on.advance(wait);

    const again = comesBack(b, secret, 2, as);
    on.advance(10);

    expect(answerTo(again)).toEqual(refused(reason));
    expect(kept(on)).toEqual([0, 0, 0]);
  });

  it.each(['none', 'zzzzzz.none', '.', ''])(
    '%j, which no node has made, is unknown at once (CN40)',
    (secret) => {
      const { b } = three();
      expect(answerTo(comesBack(b, secret, 2))).toEqual(refused('unknown'));
    },
  );

  it('is not taken from a newer connection by an older one of another node, which is closed (CP22, CN40)', () => {
    const { on, a, b } = three();
    const ann = guest(a);
    const newer = comesBack(a, ann.secret, 3);
    expect(answerTo(newer)).toEqual(RESUMED);

    const older = comesBack(b, ann.secret, 2);
    on.advance(10);

    expect([answerTo(older), closing(older)]).toEqual([undefined, '4409 session taken over']);
    expect(closing(newer)).toBe(undefined);
  });

  it('claimed at two nodes at once is at the end where its newest connection is (CP22, CN40)', () => {
    const { on, a, b, c } = three();
    const { secret } = guest(a);

    const claims = [comesBack(b, secret, 2), comesBack(c, secret, 4), comesBack(b, secret, 3)];
    on.advance(50);

    const [second, newest, third] = claims as [
      (typeof claims)[0],
      (typeof claims)[0],
      (typeof claims)[0],
    ];
    expect(answerTo(newest)).toEqual(RESUMED);
    expect(closing(newest)).toBe(undefined);
    // Each is told that it was taken over, whether it had it or came too late.
    for (const each of [second, third]) expect(closing(each)).toBe('4409 session taken over');
    expect([a, b, c].map((t) => typeof brokerOf(t).sessions.find(secret))).toEqual([
      ...['string', 'string', 'object'],
    ]);
  });

  it('claimed by two connections of another node goes from one to the other (CP22, CN40)', () => {
    const { on, a, b } = three();
    const { client, secret } = guest(a);
    client.drop();

    const [first, second] = [comesBack(b, secret, 2), comesBack(b, secret, 3)];
    on.advance(50);

    expect([answerTo(first), closing(first)]).toEqual([RESUMED, '4409 session taken over']);
    expect([answerTo(second), closing(second)]).toEqual([RESUMED, undefined]);
  });

  it('waits at the new node for its client, if that has gone before it came (CP22, CN40)', () => {
    const { on, a, b, c } = three();
    const { client, secret } = guest(a);
    client.drop();
    comesBack(b, secret, 2).drop();
    on.advance(50);
    expect(brokerOf(b).sessions.size).toBe(2);

    const again = comesBack(c, secret, 3);
    on.advance(50);

    expect(answerTo(again)).toEqual(RESUMED);
  });

  it('is what its client sends meanwhile waits for, in order (B16, CN40)', () => {
    const { on, a, b } = three();
    const { client, secret } = guest(a);
    client.drop();
    const again = b.connect();
    const system = (command: string, id: number, fields = {}) => ({
      ...{ type: 'system', payload: { command, ...fields }, id },
    });

    again.send([
      system('resume', 1, { session: secret, n: 2 }),
      system('subscribe', 2, { channel: 'x' }),
    ]);
    again.send(system('ping', 3));
    again.send(system('unsubscribe', 4, { channel: 'x' }));
    expect(again.frames.filter(({ ok }) => ok !== undefined)).toEqual([]);
    on.advance(50);

    expect(again.frames.flatMap(({ id, ok }) => (ok === undefined ? [] : `${id} ${ok}`))).toEqual([
      ...['1 true', '2 true', '3 true', '4 true'],
    ]);
  });

  it('has as many messages wait for it as may; what comes beyond is overloaded (B16, CN40)', () => {
    const { on, a, b } = three({ limits: { pending: 3 } });
    const { client, secret } = guest(a);
    client.drop();
    const again = comesBack(b, secret, 2);

    for (let id = 1; id <= 4; id++) again.send({ type: 'ping', id });
    expect([1, 2, 3, 4].map((id) => answerTo(again, id))).toEqual([
      ...[undefined, undefined, undefined, 'overloaded'],
    ]);
    on.advance(50);

    expect(answerTo(again)).toEqual(RESUMED);
    expect(again.frames.filter(({ type }) => type === 'pong')).toHaveLength(3);
  });

  it('has nothing done for it of a client that goes before it has come (CN40)', () => {
    const { on, a, b, asked } = three();
    const { client, secret } = guest(a);
    client.drop();
    const drops = dropsOf(b);
    const again = comesBack(b, secret, 2);
    again.send({ type: 'json', payload: 'too late', id: 1 });
    again.drop();
    on.advance(50);

    expect([asked[1], drops]).toEqual([[], []]);
  });

  it('leaves nothing once it is over, wherever that is (CN40)', () => {
    const { on, a, b, c } = three();
    const { client, secret } = guest(a);
    client.drop();
    for (const [i, t] of [b, c].entries()) {
      const again = comesBack(t, secret, i + 2);
      on.advance(50);
      again.drop();
    }
    expect(kept(on)).toEqual([1, 0, 1]);

    on.advance(61_000);

    expect(kept(on)).toEqual([0, 0, 0]);
    expect([a, b, c].map((t) => brokerOf(t).sessions.size)).toEqual([0, 0, 0]);
  });

  it('leaves nothing where it ends at home (CN40)', () => {
    const { on, a, b } = three();
    const { client, secret } = guest(a);
    client.drop();
    for (const [i, t] of [b, a].entries()) {
      const again = comesBack(t, secret, i + 2);
      on.advance(50);
      again.drop();
    }

    on.advance(61_000);

    expect(kept(on)).toEqual([0, 0, 0]);
  });

  it('that has gone elsewhere counts among those that may be (CN40)', () => {
    const { on, a, b, c } = three({ limits: { sessions: 2 } });
    for (const t of [b, c, b, c]) {
      const { client, secret } = guest(a);
      client.drop();
      comesBack(t, secret, 2);
      on.advance(50);
    }

    expect(kept(on)[0]).toBe(2);
  });

  it('that goes on from there makes no other one unknown (CN40)', () => {
    const { on, a, b, c } = three({ limits: { sessions: 2 } });
    const moves = (t: typeof a, secret: string, n: number): unknown => {
      const again = comesBack(t, secret, n);
      on.advance(50);
      again.drop();
      return answerTo(again);
    };
    const [one, two] = [1, 2].map(() => {
      const { client, secret } = guest(a);
      client.drop();
      expect(moves(b, secret, 2)).toEqual(RESUMED);
      return secret;
    }) as [string, string];

    expect([moves(c, two, 3), moves(c, one, 3)]).toEqual([RESUMED, RESUMED]);
    expect(kept(on)[0]).toBe(2);
  });
});
