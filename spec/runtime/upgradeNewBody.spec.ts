import { describe, expect, it } from '@jest/globals';
import { finalize, ignoreElements, merge, NEVER, tap, throwError } from 'rxjs';
import { type Behavior, done } from '../../lib/index.js';
import { deferred, exitOf, puppet, quiet, settled, within } from '../support/runtime.js';

describe('the new body', () => {
  it.each<{ what: string; behavior: Behavior; end: string }>([
    {
      what: 'throws when it is called',
      behavior: () => {
        throw new Error('called');
      },
      end: 'error called',
    },
    { what: 'errors', behavior: () => throwError(() => new Error('stream')), end: 'error stream' },
    { what: 'completes', behavior: () => [], end: 'normal' },
    { what: 'is done', behavior: () => [done(7)], end: 'normal 7' },
  ])('that $what ends the process so (U4, S8)', async ({ behavior, end }) => {
    const system = quiet();
    system.define('next', behavior);
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    self.upgrade('next');

    await settled(system);
    expect(exits).toEqual([end]);
  });

  it('is not called when the process ends before its turn (U4)', async () => {
    const log: string[] = [];
    const system = quiet();
    system.define('next', () => {
      log.push('called');
      return NEVER;
    });
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    self.upgrade('next');
    self.exit('shutdown');

    await settled(system);
    expect([log, exits]).toEqual([[], ['shutdown']]);
  });

  it('is each of two that are asked for in one turn, in their order (U4)', async () => {
    const log: string[] = [];
    const system = quiet();
    for (const id of ['one', 'two']) {
      system.define(id, () => {
        log.push(id);
        return NEVER.pipe(finalize(() => log.push(`${id} over`)));
      });
    }
    const { self } = await puppet(system);
    self.upgrade('one');
    self.upgrade('two');

    await settled(system);
    expect(log).toEqual(['one', 'one over', 'two']);
  });

  it('finds what came for signals$ meanwhile (U2, C2)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    system.define('next', (_inbox, self) =>
      self.signals$.pipe(
        tap((s) => log.push(s.kind)),
        ignoreElements(),
      ),
    );
    const { pid, self } = await puppet(system);
    self.signals$.subscribe(() => log.push('old'));
    await settled(system);
    self.upgrade('next');
    system.cancel(pid);

    await settled(system);
    expect(log).toEqual(['pid.cancel']);
  });

  it('may upgrade at once, any number of times: no stack grows (U4, M4)', async () => {
    const system = quiet();
    let lives = 0;
    const finished = deferred();
    system.define('it', (inbox, self) => {
      if (++lives === 10_000) finished.resolve();
      else self.upgrade();
      return merge(inbox, self.signals$).pipe(ignoreElements());
    });
    const pid = system.spawn('it');
    await within(finished.promise);

    await settled(system);
    expect(system.processes()).toEqual([expect.objectContaining({ pid, depth: 0 })]);
  });
});
