import { describe, expect, it } from '@jest/globals';
import { map } from 'rxjs';
import { done, type Pid } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { brief, collect } from '../support/runtime.js';
import { counts, type End, NOTHING, pairOf, trapping, watching } from './support/pair.js';

const boom = new Error('boom');
const NOWHERE = '{c~1@main|0x00001}';
const linksOf = ({ system, pid }: End): Pid[] =>
  [...(system[kernelOf].processes.get(pid)?.links.keys() ?? [])].map((peer) => peer.pid);
const linked = ({ a, b }: { a: End; b: End }) => [linksOf(a).length, linksOf(b).length];

describe('monitor of a process of another node', () => {
  it('tells its exit behind all that it had sent, when its name is free there (D32, N5)', () => {
    const { a, b, advance } = pairOf();
    b.self.register('job');
    a.self.monitor(b.pid).subscribe(() => a.log.push(`EXIT ${b.system.names.lookup('job')}`));
    advance(2);
    for (const n of [1, 2]) b.self.send(a.pid, 'x', n);
    b.self.exit(boom);
    advance(2);
    expect(a.log).toEqual(['x 1', 'x 2', 'EXIT undefined']);
  });

  it('is noproc for a dead one, noconnection for a node that is not there, both later (D32)', () => {
    const { a, b, nats, advance } = pairOf();
    b.self.exit('normal');
    const dead = watching(a.self, b.pid);
    const nowhere = watching(a.self, NOWHERE);
    expect([dead, nowhere]).toEqual([[], []]);
    advance(3);
    expect([dead, nowhere]).toEqual([['noproc'], []]);
    advance(2_000);
    expect(nowhere).toEqual(['noconnection']);

    nats.kill('b');
    advance(2_000);
    const down = watching(a.self, b.pid);
    expect(down).toEqual([]);
    advance(2_000);
    expect(down).toEqual(['noconnection']);
    expect(counts(a)).toEqual([]);
  });

  it('waits while the link to its node begins, and is in force then (D32)', () => {
    const { a, b, advance } = pairOf({ warm: 0 });
    const exits = watching(a.self, b.pid);
    const dead = watching(a.self, '{b~1@main|0x00999}');
    advance(4_000);
    expect([exits, dead]).toEqual([[], ['noproc']]);
    b.self.exit(boom);
    advance(2);
    expect(exits).toEqual(['error boom']);
  });

  it('of a node that has left is noconnection after silence at the latest (D32, D63)', () => {
    const { a, b, advance } = pairOf();
    void b.cluster.leave();
    advance(100);
    const exits = watching(a.self, b.pid);
    advance(1_750);
    expect(exits).toEqual(['noconnection']);
  });

  it('that is given back says nothing, whatever is on its way (D32, N4)', () => {
    const { a, b, advance } = pairOf();
    const exits: string[] = [];
    const monitor = a.self.monitor(b.pid).subscribe(({ reason }) => exits.push(reason.type));
    advance(2);
    b.self.exit(boom);
    advance(0);
    monitor.unsubscribe();
    advance(3);
    expect([exits, ...counts(a, b)]).toEqual([[], NOTHING, NOTHING]);
  });

  it('is seen by info of its target over there (D68)', () => {
    const { a, b, advance } = pairOf();
    const monitor = a.self.monitor(b.pid).subscribe();
    advance(2);
    expect(b.system.info(b.pid)).toMatchObject({ monitoredBy: [a.pid] });
    monitor.unsubscribe();
    advance(2);
    expect(b.system.info(b.pid)).toMatchObject({ monitoredBy: [] });
  });

  it('tells the time of its arrival, by the clock of the receiver (D33)', () => {
    const { a, b, advance, scheduler } = pairOf();
    const times = collect(a.self.monitor(b.pid), ({ at }) => at);
    advance(2);
    b.self.exit(boom);
    const arrival = scheduler.now() + 1;
    advance(10);
    expect(times).toEqual([arrival]);
  });
});

describe('a link between two nodes', () => {
  it.each([
    {
      what: 'a link that both ends ask for',
      act: (a: End, b: End) => [a.self.link(b.pid), b.self.link(a.pid)],
      is: 1,
    },
    {
      what: 'an unlink by one of both who ask',
      act: (a: End, b: End) => [a.self.link(b.pid), b.self.link(a.pid), a.self.unlink(b.pid)],
      is: 1,
    },
    {
      what: 'an unlink by both who ask',
      act: (a: End, b: End) => [
        a.self.link(b.pid),
        b.self.link(a.pid),
        a.self.unlink(b.pid),
        b.self.unlink(a.pid),
      ],
      is: 0,
    },
    {
      what: 'a link that is made anew',
      act: (a: End, b: End) => [
        a.self.link(b.pid),
        a.self.unlink(b.pid),
        a.self.link(b.pid),
        b.self.link(a.pid),
      ],
      is: 1,
    },
  ])('is the same at both ends after $what (D34, K1)', ({ act, is }) => {
    const { a, b, advance } = pairOf();
    act(a, b);
    advance(5);
    expect(linked({ a, b })).toEqual([is, is]);
    expect(counts(a, b)).toEqual([
      { ...NOTHING, links: is },
      { ...NOTHING, links: is },
    ]);
    a.self.exit(boom);
    advance(5);
    expect(b.system.processes().length).toBe(1 - is);
    expect(counts(a, b)).toEqual([NOTHING, NOTHING]);
  });

  it('that both ends have, and one gives up, is gone at both (D34, K3)', () => {
    const { a, b, advance } = pairOf();
    a.self.link(b.pid);
    b.self.link(a.pid);
    advance(5);
    a.self.unlink(b.pid);
    advance(5);
    expect([linked({ a, b }), ...counts(a, b)]).toEqual([[0, 0], NOTHING, NOTHING]);
  });

  it('that is given up while its end is on its way has no effect (D34, K3)', () => {
    const { a, b, advance } = pairOf();
    const signals = trapping(a.self);
    a.self.link(b.pid);
    advance(2);
    b.self.exit(boom);
    advance(0);
    a.self.unlink(b.pid);
    advance(5);
    expect([signals, ...counts(a, b)]).toEqual([[], NOTHING, NOTHING]);
  });

  it('that is made anew is not ended by word of the former one (D34, K3)', () => {
    const { a, b, advance } = pairOf();
    a.self.link(b.pid);
    advance(2);
    b.self.unlink(a.pid);
    advance(0);
    a.self.unlink(b.pid);
    a.self.link(b.pid);
    advance(5);
    expect(linked({ a, b })).toEqual([1, 1]);
  });

  it('counts although its process ends in the same turn (D34, M3)', () => {
    const { a, b, advance } = pairOf();
    const signals = trapping(b.self);
    a.self.link(b.pid);
    a.self.exit(boom);
    advance(5);
    expect([signals, ...counts(a, b)]).toEqual([['down error boom'], NOTHING, NOTHING]);
  });

  it.each([
    { what: 'wants it still', act: () => {} },
    { what: 'has given its own up', act: (a: End, b: End) => a.self.unlink(b.pid) },
  ])(
    'that a process wants which ends before it hears of the other wish ends for that other, who $what (D34, K5)',
    ({ act }) => {
      const { a, b, advance, busy } = pairOf();
      const signals = trapping(a.self);
      busy('b', true);
      a.self.link(b.pid);
      advance(3);
      b.self.link(a.pid);
      b.system.exit(b.pid, boom);
      act(a, b);
      busy('b', false);
      advance(5);
      expect([signals, ...counts(a, b)]).toEqual([['down error boom'], NOTHING, NOTHING]);
    },
  );

  it('to a dead process is LINK_DOWN noproc, or ends who does not trap (D34)', () => {
    const { a, b, advance } = pairOf();
    const other = a.another();
    const signals = trapping(a.self);
    const exits = watching(a.self, other.pid);
    b.self.exit('normal');
    advance(2);
    for (const { self } of [a, other]) self.link(b.pid);
    advance(5);
    expect([signals, exits]).toEqual([['down noproc'], ['noproc']]);
  });

  it('to a node that cannot be up is K2, with its reason (D34, D3, K2)', () => {
    const { a, advance } = pairOf();
    const [before, never] = ['{b~0@main|0x00001}', '{b@main|0x00001}'];
    expect(() => a.self.link(before)).toThrow('noproc');
    expect(() => a.self.link(never)).toThrow('noconnection');
    const signals = trapping(a.self);
    a.self.link(before);
    a.self.link(never);
    advance(0);
    expect(signals).toEqual(['down noproc', 'down noconnection']);
  });

  it('to a node with which a link begins is decided with that (D34, D32)', () => {
    const { a, advance } = pairOf();
    const signals = trapping(a.self);
    a.self.link('{c~1@main|0x00001}');
    advance(1);
    expect(signals).toEqual([]);
    advance(2_000);
    expect([signals, counts(a).length]).toEqual([['down noconnection'], 1]);
  });

  it('to a node that is known to be lost is one to nobody (D34, K2)', () => {
    const { a, b, nats, advance } = pairOf();
    nats.kill('b');
    advance(2_000);
    expect(() => a.self.link(b.pid)).toThrow('noconnection');
    const signals = trapping(a.self);
    a.self.link(b.pid);
    advance(1);
    expect([signals, counts(a)]).toEqual([['down noconnection'], []]);
  });

  it('and a monitor of the same process end in this order (D34, K8)', () => {
    const { a, b, advance } = pairOf();
    const log: unknown[] = trapping(a.self);
    a.self.link(b.pid);
    a.self.monitor(b.pid).subscribe(() => log.push('EXIT'));
    advance(2);
    b.self.exit(boom);
    advance(2);
    expect(log).toEqual(['EXIT', 'down error boom']);
  });
});

describe('a signal to a process of another node', () => {
  it('is taken where its node is up, whether it lives or not (D35)', () => {
    const { a, b, nats, advance } = pairOf();
    const dead = b.another();
    dead.self.exit('normal');
    const asks = (pid: Pid) => [
      a.system.exit(pid, 'normal'),
      a.system.cancel(pid),
      a.system.terminate(pid),
    ];
    expect([asks(dead.pid), asks(b.pid)]).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
    advance(2);
    expect(b.system.processes()).toEqual([]);
    nats.kill('b');
    advance(2_000);
    expect([asks(b.pid), asks(NOWHERE)]).toEqual([
      [false, false, false],
      [false, false, false],
    ]);
  });

  it('is taken where the window is full (D35)', () => {
    const { a, b, advance } = pairOf();
    while (a.self.send(b.pid, 'x'));
    expect(a.system.terminate(b.pid)).toBe(true);
    advance(10);
    expect(b.system.processes()).toEqual([]);
  });

  it('cancels with the time that remains, by the clock of the receiver (D33)', () => {
    const { a, b, advance, scheduler } = pairOf();
    const deadlines = collect(b.self.signals$, (signal) => Reflect.get(signal, 'deadline'));
    a.system.cancel(b.pid, { deadline: 100, reason: 'why' });
    advance(1);
    expect(deadlines).toEqual([scheduler.now() + 100]);
    advance(99);
    expect(b.system.processes()).toHaveLength(1);
    advance(1);
    expect(b.system.processes()).toEqual([]);
  });
});

describe('an exit that crosses', () => {
  it.each([
    {
      what: 'the value of a normal end',
      end: { type: 'normal', value: { n: [1] } },
      as: { type: 'normal', value: { n: [1] } },
    },
    {
      what: 'the detail of a shutdown',
      end: { type: 'shutdown', detail: new Map([[1, 2]]) },
      as: { type: 'shutdown', detail: new Map([[1, 2]]) },
    },
    { what: 'an error', end: boom, as: { type: 'error', error: boom } },
    { what: 'kill', end: 'kill', as: { type: 'kill' } },
  ] as const)('carries $what (D36)', ({ end, as }) => {
    const { a, b, advance } = pairOf();
    const reasons = collect(a.self.monitor(b.pid), ({ reason }) => reason);
    advance(2);
    b.self.exit(end as never);
    advance(2);
    expect(reasons).toEqual([as]);
  });

  it('comes without a value that cannot cross, of which a warning tells (D24, D36)', () => {
    const { a, b, advance } = pairOf();
    const pid = b.system.spawn((inbox) => inbox.pipe(map(() => done(() => 1))));
    const exits = collect(a.self.monitor(pid), ({ reason }) => brief(reason));
    advance(2);
    b.system.send(pid, 'end');
    advance(2);
    expect([exits, b.events]).toEqual([['normal'], [expect.stringMatching(/^unencodable: /)]]);
  });
});

describe('what only the own node of a process can do', () => {
  it('is undefined, empty, or refused on another one (D37)', () => {
    const { a, b } = pairOf();
    expect([a.system.info(b.pid), collect(a.system.trace(b.pid))]).toEqual([undefined, []]);
    for (const refused of [
      () => a.system.names.register('x', b.pid),
      () => a.system.groups.join('x', b.pid),
    ]) {
      expect(refused).toThrow(
        expect.objectContaining({
          code: 'NotFound',
          message: expect.stringContaining('on another node'),
        }),
      );
    }
  });
});
