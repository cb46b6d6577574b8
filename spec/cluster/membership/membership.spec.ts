import { describe, expect, it } from '@jest/globals';
import {
  asyncScheduler,
  BehaviorSubject,
  EMPTY,
  filter,
  firstValueFrom,
  map,
  type SchedulerLike,
  Subject,
  type Subscription,
  skip,
} from 'rxjs';
import { Membership, type News } from '../../../lib/cluster/membership/membership.js';
import { membershipPlan } from '../../../lib/cluster/membership/membershipPlan.js';
import type {
  Delivery,
  Registry,
  Transport,
  TransportState,
} from '../../../lib/cluster/transport/transport.js';
import { marbles } from '../../support/marbles.js';
import { Clock, within } from '../../support/runtime.js';
import { show } from './support.js';

const text = new TextEncoder();

/** Beats as JSON, so that a spec can read and forge them. */
const beats = {
  subject: (name: string) => `b.${name}`,
  encode: (beat: readonly unknown[]) => text.encode(JSON.stringify(beat)),
  decode: (bytes: Uint8Array): unknown => {
    try {
      return JSON.parse(new TextDecoder().decode(bytes));
    } catch {
      return undefined;
    }
  },
};

/** A server for beats only: what one publishes all hear 1 ms later, but those who are cut off. */
class Bus {
  readonly cut = new Set<string>();
  readonly log: string[] = [];
  readonly delivery$ = new Subject<Delivery>();
  readonly #scheduler: SchedulerLike;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
  }

  transport(name: string): Transport & { readonly state$: BehaviorSubject<TransportState> } {
    return {
      state$: new BehaviorSubject<TransportState>('up'),
      maxPayload: 1024,
      publish: (subject, bytes) => {
        if (!this.cut.has(name)) this.deliver(subject, bytes);
      },
      subscribe: (_subject, receive): Subscription =>
        this.delivery$.subscribe((delivery) => {
          if (!this.cut.has(name)) receive(delivery);
        }),
      reconnect: () => this.log.push(`${name} reconnect`),
      registry: {} as Registry, // not used
      close: () => EMPTY as never,
    };
  }

  deliver(subject: string, bytes: Uint8Array, isRefusal = false): void {
    const delivery = { subject, bytes, isRefusal };
    this.#scheduler.schedule(() => this.delivery$.next(delivery), 1);
  }
}

interface Node {
  readonly membership: Membership;
  readonly transport: ReturnType<Bus['transport']>;
  readonly news$: Subject<News>;
  readonly log: string[];
}

/** A node whose links are up as soon as they begin, if the other end can be reached. */
function start(bus: Bus, scheduler: SchedulerLike, id: string, beat = '500ms'): Node {
  const transport = bus.transport(id.slice(0, 1));
  const news$ = new Subject<News>();
  const log: string[] = [];
  const membership: Membership = new Membership({
    plan: membershipPlan(id, { beat, silence: beat === '10ms' ? '30ms' : '1.5s' }),
    transport,
    scheduler,
    beats,
    warn: (code) => log.push(code),
    tell: (news) => {
      log.push(show(news));
      news$.next(news);
      if (news.type === 'begin')
        membership.take({ type: 'linked', id: news.id, meta: { of: news.id } });
    },
  });
  membership.start();
  return { membership, transport, news$, log };
}

function two(): { clock: Clock; bus: Bus; a: Node; b: Node } {
  const clock = new Clock();
  const bus = new Bus(clock);
  const nodes = { clock, bus, a: start(bus, clock, 'a~1'), b: start(bus, clock, 'b~1') };
  clock.advance(800);
  return nodes;
}

describe('Membership', () => {
  it(
    'finds a node silent at the sixth tick without a sign of it (D6)',
    marbles(({ hot, scheduler, expectObservable }) => {
      const cut = hot('  999ms x 2000ms s');
      // It is up at the first beat of one that has joined. The last beat is heard at 501 ms as well, for those of 1000 ms
      // are cut off; the ticks of 1000, 1250 … 2250 are the six.
      const expected = ' 501ms u 1748ms d';
      const values = { u: 'up b~1', d: 'down b~1 silent' };

      const bus = new Bus(scheduler);
      const [a, b] = [start(bus, scheduler, 'a~1'), start(bus, scheduler, 'b~1')];
      const ofPeer$ = a.news$.pipe(
        filter(({ type }) => type === 'up' || type === 'end'),
        map(show),
      );
      cut.subscribe((what) => {
        if (what === 'x') bus.cut.add('b');
        else for (const { membership } of [a, b]) membership.stop();
      });

      expectObservable(ofPeer$).toBe(expected, values);
    }),
  );

  it('joins, and hears of the others (D4)', () => {
    const { a, b } = two();

    expect(a.log).toEqual(['status up', 'begin b~1', 'up b~1', 'ready']);
    expect(b.log).toEqual(['status up', 'begin a~1', 'up a~1', 'ready']);
    expect(a.membership.nodes()).toEqual([
      { name: 'b', id: 'b~1', meta: { of: 'b~1' }, state: 'up', silence: 0 },
    ]);
  });

  it('says what becomes of a PID, and begins a link where that is asked for (D3, D4)', () => {
    const { a } = two();

    expect(a.membership.absence('c~1')).toBe('noconnection');
    expect(a.membership.use('b~0')).toBe('noproc');
    // This fake has the link up at once.
    expect(a.membership.use('c~1')).toBe('up');
    expect(a.log.slice(-2)).toEqual(['begin c~1', 'up c~1']);
  });

  it('is isolated when it does not hear itself, and the same links go on afterwards (D8)', () => {
    const { clock, bus, a } = two();
    bus.cut.add('a');
    clock.advance(5_000);
    bus.cut.delete('a');
    clock.advance(1_000);

    expect(a.log.slice(4)).toEqual(['status isolated', 'status up']);
    expect(bus.log.slice(0, 2)).toEqual(['a reconnect', 'a reconnect']);
  });

  it('says when somebody leaves (D63)', () => {
    const { clock, bus, a, b } = two();
    b.membership.take({ type: 'leave' });
    clock.advance(10);

    bus.deliver('b.c', beats.encode([1, 'c', '1', 'asking']));
    bus.deliver('b.c', beats.encode([1, 'c', '1', 'leaving']));
    clock.advance(10);

    expect(a.membership.nodes()).toMatchObject([
      { id: 'b~1', state: 'leaving' },
      { id: 'c~1', state: 'heard' },
    ]);
  });

  it.each([
    { what: 'completes', end: (state$: Subject<TransportState>) => state$.complete() },
    { what: 'fails', end: (state$: Subject<TransportState>) => state$.error(new Error('revoked')) },
  ])('has left when the transport $what, and hears nobody any more (D66)', ({ end }) => {
    const { clock, bus, a, b } = two();
    end(a.transport.state$);
    clock.advance(5_000);

    expect(a.log.slice(4)).toEqual(['down b~1 isolated', 'status left']);
    expect(b.log.slice(4)).toEqual(['down a~1 silent']);
    expect(a.membership.nodes()).toEqual([]);
    b.membership.stop();
    expect(bus.delivery$.observed).toBe(false);
  });

  it.each([
    { what: 'no array', beat: { name: 'c' } },
    { what: 'another version', beat: [2, 'c', '1', 'up'] },
    { what: 'no name', beat: [1, 'c d', '1', 'up'] },
    { what: 'a name of another type', beat: [1, ['c'], '1', 'up'] },
    { what: 'no incarnation', beat: [1, 'c', 1, 'up'] },
    { what: 'an unknown state', beat: [1, 'c', '1', 'toString'] },
    { what: 'a name that is not of its subject', beat: [1, 'd', '1', 'up'] },
    { what: 'too many bytes', beat: [1, 'c', '1', 'up', 'x'.repeat(300)] },
  ])('ignores a beat with $what (D4)', ({ beat }) => {
    const { clock, bus, a } = two();
    bus.deliver('b.c', beats.encode(beat as unknown[]));
    bus.deliver('b.c', new Uint8Array([0xc1, 0, 255]));
    bus.deliver('b.c', beats.encode([1, 'c', '1', 'up']), true);
    clock.advance(5);

    expect(a.membership.nodes().map(({ id }) => id)).toEqual(['b~1']);
  });

  it.each([
    { bytes: 256, known: ['b~1', 'c~1'] },
    { bytes: 257, known: ['b~1'] },
  ])('takes a beat of 256 bytes at most: $bytes (D4)', ({ bytes, known }) => {
    const { clock, bus, a } = two();
    const length = bytes - beats.encode([1, 'c', '1', 'up', '']).length;
    bus.deliver('b.c', beats.encode([1, 'c', '1', 'up', 'x'.repeat(length)]));
    clock.advance(5);

    expect(a.membership.nodes().map(({ id }) => id)).toEqual(known);
  });

  it('takes a beat with fields of a later release (D25)', () => {
    const { clock, bus, a } = two();
    bus.deliver('b.c', beats.encode([1, 'c', '1', 'up', { load: 3 }]));
    clock.advance(5);

    expect(a.membership.nodes().map(({ id }) => id)).toEqual(['b~1', 'c~1']);
  });

  it('tells in order what follows from what it is told meanwhile', () => {
    const { a } = two();
    a.news$.subscribe((news) => {
      if (news.type !== 'begin') return;
      a.membership.take({ type: 'closed' });
      a.log.push('begun');
    });
    a.membership.take({ type: 'ended', id: 'b~1', reason: 'reset' });

    expect(a.log.slice(4)).toEqual([
      'down b~1 reset',
      'begin b~1',
      'begun',
      'end b~1 isolated',
      'status left',
    ]);
  });

  it('accuses nobody after a stall of the event loop (D6)', async () => {
    const bus = new Bus(asyncScheduler);
    const [a, b] = [
      start(bus, asyncScheduler, 'a~1', '10ms'),
      start(bus, asyncScheduler, 'b~1', '10ms'),
    ];
    await within(firstValueFrom(a.news$.pipe(filter(({ type }) => type === 'up'))));

    // Silence is 30 ms; 25 ticks and 12 beats of each are missed.
    for (const end = performance.now() + 125; performance.now() < end; );
    await within(firstValueFrom(bus.delivery$.pipe(skip(12))));
    for (const { membership } of [a, b]) membership.stop();

    expect([...a.log, ...b.log].filter((what) => /down|isolated/.test(what))).toEqual([]);
  });
});
