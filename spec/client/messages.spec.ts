import { describe, expect, it } from '@jest/globals';
import type { Subscription } from 'rxjs';
import type { ClientOptions } from '../../lib/client/index.js';
import { serves } from '../../lib/testing/index.js';
import { back, dataOf, does, listen, type Plan, play } from './support.js';

const { hello, ok, push } = serves;
const said = (n: number, offset: number) => push('a', 'said', n, { offset });
const subscribed = (offset: number) => ok({ channel: 'a', epoch: 'e', offset });

describe('messages$', () => {
  /** Somebody listens from 0 to 10; then others, as the plan says. */
  const heardBy = (
    plan: Plan,
    options: ClientOptions & { readonly over?: number } = {},
  ): string[] => {
    const lines = play([[0, hello()], [1, subscribed(0)], ...plan], options, ({ client }, log) => {
      logOf.set(client, log);
      stops.set(
        client,
        listen({ client }, () => {}),
      );
    });
    return lines.filter((each) => /message|subscribe /.test(each)).slice(1);
  };
  const logOf = new WeakMap<object, (what: string) => void>();
  const stops = new WeakMap<object, Subscription>();
  const stop = does(({ client }) => stops.get(client)?.unsubscribe());
  const start = does((scene) => listen(scene, logOf.get(scene.client) ?? (() => {})));

  it('gives what came while nobody listened for a short time to the next one (CC2)', () => {
    expect(
      heardBy([
        [10, stop],
        [20, said(1, 1)],
        [259, start],
        [300, said(2, 2)],
      ]),
    ).toEqual(['259 message 1', '300 message 2']);
  });

  it('unsubscribes when nobody came back, and begins afresh for who comes then (CC2, CC4)', () => {
    expect(
      heardBy([
        [10, stop],
        [20, said(1, 1)],
        [300, start],
      ]),
    ).toEqual(['260 2 unsubscribe a', '300 3 subscribe a']);
  });

  it('waits for as long as it is told (CC2)', () => {
    expect(heardBy([[10, stop]], { leaveDelay: 20, over: 40 })).toEqual(['30 2 unsubscribe a']);
  });

  it('unsubscribes at once when there is more than it holds (CC2)', () => {
    const flood = Array.from({ length: 101 }, (_, i) => [20, said(i + 1, i + 1)] as const);

    expect(heardBy([[10, stop], ...flood, [30, start]])).toEqual([
      '20 2 unsubscribe a',
      '30 3 subscribe a',
    ]);
  });

  it('gives a late subscriber later messages (CC2)', () => {
    expect(
      heardBy([
        [2, said(1, 1)],
        [3, start],
        [4, said(2, 2)],
      ]),
    ).toEqual(['4 message 2']);
  });

  it('of a channel that server code has subscribed needs no subscribe, and is not restored (B31)', () => {
    const by = push('b', 'rx:subscribed', { epoch: 'e', offset: 1 });
    const lines = play(
      [[0, hello()], [1, by], [2, push('b', 'x', 1, { offset: 2 })], ...back(10)],
      {},
      ({ client }, log) => {
        client.messages$.subscribe((message) =>
          log(`for all ${message.channel} ${dataOf(message)}`),
        );
      },
    );

    expect(lines.slice(3)).toEqual([
      '2 for all b 1',
      '10 waiting 1006 until 260',
      '260 connecting 1',
      '260 dial',
      '310 2 resume session-1 2'.replace('2 resume', '1 resume'),
      '311 open connection-1 resumed',
    ]);
  });
});
