import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import { done, type Inbox, receive, type Self, send } from '../../lib/index.js';
import { exitOf, idle, puppet, quiet, settled } from '../support/runtime.js';

const boom = new Error('boom');

describe('the end of an async generator', () => {
  const waits: readonly { what: string; wait: (inbox: Inbox, self: Self) => Promise<unknown> }[] = [
    { what: 'receive', wait: async (inbox) => receive(inbox).next() },
    {
      what: 'receive of a listen stream',
      wait: async (_inbox, self) => receive(self.listen('x')).next(),
    },
    {
      what: 'a call',
      wait: async (_inbox, self) => firstValueFrom(self.call(self.args[0] as string, 'x', 1)),
    },
    {
      what: 'a monitor',
      wait: async (_inbox, self) => firstValueFrom(self.monitor(self.args[0] as string)),
    },
    {
      what: 'the exit$ of a child',
      wait: async (_inbox, self) => firstValueFrom(self.spawnMonitored(idle).exit$),
    },
    { what: 'signals$', wait: async (_inbox, self) => firstValueFrom(self.signals$) },
    {
      what: 'its AbortSignal',
      wait: async (_inbox, self) =>
        new Promise((resolve) => self.abortSignal.addEventListener('abort', resolve)),
    },
  ];
  it.each(waits)('that awaits $what runs its finally (E3)', async ({ wait }) => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn(
      async function* (inbox, self) {
        try {
          yield undefined;
          await wait(inbox, self);
          log.push('went on');
        } finally {
          log.push('finally');
        }
      },
      { args: [system.spawn(idle)] },
    );
    const exits = exitOf(system, pid);
    await settled(system);
    system.terminate(pid);

    await settled(system);
    expect([log.at(-1), log.filter((line) => line === 'finally').length, exits]).toEqual([
      'finally',
      1,
      ['killed'],
    ]);
  });

  it('runs a finally to its end, through what it yields, which has no effect (E3)', async () => {
    const system = quiet();
    const target = await puppet(system);
    const log: string[] = [];
    const pid = system.spawn(async function* (inbox: Inbox) {
      try {
        await receive(inbox).next();
        yield undefined;
        log.push('went on');
      } finally {
        log.push('begins');
        yield send(target.pid, 'late', 1);
        await Promise.resolve();
        log.push('ends');
      }
    });
    await settled(system);
    system.terminate(pid);

    await settled(system);
    expect([log, target.log]).toEqual([['begins', 'ends'], []]);
  });

  it('ends the loop over receive, and then the body (E3)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn(async function* (inbox: Inbox) {
      for await (const { payload } of receive(inbox)) yield void log.push(payload);
      log.push('after the loop');
    });
    system.send(pid, 'x', 1);
    await settled(system);
    system.terminate(pid);

    await settled(system);
    expect(log).toEqual([1, 'after the loop']);
  });

  it('swallows what a finally throws (E3)', async () => {
    const system = quiet();
    const pid = system.spawn(async function* (inbox: Inbox) {
      try {
        for await (const _ of receive(inbox)) yield undefined;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: what must do no harm
        throw boom;
      }
    });
    await settled(system);
    const exits = exitOf(system, pid);
    system.terminate(pid);

    await settled(system);
    expect(exits).toEqual(['killed']);
  });

  it('runs its finally after done as well (E3, S6)', async () => {
    const system = quiet();
    const log: string[] = [];
    const exits = exitOf(
      system,
      system.spawn(async function* () {
        try {
          yield done(7);
          log.push('went on');
        } finally {
          log.push('finally');
        }
      }),
    );

    await settled(system);
    expect([log, exits]).toEqual([['finally'], ['normal 7']]);
  });
});
