import { describe, expect, it } from '@jest/globals';
import { of, throwError } from 'rxjs';
import {
  type Behavior,
  done,
  ProcessError,
  type RestartType,
  type Strategy,
  supervise,
} from '../../lib/index.js';
import { brief, collect } from '../support/runtime.js';
import { child, children, givesUp, idle, stage, tooMany } from './support.js';

const OFTEN = { intensity: 100 };

/** Ends as its one argument says, when told. */
const ends: Behavior = (inbox, self) => {
  inbox.subscribe(() => self.exit(self.args[0] as 'shutdown'));
  return idle(inbox, self);
};

describe('a strategy', () => {
  it.each<{ strategy: Strategy; expected: string[] }>([
    { strategy: 'one_for_one', expected: ['-b error boom', '+b'] },
    {
      strategy: 'one_for_all',
      expected: [
        '-b error boom',
        '-d shutdown',
        '-c shutdown',
        '-a shutdown',
        '+a',
        '+b',
        '+c',
        '+d',
      ],
    },
    {
      strategy: 'rest_for_one',
      expected: ['-b error boom', '-d shutdown', '-c shutdown', '+b', '+c', '+d'],
    },
  ])(
    '$strategy restarts whom it should, stopping from the right and starting from the left (V1)',
    ({ strategy, expected }) => {
      const { supervise, look, crash } = stage();
      supervise({ strategy, children: children('abcd') });
      look();

      expect(crash('b')).toEqual(expected);
    },
  );

  it('is one_for_one by default (V1)', () => {
    const { supervise, look, crash } = stage();
    supervise({ children: children('ab') });
    look();

    expect(crash('b')).toEqual(['-b error boom', '+b']);
  });

  it.each<Strategy>(['one_for_all', 'rest_for_one'])(
    '%s stops a temporary sibling and does not restart it (V1)',
    (strategy) => {
      const { supervise, look, crash } = stage();
      supervise({
        strategy,
        children: [child('a'), child('t', { restart: 'temporary' }), child('b')],
        ...OFTEN,
      });
      look();

      expect(crash('a')).toEqual(['-a error boom', '-b shutdown', '-t shutdown', '+a', '+b']);
      expect(crash('a')).toEqual(['-a error boom', '-b shutdown', '+a', '+b']);
    },
  );

  it('leaves those down on account of a sibling that have come to a normal end (V1, V6)', () => {
    const { supervise, look, crash } = stage();
    const job = child('job', { restart: 'transient', behavior: () => of(done()) });
    supervise({ strategy: 'one_for_all', children: [job, child('a')] });
    look();

    expect(crash('a')).toEqual(['-a error boom', '+a']);
  });
});

describe('a restart type', () => {
  const reasons = ['normal', { type: 'shutdown', detail: 'x' }, 'kill', new Error('boom')] as const;

  it.each<{ restart: RestartType; expected: string[] }>([
    { restart: 'permanent', expected: ['normal +', 'shutdown x +', 'kill +', 'error boom +'] },
    { restart: 'transient', expected: ['normal', 'shutdown x', 'kill +', 'error boom +'] },
    { restart: 'temporary', expected: ['normal', 'shutdown x', 'kill', 'error boom'] },
  ])(
    '$restart says after which exits a child is restarted (V1, V6, §6)',
    ({ restart, expected }) => {
      const seen = reasons.map((reason) => {
        const { system, supervise, look } = stage();
        supervise({ children: [child('a', { restart, behavior: ends, args: [reason] })] });
        look();
        system.send('a', 'end');
        return look()
          .map((line) => line.replace('-a ', '').replace('+a', '+'))
          .join(' ');
      });

      expect(seen).toEqual(expected);
    },
  );

  it('is permanent by default, also for a child that is terminated from outside (V1)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: children('a') });
    look();
    system.terminate('a');

    expect(look()).toEqual(['-a killed', '+a']);
  });

  it.each<RestartType>(['permanent', 'transient'])(
    'restarts no %s child whose error is marked as not retryable, and says so (V6)',
    (restart) => {
      const { system, supervise, look } = stage();
      supervise({ children: [child('a', { restart }), child('b')] });
      look();
      system.exit('a', Object.assign(new Error('bad'), { retryable: false }));

      expect(look()).toEqual([
        '-a error bad',
        'warning child a is not restarted: its exit is marked as not retryable',
      ]);
      expect(system.send('b', 'alive')).toBe(true);
    },
  );

  it.each([
    { value: undefined, seen: ['-a normal', '+a'] },
    { value: null, seen: ['-a normal null', '+a'] },
    { value: 'x', seen: ['-a normal x', '+a'] },
    {
      value: { retryable: false },
      seen: [
        '-a normal [object Object]',
        'warning child a is not restarted: its exit is marked as not retryable',
      ],
    },
  ])(
    'restarts a permanent child that ends with $value unless it is marked so (V6)',
    ({ value, seen }) => {
      const { system, supervise, look } = stage();
      supervise({ children: [child('a', { behavior: ends, args: [{ type: 'normal', value }] })] });
      look();
      system.send('a', 'end');

      expect(look()).toEqual(seen);
    },
  );
});

describe('an error of a call', () => {
  it('to somebody who was not there is a reason to try again, unlike misuse (V6, M13)', () => {
    const codes = ['NotFound', 'AlreadyExists', 'Unavailable', 'Timeout', 'Invalid'] as const;
    const seen = codes.map((code) => {
      const { system, supervise, look } = stage();
      supervise({ children: children('a') });
      look();
      system.exit('a', new ProcessError(code, 'no'));
      return look().at(-1)?.split(' ')[0];
    });

    expect(seen).toEqual(['+a', '+a', '+a', '+a', 'warning']);
  });

  it('comes back under its name when who has taken it is gone (V5, V6)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: [child('a', { name: 'A' })], backoff: { initial: '1s', jitter: 0 } });
    look();
    system.exit('A', new Error('boom'));
    system.flush();
    const other = system.spawn(idle, { name: 'A' });
    system.advance('1s');
    expect(system.names.lookup('A')).toBe(other);
    look();

    system.terminate(other);
    system.advance('2s');
    expect(look()).toEqual(['-A killed', '+A']);
  });
});

describe('intensity', () => {
  const down = [
    '-b error boom',
    givesUp('b', tooMany(1), 3),
    '-c shutdown',
    '-a shutdown',
    '-top shutdown',
  ];

  it('of one restart in five seconds by default: the second stops all in reverse and ends with shutdown (V2)', () => {
    const { system, supervise, look, crash } = stage();
    supervise({ children: children('abc') });
    look();

    expect(crash('b')).toEqual(['-b error boom', '+b']);
    system.advance(5_000);
    expect(crash('b')).toEqual(down);
  });

  it.each<{ restart: RestartType; who: string }>([
    { restart: 'permanent', who: 'top {main|0x00001}' },
    { restart: 'transient', who: 'nobody' },
  ])('says who restarts a $restart supervisor that gives up (V1, V2)', ({ restart, who }) => {
    const { supervise: spawnTop, look, crash } = stage();
    const rooms = supervise({ children: children('a'), intensity: 0 });
    spawnTop({ children: [child('rooms', { behavior: rooms, restart })] });
    look();

    expect(crash('a')).toContain(
      "warning child a fails too often: intensity is 0 in 5000 ms (raise intensity, give backoff, or restart: 'temporary');" +
        ` the supervisor rooms {main|0x00002} ends with its child, and ${who} restarts it`,
    );
  });

  it('counts no restart that is longer ago than the period (V2)', () => {
    const { system, supervise, look, crash } = stage();
    supervise({ children: children('abc') });
    look();
    crash('b');
    system.advance(5_001);

    expect(crash('b')).toEqual(['-b error boom', '+b']);
  });

  it('is of all children together, and of 0 allows none (V2)', () => {
    const both = stage();
    both.supervise({ children: children('abc'), intensity: 2, period: '1m' });
    both.look();
    expect([both.crash('a').length, both.crash('c').length]).toEqual([2, 2]);
    expect(both.crash('b').at(-1)).toBe('-top shutdown');

    const none = stage();
    none.supervise({ children: children('a'), intensity: 0 });
    none.look();
    expect(none.crash('a').at(-1)).toBe('-top shutdown');
  });

  it('counts a group restart once (V2)', () => {
    const { supervise, look, crash } = stage();
    supervise({ strategy: 'one_for_all', children: children('abc') });
    look();

    expect(crash('a').at(-1)).toBe('+c');
  });

  it('counts a restart attempt that fails as another restart (V2)', () => {
    const { supervise, look, crash } = stage();
    let starts = 0;
    const flaky: Behavior = (inbox, self) =>
      ++starts === 1 ? idle(inbox, self) : throwError(() => new Error('again'));
    supervise({ children: [child('a'), child('b', { behavior: flaky })], intensity: 3 });
    look();

    expect(crash('b')).toEqual([
      '-b error boom',
      ...['+b', '-b error again', '+b', '-b error again', '+b', '-b error again'],
      givesUp('b', tooMany(3), 2),
      '-a shutdown',
      '-top shutdown',
    ]);
  });

  it.each<{ strategy: Strategy; expected: string[] }>([
    {
      strategy: 'one_for_all',
      expected: ['+a', '+b', '-b error again', '-a shutdown', '+a', '+b', '+c'],
    },
    { strategy: 'rest_for_one', expected: ['+b', '-b error again', '+b', '+c'] },
  ])(
    'tries a failed restart of a group again as a group: $strategy (V2)',
    ({ strategy, expected }) => {
      const { supervise, look, crash } = stage();
      let starts = 0;
      const flaky: Behavior = (inbox, self) =>
        ++starts === 2 ? throwError(() => new Error('again')) : idle(inbox, self);
      supervise({
        strategy,
        children: [child('a'), child('b', { behavior: flaky }), child('c')],
        ...OFTEN,
      });
      look();

      const news = crash('b');
      expect(news.slice(news.indexOf(expected[0] as string))).toEqual(expected);
    },
  );

  it('lets a restart that must fail be, and starts the others (V6)', () => {
    const { supervise, look, crash } = stage();
    let starts = 0;
    const once: Behavior = (inbox, self) => {
      if (++starts === 1) return idle(inbox, self);
      return throwError(() => Object.assign(new Error('bad'), { retryable: false }));
    };
    supervise({
      strategy: 'one_for_all',
      children: [child('a'), child('b', { behavior: once }), child('c')],
    });
    look();

    expect(crash('c').slice(3)).toEqual([
      '+a',
      '+b',
      '-b error bad',
      'warning child b is not restarted: its exit is marked as not retryable',
      '+c',
    ]);
  });

  it('escalates: the parent restarts the supervisor that has given up (V2)', () => {
    const { system, supervise: spawnTop, look, crash } = stage();
    const inner = child('inner', {
      type: 'supervisor',
      behavior: supervise({ children: children('x'), intensity: 0 }),
    });
    const exits = collect(
      system.monitor(spawnTop({ children: [child('a'), inner] })),
      ({ reason }) => brief(reason),
    );
    look();

    expect(crash('x').slice(2)).toEqual(['-inner shutdown', '+inner', '+x']);
    expect(exits).toEqual([]);
  });
});
