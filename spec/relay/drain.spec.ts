import { describe, expect, it, jest } from '@jest/globals';
import { lastValueFrom, map, Subscription, switchMap } from 'rxjs';
import { ofTopic } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { type DrainProgress, Hub, type SocketEvent } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import { marbles } from '../support/marbles.js';
import { collect, idle, reads, refused } from '../support/runtime.js';
import { type Connected, config, connect } from './connected.js';

const answer: SocketEvent = { type: 'closed', code: 1012, reason: '' };
const lost: SocketEvent = { type: 'closed', code: 1006, reason: '' };

/** Of all those that there were: open, closing, closed, cut. */
const brief = ({ total, open, closing, closed, cut }: DrainProgress): string =>
  `${total}: ${open} ${closing} ${closed} ${cut}`;

/** A relay with so many clients, and what happened to them. */
function relayOf(count: number) {
  const system = testSystem();
  const hub = new Hub(system, { closeTimeout: '1h' });
  const leaves: unknown[] = [];
  const target = system.spawn((inbox) =>
    reads(
      leaves,
      ({ payload }) => (payload as { reason?: string }).reason,
    )(inbox.pipe(ofTopic(ws.leave)) as typeof inbox),
  );
  system.flush();
  const clients = Array.from({ length: count }, () => connect(hub, system, target));
  system.flush();
  /** What each socket was told: a close frame, or that it is cut off. */
  const told = (): string[] =>
    clients.flatMap(({ socket }) =>
      socket.actions.map((action) =>
        action.type === 'close' ? `${action.code} ${action.reason}` : action.type,
      ),
    );
  const say = (event: SocketEvent, which: readonly Connected[] = clients): void => {
    for (const { client } of which) client.next(event);
    system.flush();
  };
  return { system, hub, clients, leaves, told, say };
}

describe('drain', () => {
  it(
    'tells batch after batch, and completes with the last answer (Q14, Q15)',
    marbles((h) => {
      const system = testSystem({ scheduler: h.scheduler });
      const hub = new Hub(system);
      const target = system.spawn(idle);
      const a = h.hot('     -------a----', { a: answer });
      const b = h.hot('     ---------b--', { b: answer });
      const c = h.hot('     -----------c', { c: answer });
      const call = h.cold(' -----(d|)   ');
      const pause = h.time('     ---|   ');
      const expected = '    -----1-234-(5|)';
      const values = {
        1: '3: 1 2 0 0',
        2: '3: 1 1 1 0',
        3: '3: 0 2 1 0',
        4: '3: 0 1 2 0',
        5: '3: 0 0 3 0',
      };
      for (const events$ of [a, b, c]) hub.connect(fakeSocket({ events$ }), config(target));

      const drain$ = call.pipe(switchMap(() => hub.drain({ batch: 2, interval: pause })));

      h.expectObservable(drain$.pipe(map(brief))).toBe(expected, values);
    }),
  );

  it('gives each client a time of its own to come back at, and tells targets of a restart (Q14, Z7, cause p)', () => {
    const { hub, system, leaves, told, say } = relayOf(3);
    const chances = [0, 0.5, 0.9999];
    const random = (): number => chances.shift() ?? 0;
    hub.drain({ retryAfter: '2s', jitter: '4s', random });
    system.flush();
    say(answer);

    expect(told()).toEqual([
      '1012 server restarting; retry=2000',
      '1012 server restarting; retry=4000',
      '1012 server restarting; retry=6000',
    ]);
    expect(leaves).toEqual(Array(3).fill('server restarting'));
  });

  it.each([Number.NaN, -1])('takes a chance of %p for none at all (Q14)', (chance) => {
    const { hub, system, told } = relayOf(1);
    hub.drain({ retryAfter: 0, jitter: '1s', random: () => chance });
    system.flush();

    expect(told()).toEqual(['1012 server restarting; retry=0']);
  });

  it('closes with 1001 where it is told to (Q14)', () => {
    const { hub, system, told } = relayOf(1);
    hub.drain({ code: 1001, retryAfter: 5, jitter: 0 });
    system.flush();

    expect(told()).toEqual(['1001 server restarting; retry=5']);
  });

  it('begins with the call, whether or not somebody listens, and takes no more connections (Q14, Q15)', () => {
    const { hub, system, told } = relayOf(250);
    hub.drain();
    expect([hub.draining, hub.retryAfter]).toEqual([true, 1_000]);

    system.flush();
    expect(told()).toHaveLength(100);
    system.advance(100);
    expect(told()).toHaveLength(200);
    system.advance(100);
    expect(told()).toHaveLength(250);
  });

  it.each([
    { count: 1_000, batch: 1, interval: '1s', deadline: '20s', first: 91 },
    { count: 1_000, batch: 1, interval: '1m', deadline: '20s', first: 1_000 },
    { count: 1_000, batch: 1, interval: 0, deadline: '20s', first: 1 },
    { count: 1_000, batch: 1_001, interval: '1s', deadline: '20s', first: 1_000 },
  ])(
    'tells all in the first half of the deadline, in larger batches if need be: $first (Q15)',
    ({ count, first, ...options }) => {
      const { hub, system, told } = relayOf(count);
      const progress = collect(hub.drain(options), ({ open }) => count - open);
      expect(progress).toEqual([first]);

      system.advance('10s');
      expect(told()).toHaveLength(count);
    },
  );

  it('cuts off at the deadline whoever is left, whatever they do (Q15)', () => {
    const { hub, system, clients, leaves, told, say } = relayOf(3);
    const progress = collect(hub.drain({ deadline: '10s', jitter: 0 }), brief);
    system.flush();
    say(answer, clients.slice(0, 1));
    system.advance(9_999);
    expect(progress).toEqual(['3: 0 3 0 0', '3: 0 2 1 0']);

    system.advance(1);
    expect(progress.slice(2)).toEqual(['3: 0 1 1 1', '3: 0 0 1 2']);
    expect(told().filter((what) => what === 'terminate')).toHaveLength(2);
    expect(leaves).toEqual(Array(3).fill('server restarting'));
    expect([hub.count, clients[2]?.exits]).toEqual([0, ['normal [object Object]']]);
  });

  it('cuts all off at once where the deadline is 0 (Q15)', () => {
    const { hub, system, told } = relayOf(2);
    const progress = collect(hub.drain({ batch: 1, interval: '1h', deadline: 0 }), brief);
    system.flush();

    expect(progress.at(-1)).toBe('2: 0 0 0 2');
    expect(told()).toHaveLength(4);
  });

  it('cuts off even those that a busy server had no time to tell (Q15)', () => {
    const { hub, system, told } = relayOf(3);
    const { scheduler } = system;
    const schedule = scheduler.schedule.bind(scheduler);
    jest.spyOn(scheduler, 'schedule').mockImplementation((work, delay = 0, state) => {
      const isTick = delay === 7_000;
      return isTick ? Subscription.EMPTY : schedule(work as () => void, delay, state as never);
    });
    const progress = collect(hub.drain({ interval: '7s', deadline: '20s', batch: 1 }), brief);
    system.advance('20s');

    expect([progress[0], progress.at(-1)]).toEqual(['3: 1 2 0 0', '3: 0 0 0 3']);
    expect(told()).toHaveLength(6);
  });

  it('counts as closed who leaves by himself, told or not, and as cut who goes without an answer (Q15)', () => {
    const { hub, clients, say } = relayOf(5);
    const progress = collect(hub.drain({ batch: 2, interval: '1s' }), brief);
    const [first, second, third, fourth, fifth] = clients.map((client) => [client]);
    say({ type: 'closed', code: 1000, reason: 'bye' }, third);
    say(lost, fourth);
    say({ type: 'closing', code: 1006, reason: '', held: 1 }, fifth);
    say(lost, fifth);
    say(answer, first);
    say(lost, second);

    expect(progress).toEqual([
      '5: 3 2 0 0',
      '5: 2 2 1 0',
      '5: 1 2 2 0',
      '5: 0 2 3 0',
      '5: 0 1 4 0',
      '5: 0 0 4 1',
    ]);
  });

  it('is over at once where there is nobody, and says so to whoever comes late (Q15)', async () => {
    const { hub } = relayOf(0);

    expect(brief(await lastValueFrom(hub.drain()))).toBe('0: 0 0 0 0');
    expect(brief(await lastValueFrom(hub.drain()))).toBe('0: 0 0 0 0');
  });

  it('leaves no timer behind (Q15)', () => {
    const { hub, system, say } = relayOf(1);
    hub.drain();
    system.flush();
    say(answer);
    const { actions } = system.scheduler as unknown as { actions: readonly unknown[] };

    expect(actions).toEqual([]);
  });

  it('is one, however often it is called; the options of the first call stand (Q16)', () => {
    const { hub, system, told } = relayOf(1);
    const drain$ = hub.drain({ code: 1001, jitter: 0 });
    system.flush();

    expect(hub.drain({ code: 1012 })).toBe(drain$);
    expect(told()).toEqual(['1001 server restarting; retry=1000']);
  });

  it('gives way to a shutdown, which closes the rest at once (Q16, cause j)', async () => {
    const { hub, system, told, say } = relayOf(3);
    const progress = collect(hub.drain({ batch: 1, interval: '1s', jitter: 0 }), brief);
    system.flush();
    const done = hub.shutdown();
    system.flush();
    say(answer);
    await done;

    const down = '1001 server shutting down';
    expect(told()).toEqual(['1012 server restarting; retry=1000', down, down]);
    expect(progress).toEqual([
      '3: 2 1 0 0',
      '3: 0 3 0 0',
      '3: 0 2 1 0',
      '3: 0 1 2 0',
      '3: 0 0 3 0',
    ]);
  });

  it('behind a shutdown tells how that goes on, and cuts off the rest (Q16)', () => {
    const { hub, system, told } = relayOf(1);
    hub.shutdown();
    const progress = collect(hub.drain({ deadline: '1s' }), brief);
    system.advance('1s');

    expect(told()).toEqual(['1001 server shutting down', 'terminate']);
    expect(progress).toEqual(['1: 0 1 0 0', '1: 0 0 0 1']);
  });

  it.each([
    { options: { batch: 0 }, names: 'batch' },
    { options: { interval: 'soon' }, names: 'interval' },
    { options: { deadline: -1 }, names: 'deadline' },
    { options: { code: 1000 }, names: 'code' },
    { options: { retryAfter: Number.NaN }, names: 'retryAfter' },
    { options: { jitter: '1d' }, names: 'jitter' },
    { options: { random: 0.5 }, names: 'random' },
    { options: { bach: 5 }, names: "unknown option 'bach'" },
  ])('refuses a wrong $names, and changes nothing (Q14, I7)', ({ options, names }) => {
    const { hub, system, told } = relayOf(1);

    expect(() => hub.drain(options as object)).toThrow(
      refused('Invalid', { message: expect.stringContaining(names) }) as Error,
    );
    system.flush();
    expect([hub.draining, hub.retryAfter, told()]).toEqual([false, undefined, []]);
  });
});
