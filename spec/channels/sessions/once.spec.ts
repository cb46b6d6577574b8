import { describe, expect, it } from '@jest/globals';
import { map, mergeMap, NEVER, type Observable, Subject, tap } from 'rxjs';
import { channel, event, ofEvent } from '../../../lib/channels/index.js';
import { reply } from '../../../lib/index.js';
import { collect } from '../../support/runtime.js';
import { Scene } from '../scene.js';
import { answer, back, endings, guest, order, shop } from './support.js';

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
    const { scene, asked, ann } = shop();

    ann.sends({ ...order(1), once: false }, order(1), order(2), { ...order(2), once: false });

    expect(ann.frames.map(({ id, error }) => [id, error?.message])).toEqual([
      [1, 'id in use'],
      [2, 'id in use'],
    ]);
    expect(asked).toHaveLength(2);
    const again = back(scene, ann).sends(order(2), { ...order(2), once: false });
    expect(again.frames).toMatchObject([{ id: 2, error: { message: 'id in use' } }]);
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
