import { describe, expect, it } from '@jest/globals';
import { NEVER, Observable } from 'rxjs';
import {
  act,
  type Behavior,
  combine,
  type Self,
  type SuperviseOptions,
  supervise,
} from '../../lib/index.js';
import { deferred, quiet, tables, turns, within } from '../support/runtime.js';
import { child, children, idle, type Stage, stage, stubborn } from './support.js';

const STEADY = { jitter: 0 };
const OFTEN = { intensity: 100 };

describe('a supervisor', () => {
  it('that is stopped while a child waits for its back-off starts nobody, and leaves no timer (V5, V7)', () => {
    const { system, supervise, crash, look } = stage();
    supervise({ children: children('ab'), backoff: STEADY });
    look();
    crash('b');
    system.cancel('top');
    expect(look()).toEqual(['-a shutdown', '-top shutdown']);

    system.advance('1m');
    expect(look()).toEqual([]);
  });

  it.each([
    { how: 'stopped', end: 'cancel' },
    { how: 'killed', end: 'terminate' },
  ] as const)('that is $how leaves no timer behind (V5)', ({ end }) => {
    const { system, supervise, crash, look } = stage();
    supervise({ children: children('a'), backoff: { initial: '1h', max: '1h' } });
    look();
    crash('a');
    system[end]('top');
    look();

    expect((system.scheduler as unknown as { actions: unknown[] }).actions).toEqual([]);
  });

  it('that is killed right behind its first turn stops the child of that turn, and starts no other (V4, V7)', () => {
    const { system, supervise, look } = stage();
    supervise({ children: children('ab') });
    system.terminate('top');

    expect(look()).toEqual(['+top', '+a', '-top killed', '-a shutdown']);
  });

  it('takes a crash behind a first turn for one of a running child, also where the turn was long (V1, V4)', async () => {
    const system = quiet();
    const again = deferred();
    let runs = 0;
    /** Its first turn is longer than a batch of turns, so that Node's loop turns before anything else is done. */
    const slow: Behavior = () =>
      new Observable((out) => {
        if (++runs === 2) again.resolve();
        setImmediate(() => out.error(new Error('boom')));
        const end = performance.now() + 30;
        while (performance.now() < end);
      });
    const top = system.spawn(
      supervise({ children: [child('a', { behavior: slow })], backoff: { initial: 1 } }),
    );

    await within(again.promise);
    expect(system.info(top)).toBeDefined();
    await system.shutdown();
  });

  it('that is stopped while it starts stops what it has started (V3, V4)', () => {
    const { system, supervise, look } = stage();
    const asks: Behavior = (inbox, self) => {
      system.cancel('top');
      return idle(inbox, self);
    };
    supervise({ children: [child('a'), child('b', { behavior: asks }), ...children('cde')] });

    expect(look()).toEqual([
      ...['+top', '+a', '+b', '+c', '-c shutdown', '-b shutdown', '-a shutdown', '-top shutdown'],
    ]);
  });

  it('that is stopped while it restarts a group stops what is left of it (V1, V3)', () => {
    const { system, supervise, look } = stage();
    supervise({
      strategy: 'one_for_all',
      children: [child('a'), child('b', { behavior: stubborn }), child('c')],
    });
    look();
    system.exit('c', new Error('boom'));
    look();
    system.cancel('top');
    system.advance(5_000);

    expect(look()).toEqual(['-b killed', '-a shutdown', '-top shutdown']);
  });

  it.each([
    { how: 'stopped', end: 'cancel' },
    { how: 'killed', end: 'terminate' },
  ] as const)('that is $how while it stops a child asks that child once (V3)', ({ end }) => {
    const { system, supervise, log, look } = stage();
    const asked: Behavior = (_inbox, self) => {
      self.setOptions({ trapLinks: true });
      self.signals$.subscribe(({ kind }) => log.push(kind));
      return NEVER;
    };
    supervise({ strategy: 'one_for_all', children: [child('a', { behavior: asked }), child('b')] });
    look();
    system.exit('b', new Error('boom'));
    look();
    system[end]('top');
    system.advance(5_000);

    expect(look().filter((line) => line === 'pid.cancel')).toEqual([]);
    expect(log.filter((line) => line === 'pid.cancel')).toEqual(['pid.cancel']);
  });

  it('hears of an end although another behaviour of its process holds the mailbox (N5, M12)', () => {
    const { system, look } = stage();
    const busy = combine(supervise({ children: children('a') }), (inbox) =>
      inbox.pipe(act(() => NEVER)),
    );
    system.spawn(busy, { name: 'top' });
    for (let i = 0; i < 3; i++) system.send('top', 'x');
    look();
    system.exit('a', new Error('boom'));

    expect(look()).toEqual(['-a error boom', '+a']);
  });

  it('takes a child that crashes while its siblings are stopped for stopped (V1)', () => {
    const { system, supervise, look } = stage();
    supervise({
      strategy: 'one_for_all',
      children: [child('a'), child('b', { behavior: stubborn }), child('c')],
    });
    look();
    system.exit('c', new Error('boom'));
    look();
    system.exit('a', new Error('boom too'));
    system.advance(5_000);

    expect(look()).toEqual(['-a error boom too', '-b killed', '+a', '+b', '+c']);
  });

  it('deals with a crash beside the group when the group is done (V1)', () => {
    const { system, supervise, look } = stage();
    supervise({
      strategy: 'rest_for_one',
      children: [child('a'), child('b'), child('c', { behavior: stubborn })],
      ...OFTEN,
    });
    look();
    system.exit('b', new Error('boom'));
    look();
    system.exit('a', new Error('boom too'));
    expect(look()).toEqual(['-a error boom too']);
    system.advance(5_000);

    expect(look()).toEqual(['-c killed', '+b', '+c']);
    system.advance(5_000);
    expect(look()).toEqual(['-c killed', '-b shutdown', '+a', '+b', '+c']);
  });

  it('restarts one that crashes while a later sibling starts (V1, V4)', () => {
    const { system, supervise, look } = stage();
    const attacks: Behavior = (inbox, self) => {
      system.exit('a', new Error('boom'));
      return idle(inbox, self);
    };
    supervise({ children: [child('a'), child('b', { behavior: attacks }), child('c')] });

    expect(look()).toEqual(['+top', '+a', '+b', '+c', '-a error boom', '+a']);
  });

  it('counts every crash of one turn, however many at once (V2)', () => {
    const { supervise, look, crash } = stage();
    supervise({ children: children('abc'), intensity: 2 });
    look();

    expect(crash('a', 'b', 'c').at(-1)).toBe('-top shutdown');
  });

  it('is not confused by a child that unlinks itself, or links anew (V7)', () => {
    const { system, supervise, look, crash } = stage();
    const selves: Self[] = [];
    const keeps: Behavior = (inbox, self) => {
      selves.push(self);
      return idle(inbox, self);
    };
    supervise({ children: [child('a', { behavior: keeps })], ...OFTEN });
    look();
    selves.at(-1)?.unlink('top');
    expect(crash('a')).toEqual(['-a error boom', '+a']);
    selves.at(-1)?.link('top');
    selves.at(-1)?.exit(new Error('bye'));

    expect(look()).toEqual(['-a error bye', '+a']);
    expect(system.send('top', 'x')).toBe(true);
  });

  it('that is killed takes a child with it that has unlinked itself (V7)', () => {
    const { system, supervise, look } = stage();
    const loose: Behavior = (inbox, self) => {
      self.unlink('top');
      return idle(inbox, self);
    };
    supervise({ children: [child('a', { behavior: loose })] });
    look();
    system.terminate('top');

    expect(look()).toEqual(['-top killed', '-a shutdown']);
  });
});

describe('shutdown', () => {
  const crash = ({ system }: Stage): unknown => system.exit('b', new Error('boom'));

  it.each<{ when: string; options: SuperviseOptions; act: (at: Stage) => unknown }>([
    { when: 'in the turn of the crash', options: { children: children('ab') }, act: crash },
    {
      when: 'while a sibling is stopped for it',
      options: {
        strategy: 'one_for_all',
        children: [child('a', { behavior: stubborn }), child('b')],
      },
      act: (at) => [crash(at), at.look()],
    },
    {
      when: 'during its back-off',
      options: { children: children('ab'), backoff: { initial: '1h', max: '1h' } },
      act: (at) => [crash(at), at.look()],
    },
    {
      when: 'while the supervisor itself is to be restarted',
      options: { children: [child('in', { behavior: supervise({ children: children('ab') }) })] },
      act: ({ system }) => system.terminate('in'),
    },
  ])(
    'during a restart, $when, starts nobody and leaves nothing (O2, O3, V6)',
    async ({ options, act }) => {
      const at = stage();
      const { system, look, log } = at;
      at.supervise(options);
      look();
      act(at);
      let resolved = false;
      const begun = log.length;
      void system.shutdown({ timeout: '20s' }).then(() => {
        resolved = true;
      });
      await turns(12);
      look();
      system.advance('5s');
      await turns(12);

      expect(log.slice(begun).filter((line) => line.startsWith('+'))).toEqual([]);
      expect([resolved, Object.values(tables(system))]).toEqual([true, [0, 0, 0, 0, 0]]);
      expect((system.scheduler as unknown as { actions: unknown[] }).actions).toEqual([]);
    },
  );
});
