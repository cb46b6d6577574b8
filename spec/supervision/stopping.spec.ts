import { describe, expect, it } from '@jest/globals';
import { map, NEVER } from 'rxjs';
import { type Behavior, combine, done, startChild, supervise } from '../../lib/index.js';
import { turns } from '../support/runtime.js';
import { child, children, idle, type Stage, stage, stubborn } from './support.js';

/** Writes when it is asked to finish, and ends a second later. */
const tidy =
  (id: string, log: string[], scheduler: Stage['system']['scheduler']): Behavior =>
  (_inbox, self) => {
    self.signals$.subscribe((signal) => {
      log.push(`${id}: ${signal.kind} ${'deadline' in signal ? signal.deadline : 'for ever'}`);
      scheduler.schedule(() => self.exit('shutdown'), 1_000);
    });
    return NEVER;
  };

function stop(at: Stage, name = 'top'): void {
  at.system.cancel(name);
  at.system.flush();
}

describe('a child is stopped', () => {
  it('from right to left, each when the one before has ended (V1, V3)', () => {
    const at = stage();
    const { system, supervise, log, look } = at;
    const slow = (id: string) => child(id, { behavior: tidy(id, log, system.scheduler) });
    supervise({ children: ['a', 'b'].map(slow) });
    look();
    stop(at);
    expect(look()).toEqual(['b: pid.cancel 5000']);
    system.advance(1_000);
    expect(look()).toEqual(['-b shutdown', 'a: pid.cancel 6000']);

    system.advance(1_000);
    expect(look()).toEqual(['-a shutdown', '-top shutdown']);
  });

  it.each<{ whose: string; timeout: number; more: Partial<Parameters<typeof child>[1]> }>([
    { whose: 'a worker by default', timeout: 5_000, more: {} },
    { whose: 'one of its own', timeout: 200, more: { shutdown: '200ms' } },
  ])('and killed after a timeout: of $whose $timeout ms (V3)', ({ timeout, more }) => {
    const at = stage();
    at.supervise({ children: [child('a', { behavior: stubborn, ...more })] });
    at.look();
    stop(at);
    at.system.advance(timeout - 1);
    expect(at.look()).toEqual([]);

    at.system.advance(1);
    expect(at.look()).toEqual(['-a killed', '-top shutdown']);
  });

  it.each<{ what: string; more: object }>([
    { what: 'a supervisor', more: { type: 'supervisor' } },
    { what: "'infinity'", more: { shutdown: 'infinity' } },
  ])('and waited for without limit: $what (V3)', ({ more }) => {
    const at = stage();
    const { system, supervise, look, log } = at;
    const endless: Behavior = (_inbox, self) => {
      self.signals$.subscribe((signal) => log.push(JSON.stringify(signal)));
      return NEVER;
    };
    supervise({ children: [child('a', { behavior: endless, ...more })] });
    look();
    stop(at);
    expect(look()).toEqual(['{"kind":"pid.cancel","at":0,"reason":"shutdown"}']);
    system.advance('100h');
    expect(look()).toEqual([]);

    system.terminate('a');
    expect(look()).toEqual(['-a killed', '-top shutdown']);
  });

  it("at once, and not asked, with 'brutalKill' (V3)", () => {
    const at = stage();
    const behavior: Behavior = (_inbox, self) => {
      self.signals$.subscribe(({ kind }) => at.log.push(kind));
      return NEVER;
    };
    at.supervise({ children: [child('a', { behavior, shutdown: 'brutalKill' })] });
    at.look();
    stop(at);

    expect(at.look()).toEqual(['-a killed', '-top shutdown']);
  });

  it('together with the others of its template, which are equals (V1)', () => {
    const at = stage();
    const { system, look, supervise } = at;
    supervise({ strategy: 'simple_one_for_one', children: { id: 'room', behavior: stubborn } });
    for (let i = 0; i < 3; i++) startChild(system, 'top', []).subscribe();
    look();
    expect(system.processes()).toHaveLength(4);
    stop(at);
    system.advance(5_000);

    expect(look()).toEqual(['-top shutdown']);
  });
});

describe('a supervisor ends', () => {
  /** Two levels: `top` has a, inner (x, y) and b. */
  const nested = (at: Stage): Stage => {
    const inner = child('inner', {
      type: 'supervisor',
      behavior: supervise({ children: children('xy') }),
    });
    at.supervise({ children: [child('a'), inner, child('b')] });
    at.look();
    return at;
  };
  const leaves = ['-b shutdown', '-y shutdown', '-x shutdown', '-inner shutdown', '-a shutdown'];

  it.each<{ how: string; end: (at: Stage) => unknown }>([
    { how: 'cancelled', end: ({ system }) => system.cancel('top') },
    { how: 'told to exit', end: ({ system }) => system.exit('top', 'shutdown') },
  ])('from the leaves when it is $how (V3, V7)', ({ end }) => {
    const at = nested(stage());
    end(at);

    expect(at.look()).toEqual([...leaves, '-top shutdown']);
  });

  it('with the reason of a linked process that has crashed, its children first (V7)', () => {
    const { system, look } = stage();
    system.spawn(
      (inbox, self) => {
        self.spawnLinked(supervise({ children: children('ab') }), { name: 'top' });
        return idle(inbox, self);
      },
      { name: 'owner' },
    );
    look();
    system.exit('owner', new Error('boom'));

    expect(look()).toEqual(['-owner error boom', '-b shutdown', '-a shutdown', '-top error boom']);
  });

  it('and takes no LINK_DOWN of a child for an order (V7)', () => {
    const at = nested(stage());

    expect(at.crash('x')).toEqual(['-x error boom', '+x']);
  });

  it('normally, and stops them too (V7)', () => {
    const { system, look } = stage();
    const until: Behavior = combine(supervise({ children: children('ab') }), (inbox) =>
      inbox.pipe(map(() => done('enough'))),
    );
    system.spawn(until, { name: 'top' });
    look();
    system.send('top', 'x');

    expect(look()).toEqual(['-top normal enough', '-b shutdown', '-a shutdown']);
  });

  it('by a kill, and stops the whole tree (V7)', () => {
    const at = nested(stage());
    at.system.terminate('top');

    expect(at.look().sort()).toEqual([...leaves, '-top killed'].sort());
    expect(at.system.processes()).toEqual([]);
  });

  it('by a kill, and gives no more time than its timeout to a child that traps links (V3, V7)', () => {
    const { system, supervise, look } = stage();
    const traps: Behavior = (_inbox, self) => {
      self.setOptions({ trapLinks: true });
      return NEVER;
    };
    supervise({ children: [child('a', { behavior: traps }), child('b', { behavior: stubborn })] });
    look();
    system.terminate('top');
    expect(look()).toEqual(['-top killed', '-b killed']);

    system.advance(5_000);
    expect(look()).toEqual(['-a killed']);
  });

  it('and its parent restarts it and what is below it (V1)', () => {
    const at = nested(stage());
    at.system.terminate('inner');

    expect(at.look()).toEqual([
      '-inner killed',
      '-y shutdown',
      '-x shutdown',
      '+inner',
      '+x',
      '+y',
    ]);
  });

  it('at the first reason it is given, however many come (V7)', () => {
    const at = stage();
    at.supervise({ children: [child('a', { behavior: stubborn })] });
    at.look();
    at.system.cancel('top');
    at.system.exit('top', new Error('late'));
    at.system.advance(5_000);

    expect(at.look()).toEqual(['-a killed', '-top shutdown']);
  });
});

describe('shutdown', () => {
  async function down({ system, look }: Stage, timeout?: number): Promise<string[]> {
    let resolved = false;
    void system.shutdown(timeout === undefined ? {} : { timeout }).then(() => {
      resolved = true;
    });
    await turns(12);
    system.flush();
    await turns(12);
    return [...look(), resolved ? 'resolved' : 'pending'];
  }

  it('ends each tree from its leaves, its supervisor last, and restarts nobody (O3)', async () => {
    const at = stage({ hosts: { blue: {} } });
    const { supervise: spawnTop, look } = at;
    const inner = supervise({ children: [child('x', { host: 'main' }), child('y')] });
    spawnTop({
      children: [
        child('a', { host: 'blue' }),
        child('inner', { type: 'supervisor', behavior: inner, host: 'blue' }),
      ],
    });
    look();

    expect(await down(at)).toEqual([
      ...['-y shutdown', '-x shutdown', '-inner shutdown', '-a shutdown', '-top shutdown'],
      'resolved',
    ]);
  });

  it('resolves within its timeout, stubborn children or not (O2, O3)', async () => {
    const at = stage();
    const { system, supervise: spawnTop, look } = at;
    const wait = { behavior: stubborn, shutdown: 'infinity' } as const;
    const inner = supervise({ children: children('xy', wait) });
    spawnTop({
      children: [child('a', wait), child('inner', { type: 'supervisor', behavior: inner })],
    });
    look();
    expect(await down(at, 2_000)).toEqual(['pending']);
    system.advance(2_000);
    await turns(12);

    expect(await down(at)).toContain('resolved');
    expect(system.processes()).toEqual([]);
  });

  it('stops a child itself that has outlived its supervisor (O2, V7)', () => {
    const { system, supervise, look, log } = stage();
    const outlives: Behavior = (_inbox, self) => {
      self.setOptions({ trapLinks: true });
      self.signals$.subscribe(
        (signal) => 'deadline' in signal && log.push(`by ${signal.deadline}`),
      );
      return NEVER;
    };
    supervise({ children: [child('a', { behavior: outlives, shutdown: 'infinity' })] });
    look();
    system.terminate('top');
    look();
    void system.hosts.stop('main', { timeout: '2s' });

    expect(look()).toEqual(['by 2000']);
  });

  it('of one host leaves a child down whose supervisor lives elsewhere: nothing may start there (V6)', async () => {
    const { system, supervise, look } = stage({ hosts: { blue: {} } });
    supervise({ children: [child('a', { host: 'blue' }), child('b')] });
    look();
    void system.hosts.stop('blue');

    expect(look()).toEqual(['-a shutdown']);
    expect(system.tree()[0]?.children.map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a stopped',
      'b running',
    ]);
  });

  it('stops a child by itself when its supervisor is on a host that stays (O2)', async () => {
    const { system, supervise, look } = stage({ hosts: { blue: {} } });
    supervise({ children: [child('a', { host: 'blue', behavior: stubborn })] });
    look();
    void system.hosts.stop('blue', { timeout: '1s' });
    system.advance('1s');

    expect(look()).toEqual(['-a killed']);
  });
});
