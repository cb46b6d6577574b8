import { describe, expect, it } from '@jest/globals';
import { map, type Observable, of, switchMap, throwError } from 'rxjs';
import {
  type Behavior,
  ChildStartError,
  combine,
  done,
  type Exit,
  type Output,
  type Self,
  type SuperviseOptions,
  send,
  supervise,
} from '../../lib/index.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { collect } from '../support/runtime.js';
import { child, children, idle, refusal, stage } from './support.js';

const quits: Behavior = (inbox, self) => {
  self.exit('shutdown');
  return idle(inbox, self);
};

describe('supervise', () => {
  it('starts its children from left to right, each when the one before has had its first turn (V1, V4)', () => {
    const { system, supervise, log } = stage();
    const says = (id: string) =>
      child(id, {
        behavior: (inbox, self) => {
          log.push(`first turn of ${id}`);
          return idle(inbox, self);
        },
      });
    supervise({ children: ['a', 'b'].map(says) });
    system.flush();

    expect(log).toEqual(['+top', '+a', 'first turn of a', '+b', 'first turn of b']);
  });

  it('starts what follows a supervisor when the whole of that has started (V4)', () => {
    const { supervise: spawnTop, look } = stage();
    const inner = child('inner', {
      type: 'supervisor',
      behavior: supervise({ children: children('xy') }),
    });
    spawnTop({ children: [child('a'), inner, child('b')] });

    expect(look()).toEqual(['+top', '+a', '+inner', '+x', '+y', '+b']);
  });

  it('gives a child its arguments, name, host and first messages (S1)', () => {
    const { system, supervise, log } = stage({ hosts: { blue: {} } });
    supervise({
      children: [
        child('a', {
          host: 'blue',
          args: [1, 2],
          messages: [{ topic: 'x', payload: 'first' }],
          behavior: (inbox, self) => {
            log.push(`${self.pid} ${self.args}`);
            inbox.subscribe(({ topic, payload, from }) => log.push(`${topic} ${payload} ${from}`));
            return inbox as never;
          },
        }),
      ],
    });
    system.flush();

    expect(log.slice(2, 4)).toEqual(['{blue|0x00002} 1,2', 'x first {main|0x00001}']);
  });

  it('takes a child for started before it reads its first messages: a crash on one is a restart (V4)', () => {
    const { supervise, look } = stage();
    let lives = 0;
    const behavior: Behavior = (inbox) => {
      const life = ++lives;
      return inbox.pipe(
        map(() => {
          if (life === 1) throw new Error('boom');
        }),
      );
    };
    supervise({ children: [child('a', { behavior, messages: [{ topic: 'x' }] }), child('b')] });

    expect(look()).toEqual(['+top', '+a', '+b', '-a error boom', '+a']);
  });

  it('when child i fails in its first turn, stops i-1 to 1 and ends with failed_to_start_child (V4)', () => {
    const { system, supervise, look } = stage();
    const boom = new Error('boom');
    const c = child('c', { behavior: () => throwError(() => boom) });
    const exits: Exit[] = collect(
      system.monitor(supervise({ children: [child('a'), child('b'), c, child('d')] })),
    );

    expect(look().slice(0, -1)).toEqual([
      '+top',
      '+a',
      '+b',
      '+c',
      '-c error boom',
      '-b shutdown',
      '-a shutdown',
    ]);
    const { error } = exits[0]?.result ?? {};
    expect(error).toBeInstanceOf(ChildStartError);
    expect(error).toMatchObject({
      kind: 'failed_to_start_child',
      id: 'c',
      reason: { type: 'error', error: boom },
      cause: boom,
    });
  });

  it.each([
    { what: 'whose host is unknown', more: { host: 'nowhere' } },
    { what: 'whose name is taken', more: { name: 'a' } },
    { what: 'whose behaviour nobody has defined', more: { behavior: 'nothing' } },
    { what: 'that is told to exit in its first turn', more: { behavior: quits } },
  ])('fails to start with a child $what (V4)', ({ more }) => {
    const { system, supervise, look } = stage();
    const exits = collect(
      system.monitor(supervise({ children: [child('a'), child('b', more as object)] })),
    );
    look();

    expect(exits).toMatchObject([
      { reason: { error: { kind: 'failed_to_start_child', id: 'b' } } },
    ]);
  });

  it('takes a normal end in the first turn for a start (V4)', () => {
    const { supervise, look } = stage();
    const quick = child('b', { behavior: () => [done('early')], restart: 'transient' });
    supervise({ children: [child('a'), quick, child('c')] });

    expect(look()).toEqual(['+top', '+a', '+b', '-b normal early', '+c']);
  });

  it('fails with the inner supervisor that fails to start, up to the root (V4)', () => {
    const { system, supervise: spawnTop, look } = stage();
    const bad = child('y', { behavior: () => throwError(() => new Error('boom')) });
    const inner = child('inner', {
      type: 'supervisor',
      behavior: supervise({ children: [child('x'), bad] }),
    });
    const exits = collect(system.monitor(spawnTop({ children: [child('a'), inner] })));

    expect(look().map((line) => line.split(' ')[0])).toEqual([
      '+top',
      '+a',
      '+inner',
      '+x',
      '+y',
      '-y',
      '-x',
      '-inner',
      '-a',
      '-top',
    ]);
    expect(exits).toMatchObject([
      { reason: { error: { id: 'inner', reason: { error: { id: 'y' } } } } },
    ]);
  });

  it('shares its process with other behaviours, whose messages it leaves alone (V7)', () => {
    const { system, look, log } = stage();
    const echo = combine(supervise({ children: children('a') }), (inbox) => {
      inbox.subscribe(({ payload }) => log.push(`read ${payload}`));
      return inbox as never;
    });
    const pid = system.spawn(echo, { name: 'top' });
    system.spawn(() => of(send(pid, 'x', 1)));

    expect(look().slice(0, 3)).toEqual(['+top', '+a', 'read 1']);
  });

  it('is once in a process (V7)', () => {
    const { system } = stage();
    const two = combine(supervise({ children: [] }), supervise({ children: [] }));
    const exits = collect(system.monitor(system.spawn(two)));
    system.flush();

    expect(exits).toMatchObject([{ reason: { error: { code: 'Invalid' } } }]);
  });

  it('says what to do when it is given a fake self', () => {
    const behavior = supervise({ children: [] });

    expect(refusal(() => behavior([] as never, fakeSelf()))).toMatch(/^Invalid .*testSystem/);
  });

  it.each<{ text: string; options: unknown }>([
    { text: 'strategy is one of', options: { strategy: 'all_for_one' } },
    { text: 'intensity: ', options: { intensity: -1 } },
    { text: 'intensity: ', options: { intensity: '5' } },
    { text: 'intensity: ', options: { intensity: null } },
    { text: 'backoff is an object', options: { backoff: null } },
    { text: 'backoff is an object', options: { backoff: true } },
    { text: 'backoff.factor is', options: { backoff: { factor: '2' } } },
    { text: 'backoff.jitter is', options: { backoff: { jitter: null } } },
    { text: 'intensity: ', options: { intensity: Number.NaN } },
    { text: 'period: "soon" is no duration', options: { period: 'soon' } },
    { text: 'period is longer than 0', options: { period: 0 } },
    { text: 'period beside backoff needs an intensity', options: { period: '5s', backoff: {} } },
    { text: 'children is an array', options: { children: child('a') } },
    {
      text: 'children of simple_one_for_one is one template',
      options: { strategy: 'simple_one_for_one' },
    },
    {
      text: 'template of many children has no name',
      options: { strategy: 'simple_one_for_one', children: child('a') },
    },
    { text: 'child a: the id is given twice', options: { children: children('aba') } },
    { text: 'id of a child', options: { children: [{ behavior: idle }] } },
    { text: 'id of a child', options: { children: [{ id: '', behavior: idle }] } },
    { text: 'id of a child', options: { children: [undefined] } },
    { text: 'child a: behavior is', options: { children: [{ id: 'a' }] } },
    {
      text: 'child a: restart is one of',
      options: { children: [child('a', { restart: 'always' as never })] },
    },
    {
      text: 'child a: type is one of',
      options: { children: [child('a', { type: 'boss' as never })] },
    },
    {
      text: 'child a: shutdown: "brutal" is no duration',
      options: { children: [child('a', { shutdown: 'brutal' })] },
    },
    {
      text: 'child a: shutdown: -1 is no duration',
      options: { children: [child('a', { shutdown: -1 })] },
    },
    {
      text: 'child a: args is an array',
      options: { children: [child('a', { args: 'x' as never })] },
    },
    {
      text: 'child a: cannot send to @ topics',
      options: { children: [child('a', { messages: [{ topic: '@x' }] })] },
    },
    { text: 'backoff.initial: "x" is no duration', options: { backoff: { initial: 'x' } } },
    { text: 'backoff.initial is longer than 0', options: { backoff: { initial: 0 } } },
    { text: 'backoff.max is at least initial', options: { backoff: { initial: 2, max: 1 } } },
    { text: 'backoff.factor is', options: { backoff: { factor: 0.5 } } },
    { text: 'backoff.jitter is', options: { backoff: { jitter: 1.1 } } },
    { text: 'backoff.maxAttempts: ', options: { backoff: { maxAttempts: -1 } } },
    {
      text: 'backoff.stableThreshold: -1 is no duration',
      options: { backoff: { stableThreshold: -1 } },
    },
    { text: 'backoff.random is a function', options: { backoff: { random: 1 } } },
  ])('refuses up front what is invalid, naming it: $text (V1, V2, V5)', ({ text, options }) => {
    const given = { children: [], ...(options as object) } as SuperviseOptions;

    expect(refusal(() => supervise(given))).toMatch(/^Invalid supervise/);
    expect(refusal(() => supervise(given))).toContain(text);
  });

  it.each([undefined, null, 7, true])('refuses %p in the place of options (V1)', (given) => {
    expect(refusal(() => supervise(given as never))).toBe(
      `Invalid supervise: the options are an object, not ${given === true ? 'boolean' : given}`,
    );
  });

  it('cannot be upgraded, because its children are its body: nothing changes (U1, V7)', () => {
    const { system, look } = stage();
    let me: Self | undefined;
    system.define('top', (inbox, self) => {
      me = self;
      return supervise({ children: children('a') })(inbox, self);
    });
    system.spawn('top', { name: 'top' });
    look();

    expect(refusal(() => me?.upgrade())).toMatch(/^Invalid cannot upgrade .* its children/);
    expect([look(), system.tree()]).toMatchObject([[], [{ children: [{ id: 'a' }] }]]);
  });

  it('may supervise anew once it is no longer subscribed (V7)', () => {
    const { system, look } = stage();
    const top: Behavior = (inbox, self) =>
      inbox.pipe(
        switchMap(
          ({ payload }) =>
            supervise({ children: children(payload as string) })(inbox, self) as Observable<Output>,
        ),
      );
    system.spawn(top, { name: 'top' });
    const seen = ['a', 'b'].map((id) => {
      system.send('top', 'supervise', id);
      return look();
    });

    expect(seen).toEqual([
      ['+top', '+a'],
      ['+b', '-a shutdown'],
    ]);
  });
});
