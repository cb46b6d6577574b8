import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { config, finalize, map, NEVER, of, Subject } from 'rxjs';
import {
  type Behavior,
  type Pid,
  reply,
  type Self,
  type System,
  type SystemEvent,
  send,
} from '../../lib/index.js';
import { collect, exitOf, idle, puppet, quiet, settled } from '../support/runtime.js';

const boom = new Error('boom');
const fail = (): never => {
  throw boom;
};
/** What rxjs would report as uncaught, which ends Node. */
let uncaught: unknown[];

beforeEach(() => {
  uncaught = [];
  config.onUnhandledError = (error) => uncaught.push(error);
});
afterEach(async () => {
  await reported();
  config.onUnhandledError = null;
});

/** rxjs reports from a timer of its own: one that is set later fires later. */
async function reported(system?: System): Promise<void> {
  if (system !== undefined) await settled(system);
  await new Promise((resolve) => setTimeout(resolve));
}

describe('an error', () => {
  it.each<{ where: string; behavior: Behavior }>([
    { where: 'in the call of the behaviour', behavior: fail },
    { where: 'in the stream that it returns', behavior: (inbox) => inbox.pipe(map(fail)) },
    {
      where: 'in a generator',
      behavior: async function* (inbox) {
        yield send('nobody', 'x', 1);
        inbox.subscribe();
        fail();
      },
    },
    {
      where: 'in a subscription to the inbox',
      behavior: (inbox) => {
        inbox.subscribe(fail);
        return NEVER;
      },
    },
    {
      where: 'in a completion of the inbox',
      behavior: (inbox, self) => {
        inbox.subscribe({ next: () => self.exit(boom), complete: fail });
        return NEVER;
      },
    },
    {
      where: 'in an observer object of the inbox',
      behavior: (inbox) => {
        inbox.subscribe({ next: fail });
        return NEVER;
      },
    },
    {
      where: 'in a second subscription to the inbox',
      behavior: (inbox) => {
        inbox.subscribe();
        inbox.subscribe(fail);
        return NEVER;
      },
    },
    {
      where: 'in a listen stream',
      behavior: (_inbox, self) => {
        self.listen('x').subscribe(fail);
        return NEVER;
      },
    },
    {
      where: 'in signals$',
      behavior: (_inbox, self) => {
        self.signals$.subscribe(fail);
        return NEVER;
      },
    },
    {
      where: 'in a monitor stream',
      behavior: (_inbox, self) => {
        self.monitor('{main|0xdead}').subscribe(fail);
        return NEVER;
      },
    },
    {
      where: 'in the exit$ of a spawn',
      behavior: (_inbox, self) => {
        self.spawnMonitored(() => []).exit$.subscribe(fail);
        return NEVER;
      },
    },
    {
      where: 'in the answer of a call',
      behavior: (_inbox, self) => {
        self.call('{main|0xdead}', 'x', 1).subscribe({ error: fail });
        return NEVER;
      },
    },
  ])('$where ends the process with that error, and never Node (S8)', async ({ behavior }) => {
    const system = quiet();
    const pid = system.spawn(behavior, { messages: [{ topic: 'x' }] });
    const exits = exitOf(system, pid);
    system.cancel(pid);

    await reported(system);
    expect({ exits, uncaught }).toEqual({ exits: ['error boom'], uncaught: [] });
  });

  it('of a call that nobody handles ends the process (S8, M13)', async () => {
    const system = quiet();
    const exits = exitOf(
      system,
      system.spawn((_inbox, self) => {
        self.call('{main|0xdead}', 'x', 1).subscribe();
        return NEVER;
      }),
    );

    await reported(system);
    expect([exits, uncaught]).toEqual([[expect.stringContaining('process not found')], []]);
  });

  it('in a subscription to another stream is its own: rxjs reports it (S8)', async () => {
    const system = quiet();
    const other = new Subject<number>();
    const pid = system.spawn(() => {
      other.subscribe(fail);
      return NEVER;
    });
    await settled(system);
    other.next(1);

    await reported(system);
    expect([uncaught, system.send(pid, 'alive', 1)]).toEqual([[boom], true]);
  });

  it.each<{ where: string; behavior: Behavior }>([
    {
      where: 'a monitor stream',
      behavior: (_inbox, self) => {
        self.monitor('{main|0xdead}').pipe(finalize(fail)).subscribe();
        return NEVER;
      },
    },
    {
      where: 'the answer of a call',
      behavior: (inbox, self) => {
        self.call(self.pid, 'x', 1).pipe(finalize(fail)).subscribe();
        return inbox.pipe(map((message) => reply(message, 1)));
      },
    },
  ])('in a teardown of $where, while it runs, ends the process (S8)', async ({ behavior }) => {
    const system = quiet();
    const exits = collect(system.monitor(system.spawn(behavior)));
    const bystander = await puppet(system);
    system.send(bystander.pid, 'x', 2);

    await reported(system);
    expect([exits.map(({ reason }) => reason.type), bystander.log, uncaught]).toEqual([
      ['error'],
      ['x 2'],
      [],
    ]);
  });

  it('of one process leaves all others alone, also those with messages behind it (S8)', async () => {
    const system = quiet();
    const bystander = await puppet(system);
    const victim = system.spawn((inbox) => inbox.pipe(map(fail)));
    system.send(victim, 'x', 1);
    system.send(bystander.pid, 'x', 2);

    await reported(system);
    expect(bystander.log).toEqual(['x 2']);
  });

  it.each<{ where: string; prepare: (self: Self) => void }>([
    { where: 'the returned stream', prepare: () => {} },
    {
      where: 'a monitor stream',
      prepare: (self) => {
        self.monitor(self.pid).pipe(finalize(fail)).subscribe();
      },
    },
    {
      where: 'a listen stream',
      prepare: (self) => {
        self.listen('x').pipe(finalize(fail)).subscribe();
      },
    },
    {
      where: 'signals$',
      prepare: (self) => {
        self.signals$.pipe(finalize(fail)).subscribe();
      },
    },
    {
      where: 'a call',
      prepare: (self) => {
        self
          .call(self.args[0] as Pid, 'x', 1)
          .pipe(finalize(fail))
          .subscribe({ error: () => {} });
      },
    },
  ])(
    'in a teardown of $where is told and stops no other teardown (S8, E3)',
    async ({ where, prepare }) => {
      const system = quiet();
      const log: unknown[] = [];
      const args = [system.spawn(idle)];
      const behavior: Behavior = (_inbox, self) => {
        self.abortSignal.addEventListener('abort', () => log.push('abort'));
        prepare(self);
        return NEVER.pipe(
          finalize(() => log.push('finalize') && where === 'the returned stream' && fail()),
        );
      };
      const pid = system.spawn(behavior, { args });
      await settled(system);
      const exits = exitOf(system, pid);
      collect<SystemEvent, unknown>(system.events$, (event) => log.push(event.type));
      system.terminate(pid);

      await reported(system);
      expect({ log: log.sort(), exits, uncaught }).toEqual({
        log: ['abort', 'exited', 'finalize', 'handlerError'],
        exits: ['killed'],
        uncaught: [],
      });
    },
  );

  it('of an observer of events$ is its own, and does not stop the run queue (S8)', async () => {
    const system = quiet();
    system.events$.subscribe(fail);
    const exits = exitOf(system, system.spawn(fail));
    const other = await puppet(system);
    system.send(other.pid, 'x', 1);

    await reported(system);
    expect([exits, other.log]).toEqual([['error boom'], ['x 1']]);
    expect(new Set(uncaught)).toEqual(new Set([boom]));
  });

  it("in a command is the process's own: misuse ends it (S8, M2)", async () => {
    const system = quiet();
    const exits = exitOf(
      system,
      system.spawn(() => of(send(system.spawn(idle), '@x', 1))),
    );

    await reported(system);
    expect(exits).toEqual(['error cannot send to @ topics: @x']);
  });

  it('tells of a promise that rejects after its behaviour has ended the process (S8)', async () => {
    const system = quiet();
    const errors: unknown[] = [];
    system.events$.subscribe((e) => e.type === 'handlerError' && errors.push(e.error));
    system.spawn(async (_inbox, self) => {
      self.exit('normal');
      throw boom;
    });
    await settled(system);

    expect(errors).toEqual([boom]);
  });
});
