import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { ignoreElements, tap } from 'rxjs';
import { act, type Behavior, is, receive, type SystemOptions, topic } from '../../lib/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { quiet, settled } from '../support/runtime.js';

/** A storage of the application that the system may not know of, and who was handled in which store. */
function scene(options: SystemOptions = {}) {
  const tenant = new AsyncLocalStorage<string>();
  const log: string[] = [];
  const note = (what: unknown): void => void log.push(`${what} in ${tenant.getStore()}`);
  return { tenant, log, note, system: quiet(options) };
}

const job = topic<string>('job');

describe('a handler', () => {
  const rows: { body: string; behavior: (note: (what: unknown) => void) => Behavior }[] = [
    {
      body: 'a pipeline',
      behavior: (note) => (inbox) =>
        inbox.pipe(
          tap(({ payload }) => note(payload)),
          ignoreElements(),
        ),
    },
    {
      body: 'act',
      behavior: (note) => (inbox) => inbox.pipe(act(async ({ payload }) => note(payload))),
    },
    {
      body: 'an async generator',
      behavior: (note) =>
        async function* (inbox) {
          for await (const message of receive(inbox))
            if (is(message, job)) yield note(message.payload);
        },
    },
  ];

  it.each(rows)('of $body is in no store where two requests send in one turn (F4)', async (row) => {
    const { tenant, log, note, system } = scene();
    const pid = tenant.run('the spawner', () => system.spawn(row.behavior(note)));
    await settled(system);
    for (let n = 0; n < 20; n++)
      tenant.run(`request ${n}`, () => system.send(pid, job, `job ${n}`));
    await settled(system);

    expect(log).toEqual(Array.from({ length: 20 }, (_, n) => `job ${n} in undefined`));
  });

  it('is in no store of whoever moves the clock of a testSystem (F4)', () => {
    const { tenant, log, note } = scene();
    const system = testSystem();
    system.send(system.spawn(rows[0]?.behavior(note) as Behavior), job, 'job');
    tenant.run('the test', () => system.flush());

    expect(log).toEqual(['job in undefined']);
  });

  it('is in its own store of `context`, and in none of a second storage (F1)', async () => {
    const context = new AsyncLocalStorage<string>();
    const { tenant, log, note, system } = scene({ context });
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(({ payload }) => note(`${payload} of ${context.getStore()}`)),
        ignoreElements(),
      ),
    );
    for (const n of [1, 2]) {
      tenant.run(`tenant ${n}`, () =>
        context.run(`request ${n}`, () => system.send(pid, job, `job ${n}`)),
      );
    }
    await settled(system);

    expect(log).toEqual(['job 1 of request 1 in undefined', 'job 2 of request 2 in undefined']);
  });

  it('is in no store in the second batch of a long drain, either (F4)', async () => {
    const { tenant, log, note, system } = scene();
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        tap(({ payload }) => {
          note(payload);
          const end = performance.now() + 11;
          while (performance.now() < end);
        }),
        ignoreElements(),
      ),
    );
    tenant.run('request', () => {
      for (const text of ['a', 'b', 'c']) system.send(pid, job, text);
    });
    await settled(system);

    expect(log).toEqual(['a in undefined', 'b in undefined', 'c in undefined']);
  });
});

describe('what the library does for everybody', () => {
  it('is in no store: drop events at the end of a batch (F4)', async () => {
    const { tenant, log, note, system } = scene({ mailbox: { capacity: 1 } });
    const pid = system.spawn(() => new Promise<void>(() => {}));
    system.events$.subscribe(({ type }) => type === 'drop' && note(type));
    await settled(system);
    tenant.run('request', () => {
      system.send(pid, job, 'kept');
      system.send(pid, job, 'dropped');
    });
    await settled(system);

    expect(log).toEqual(['drop in undefined']);
  });
});
