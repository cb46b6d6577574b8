import { describe, expect, it } from '@jest/globals';
import { map, mergeMap, NEVER, type Observable, Subject, tap } from 'rxjs';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import {
  type ClientMessage,
  channel,
  event,
  type LimitOptions,
  ofEvent,
} from '../../../lib/channels/index.js';
import { reply } from '../../../lib/index.js';
import { collect } from '../../support/runtime.js';
import { Scene } from '../scene.js';
import { comesBack, endings, type Guest, guest, RESUMED, timers } from './support.js';

/** A once-request. */
const order = (id: number, payload: unknown = `order ${id}`) => ({
  ...{ type: 'json', payload, id, once: true },
});

/** A client, and what the application is asked; it answers by hand, unless it is to `echo`. */
function shop(limits: LimitOptions = {}, echo?: (id: unknown) => unknown) {
  const scene = new Scene({ limits: { requestBurst: 10_000, ...limits } });
  const asked = collect(scene.manager.messages$);
  if (echo) scene.manager.messages$.subscribe((m) => m.reply(echo(m.payload)));
  const ann = guest(scene);
  return { scene, asked, ann };
}

const answer = (scene: Scene, message: ClientMessage | undefined, value: unknown): boolean => {
  const isTaken = message?.reply(value) === true;
  scene.system.flush();
  return isTaken;
};

/** The client has lost its connection, as the server knows, and is back. */
function back(scene: Scene, { secret, ...ann }: Guest, n = 2): Guest {
  if (ann.scene.manager.getConnectionMetadata(ann.pid) !== undefined) ann.client.next(LOST);
  const client = comesBack(scene, secret, n);
  expect(client.frames).toMatchObject([RESUMED]);
  return Object.assign(client, { secret });
}

const LOST = { type: 'closed', code: 1006, reason: '' } as const;

describe('a once-request', () => {
  it('whose reply was lost is answered from what is kept, byte for byte (CP23, PT5)', () => {
    const { scene, asked, ann } = shop();
    ann.sends(order(1));
    answer(scene, asked[0], { bill: 7 });
    const [sent] = ann.texts;
    scene.system.advance('5s');

    const again = back(scene, ann).sends(order(1));

    expect(again.texts).toEqual([sent]);
    expect(again.sends(order(1)).texts).toEqual([sent]);
    expect(asked).toHaveLength(1);
  });

  it('whose handler answers while its client is away keeps the reply (CP23)', () => {
    const { scene, asked, ann } = shop();
    ann.sends(order(1)).leaves();

    expect(answer(scene, asked[0], 'done')).toBe(true);
    expect(answer(scene, asked[0], 'again')).toBe(false);

    expect(endings(back(scene, ann).sends(order(1)))).toEqual(['1 ok']);
    expect([asked.length, scene.events]).toEqual([1, ['drop no call']]);
  });

  it('that is asked again before its handler is done is answered when it is, there and once (CP23, PT4)', () => {
    const { scene, asked, ann } = shop();
    ann.sends(order(1));
    const again = back(scene, ann).sends(order(1), order(1));
    const once_more = back(scene, again, 3).sends(order(1), order(1));
    expect([again.texts, once_more.texts]).toEqual([[], []]);

    expect(answer(scene, asked[0], 'done')).toBe(true);

    expect([ann.texts, again.texts]).toEqual([[], []]);
    expect(once_more.frames).toEqual([{ id: 1, ok: true, type: 'json', payload: 'done' }]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.connection.pid).toBe(ann.pid);
  });

  it('that fails is kept as well (CP23)', () => {
    const { scene, asked, ann } = shop();
    ann.sends(order(1)).leaves();
    asked[0]?.fail('sold_out', 'Nothing left');

    const again = back(scene, ann).sends(order(1));

    expect(again.frames).toMatchObject([{ id: 1, ok: false, error: { code: 'sold_out' } }]);
    expect(asked).toHaveLength(1);
  });

  it('is late after 10 s, wherever its client is, and late for good (CP9)', () => {
    const { scene, asked, ann } = shop();
    ann.sends(order(1)).leaves();
    scene.system.advance(10_000);

    expect(answer(scene, asked[0], 'late')).toBe(false);

    const again = back(scene, ann).sends(order(1));
    expect(again.frames).toMatchObject([{ id: 1, error: { code: 'timeout' } }]);
    expect([asked.length, scene.events]).toEqual([1, ['drop no call']]);
  });

  it('to the process of a channel is answered over another connection, which is no member (B23)', () => {
    const buy = event<string, string>('buy');
    const seen: unknown[] = [];
    const paid$ = new Subject<void>();
    const shops = channel('shop', {
      events: [buy],
      behavior: (inbox) =>
        inbox.pipe(
          ofEvent(buy),
          tap(({ data, connection: { id } }) => seen.push([data, id])),
          mergeMap((message) => {
            const wait$: Observable<unknown> = message.data === 'never' ? NEVER : paid$;
            return wait$.pipe(map(() => reply(message, 'sold')));
          }),
        ),
    });
    const scene = new Scene({ channels: [shops] });
    const ann = guest(scene);
    const id = scene.manager.getConnectionMetadata(ann.pid)?.id;
    const asks = ['now', 'later', 'never'].map((data, i) => ({
      ...{ type: 'event', channel: 'shop', payload: { event: 'buy', data }, id: i + 1, once: true },
    }));
    ann.command('subscribe', { channel: 'shop' }).sends(...asks);
    ann.texts;

    const again = back(scene, ann).sends(...asks.slice(1));
    paid$.next();
    again.sends(...asks);
    scene.system.advance(10_000);

    expect(endings(again)).toEqual(['2 ok', '1 ok', '2 ok', '3 timeout']);
    expect(seen).toEqual(['now', 'later', 'never'].map((data) => [data, id]));
    expect(ann.texts).toEqual([]);
  });

  it('that was never performed may be asked again (PT5)', () => {
    const { scene, asked, ann } = shop({ requestBurst: 4 });
    const inRoom = { ...order(1), channel: 'a' };
    ann.sends(inRoom, order(2), order(3), order(4), order(5));
    expect(endings(ann)).toEqual(['1 not_subscribed', '5 rate_limited']);

    scene.system.advance('1s');
    ann.command('subscribe', { channel: 'a' }).sends(inRoom, order(5));

    expect(asked.map(({ payload }) => payload)).toEqual([
      ...['order 2', 'order 3', 'order 4', 'order 1', 'order 5'],
    ]);
  });

  it('that waits behind a join is performed by who comes back, since nobody has (B16)', () => {
    const scene = new Scene({ channels: [channel('slow', { join: () => NEVER })] });
    const asked = collect(scene.manager.messages$);
    const ann = guest(scene);
    const inRoom = { ...order(2), channel: 'slow' };
    ann.command('subscribe', { channel: 'slow' }, 1).sends(inRoom, inRoom);

    const again = back(scene, ann);
    scene.manager.channels.subscribe('slow', again.pid);
    again.texts;
    again.sends(inRoom);
    answer(scene, asked[0], 'done');

    expect(endings(again)).toEqual(['2 ok']);
    expect(asked).toHaveLength(1);
  });
});

describe('an id of a once-request', () => {
  it.each([
    { what: 'a text', message: { ...order(1), id: 'a' }, head: 'a ' },
    { what: 'none', message: { ...order(1), id: undefined }, head: 'undefined ' },
    { what: 'no integer', message: { ...order(1), id: 1.5 }, head: 'undefined ' },
    { what: 'below 1', message: order(-1), head: 'undefined ' },
    { what: 'above 2^53', message: order(2 ** 53), head: 'undefined ' },
  ])('is an integer from 1: $what is bad_request (CP23)', ({ message, head }) => {
    const { asked, ann } = shop();

    ann.sends(message);

    expect(endings(ann)).toEqual([`${head}bad_request`]);
    expect(asked).toEqual([]);
  });

  it('is that of no other request that waits (CP7)', () => {
    const { asked, ann } = shop();

    ann.sends({ ...order(1), once: false }, order(1), order(2), { ...order(2), once: false });

    expect(ann.frames.map(({ id, error }) => [id, error?.message])).toEqual([
      [1, 'id in use'],
      [2, 'id in use'],
    ]);
    expect(asked).toHaveLength(2);
  });

  it('says nothing of a command, which is done each time (CP5)', () => {
    const { ann } = shop();
    const subscribe = { type: 'system', payload: { command: 'subscribe', channel: 'a' } };

    ann.sends({ ...subscribe, id: 'x', once: true }, { ...subscribe, id: 'x', once: true });

    expect(endings(ann)).toEqual([...['x ok', 'x ok']]);
  });

  it('is of no use in the dialect of the page, which has no session (CP1)', () => {
    const { scene, asked } = shop();
    const plain = scene.connectPlain();
    plain.texts;

    plain.sends(order(1));

    expect(plain.frames).toMatchObject([
      { id: 1, error: { code: 'not_available', message: 'once: only in rx-process.v1' } },
    ]);
    expect(asked).toEqual([]);
  });

  it('begins anew with another session (§2.4, 4)', () => {
    const { scene, asked, ann } = shop({}, (payload) => payload);
    ann.sends(order(1)).leaves();

    guest(scene).sends(order(1));

    expect(asked).toHaveLength(2);
  });
});

describe('the replies that are kept', () => {
  it('are the last 64; one whose reply is gone is outcome_unknown, and not performed (CP23)', () => {
    expect(readLimits().onceReplies).toBe(64);
    const { scene, asked, ann } = shop({}, (payload) => payload);
    for (let id = 1; id <= 66; id++) ann.sends(order(id));

    const again = back(scene, ann).sends(order(1), order(2), order(3), order(66));

    expect(again.frames).toMatchObject([
      { id: 1, ok: false, error: { code: 'outcome_unknown', retry: false } },
      { id: 2, ok: false, error: { code: 'outcome_unknown' } },
      { id: 3, ok: true, payload: 'order 3' },
      { id: 66, ok: true, payload: 'order 66' },
    ]);
    expect(asked).toHaveLength(66);
  });

  it('have 64 KiB; one that is larger alone leaves the others (CP23)', () => {
    expect(readLimits().onceBytes).toBe(64 * 1024);
    const { scene, ann } = shop({}, (size) => 'ä'.repeat(Number(size)));
    const sizes = [1, 5_000, 40_000, 20_000, 5_000];
    sizes.forEach((size, i) => void ann.sends(order(i + 1, size)));
    ann.texts;

    const again = back(scene, ann);
    for (let id = 1; id <= 5; id++) again.sends(order(id));
    expect(endings(again)).toEqual(['1 ok', '2 ok', '3 outcome_unknown', '4 ok', '5 ok']);
    again.sends(order(6, 3_000), order(1), order(2), order(4));
    expect(endings(again)).toEqual(['6 ok', '1 outcome_unknown', '2 outcome_unknown', '4 ok']);
    expect(scene.broker.sessions.bytes).toBeLessThan(64 * 1024);
  });

  it('are those of the requests that were answered last, not sent last (CP23)', () => {
    const { scene, asked, ann } = shop({ onceReplies: 2 });
    ann.sends(order(1), order(2), order(3), order(4));
    for (const at of [3, 2, 1]) answer(scene, asked[at], at);

    const again = back(scene, ann).sends(order(4), order(3), order(2), order(1), order(5));
    answer(scene, asked[0], 0);

    expect(endings(again)).toEqual(['4 outcome_unknown', '3 ok', '2 ok', '1 ok']);
    expect(asked.map(({ payload }) => payload)).toEqual([
      ...['order 1', 'order 2', 'order 3', 'order 4', 'order 5'],
    ]);
  });

  it('of all sessions have 64 MiB; beyond, those go that were lost first (§2.5)', () => {
    expect(readLimits().onceTotal).toBe(64 * 1024 * 1024);
    const { scene, ann } = shop({ onceTotal: 2_500 }, () => 'x'.repeat(900));
    const [bob, cid] = [guest(scene), guest(scene)];
    for (const each of [ann, bob]) each.sends(order(1)).leaves();
    cid.sends(order(1), order(2));

    const { sessions } = scene.broker;
    expect([sessions.find(ann.secret), sessions.find(bob.secret)]).toEqual(['unknown', 'unknown']);
    expect(sessions.bytes).toBeLessThan(2_500);
    // Nobody is lost any more: who asks has its own oldest forgotten.
    cid.texts;
    cid.sends(order(3), order(1), order(2), order(3));
    expect(endings(cid)).toEqual(['3 ok', '1 outcome_unknown', '2 ok', '3 ok']);
  });

  it('go with their session, and with them what waits (PT14)', () => {
    const { scene, asked, ann } = shop({ requestTimeout: '1h' });
    ann.sends(order(1), order(2)).leaves();
    answer(scene, asked[0], 'kept');
    expect(scene.broker.sessions.bytes).toBeGreaterThan(0);
    scene.inside.rest();

    scene.system.advance('1m');

    expect([scene.broker.sessions.bytes, timers(scene)]).toEqual([0, 0]);
    expect(answer(scene, asked[1], 'late')).toBe(false);
    expect(scene.events).toEqual(['drop no call']);
  });

  it('are none where a session had to make place, and nothing is performed again (§2.5, PT5)', () => {
    const { scene, asked, ann } = shop({ sessions: 1 });
    ann.sends(order(1), order(2));
    answer(scene, asked[0], 'done');
    guest(scene);

    ann.sends(order(1), order(2), order(3));
    for (const at of [1, 2]) answer(scene, asked[at], 'done');
    ann.sends(order(2), order(3));

    expect(endings(ann)).toEqual([
      ...['1 ok', '1 outcome_unknown', '2 ok', '3 ok'],
      ...['2 outcome_unknown', '3 outcome_unknown'],
    ]);
    expect(asked).toHaveLength(3);
    ann.sends(order(4)).leaves();
    scene.inside.rest();
    expect(answer(scene, asked[3], 'late')).toBe(false);
    scene.system.advance('1m');
    expect(timers(scene)).toBe(0);
  });
});

describe('limits of once-requests', () => {
  it('count what runs of a session, over all its connections (§2.5)', () => {
    const { scene, asked, ann } = shop({ pending: 3 });
    ann.sends(order(1), order(2), order(3), order(4));
    expect(endings(ann)).toEqual(['4 overloaded']);

    const again = back(scene, ann).sends(order(5), { ...order(6), once: false });

    expect(endings(again)).toEqual(['5 overloaded']);
    answer(scene, asked[0], 1);
    again.sends(order(5));
    expect(asked.map(({ payload }) => payload)).toEqual([
      ...['order 1', 'order 2', 'order 3', 'order 6', 'order 5'],
    ]);
  });

  it('never say of what was performed that it was too much (CP23)', () => {
    const { scene, asked, ann } = shop({ pending: 2, onceReplies: 1 });
    ann.sends(order(1));
    answer(scene, asked[0], 1);
    ann.sends(order(2));
    answer(scene, asked[1], 2);
    ann.sends(order(3));
    const again = back(scene, ann);

    again.sends({ ...order(8), once: false }, { ...order(9), once: false });
    again.sends(order(1), order(2), order(3), order(4));
    answer(scene, asked[2], 3);

    expect(endings(again)).toEqual([...['1 outcome_unknown', '2 ok', '4 overloaded', '3 ok']]);
  });

  it('keep a session small, whatever a client sends', () => {
    const { scene, ann } = shop({ requestsPerSecond: 0 }, (payload) => payload);
    const large = 'x'.repeat(60_000);

    for (let id = 1; id <= 300; id++) {
      ann.sends(order(id, large));
    }

    expect(scene.broker.sessions.bytes).toBeLessThan(64 * 1024);
  });
});
