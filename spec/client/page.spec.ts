import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClientOptions } from '../../lib/client/index.js';
import { serves } from '../../lib/testing/index.js';
import { does, type Plan, play } from './support.js';

const { hello, close } = serves;

describe('a page', () => {
  /** What a browser has of window and document. */
  let page: EventTarget & { document?: { hidden: boolean } };
  const patched = ['addEventListener', 'removeEventListener', 'document'] as const;

  beforeEach(() => {
    page = new EventTarget();
    page.document = { hidden: false };
    Object.assign(globalThis, {
      addEventListener: page.addEventListener.bind(page),
      removeEventListener: page.removeEventListener.bind(page),
      document: page.document,
    });
  });
  afterEach(() => {
    for (const name of patched) Reflect.deleteProperty(globalThis, name);
  });

  const tells = (type: string, fields: object = {}) =>
    does(() => page.dispatchEvent(Object.assign(new Event(type), fields)));
  const sees = (hidden: boolean) =>
    does(() => {
      (page.document as { hidden: boolean }).hidden = hidden;
      page.dispatchEvent(new Event('visibilitychange'));
    });
  const afterHello = (plan: Plan, options: ClientOptions & { over?: number } = {}): string[] =>
    play([[0, hello()], ...plan], options).slice(3);

  const wakes = [
    { what: 'has a network again', event: tells('online') },
    { what: 'is seen again', event: sees(false) },
    { what: 'comes back from the cache', event: tells('pageshow', { persisted: true }) },
  ];
  it.each(wakes)('that $what has a client that waits dial within 300 ms (CC10)', ({ event }) => {
    const lines = afterHello(
      [
        [1, close(1013)],
        [100, event],
      ],
      { over: 300 },
    );

    expect(lines).toEqual(['1 waiting 1013 until 5251', '250 connecting 1', '250 dial']);
  });

  it.each(wakes)(
    'that $what has an open client ask whether the server is there (CC10)',
    ({ event }) => {
      expect(afterHello([[100, event]], { over: 3_000 })).toEqual([
        '100 ping',
        '2100 close 4408 no answer',
        '2100 waiting 4408 until 2350',
        '2350 connecting 1',
        '2350 dial',
      ]);
    },
  );

  it('that has no network has it ask, since the connection may live (CC10)', () => {
    const pong = serves.send({ type: 'pong', timestamp: 0 });

    expect(
      afterHello(
        [
          [100, tells('offline')],
          [2_000, pong],
        ],
        { over: 5_000 },
      ),
    ).toEqual(['100 ping']);
  });

  it('that has no network gives up soon, also if something still comes that was on its way (CC10)', () => {
    expect(
      afterHello(
        [
          [100, tells('offline')],
          [150, serves.send({ type: 'ping', timestamp: 0 })],
        ],
        { over: 2_200 },
      ),
    ).toEqual(['100 ping', '2150 close 4408 no answer', '2150 waiting 4408 until 2400']);
  });

  it('that nobody sees dials once a minute (CC10)', () => {
    expect(
      afterHello([
        [1, sees(true)],
        [2, close()],
      ]),
    ).toEqual(['2 waiting 1006 until 60002']);
  });

  it('that nobody sees for long is closed, if that is wanted, and opened when it is seen (CC10)', () => {
    const lines = afterHello(
      [
        [1, sees(true)],
        [3_000, sees(false)],
      ],
      { closeWhenHidden: 1_000, over: 3_200 },
    );

    expect(lines).toEqual([
      '1001 close 1000 hidden',
      '1001 idle',
      '3150 connecting 0',
      '3150 dial',
    ]);
  });

  it('that was seen again is closed when it is hidden for so long anew (CC10)', () => {
    const lines = afterHello(
      [
        [1, sees(true)],
        [500, sees(false)],
        [900, sees(true)],
      ],
      { closeWhenHidden: 1_000, over: 2_000 },
    );

    expect(lines).toEqual(['500 ping', '1900 close 1000 hidden', '1900 idle']);
  });

  it('that is left closes, so that the browser may keep it (CC10)', () => {
    expect(afterHello([[1, tells('pagehide')]])).toEqual([
      '1 close 1001 page left',
      '1 waiting 1001 until 251',
    ]);
  });

  it('is not heard any more when the client is closed', () => {
    const lines = afterHello(
      [
        [1, does(({ client }) => client.close())],
        [2, tells('online')],
      ],
      { over: 400 },
    );

    expect(lines).toEqual(['1 close 1000', '1 closed 1000']);
  });
});
