import { describe, expect, it } from '@jest/globals';
import { firstValueFrom, ignoreElements, map, type Observable, take } from 'rxjs';
import {
  act,
  type Message,
  type Pid,
  reply,
  type Self,
  type System,
  topic,
} from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import {
  Clock,
  crossed,
  idle,
  monitorsOf,
  puppet,
  reads,
  settled,
  tables,
} from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

/** What a call gives, in the order in which it comes. */
function record(call: Observable<unknown>): unknown[] {
  const log: unknown[] = [];
  call.subscribe({
    next: (answer) => log.push(answer),
    error: (error) =>
      log.push(`${error.name === 'ProcessError' ? error.code : error.name}: ${error.message}`),
    complete: () => log.push('complete'),
  });
  return log;
}

const doubler = (system: System): Pid =>
  system.spawn((inbox) => inbox.pipe(map((m) => reply(m, (m.payload as number) * 2))));

describe.each(WORLDS)('call, $world', ({ quiet, either }) => {
  it.each<{ where: string; caller: (system: System, self: Self) => Pick<Self, 'call'> }>([
    { where: 'a process', caller: (_system, self) => self },
    { where: 'outside (system.call)', caller: (system) => system },
  ])('from $where emits one reply and completes (M13)', async ({ caller }) => {
    const system = quiet();
    const { self } = await puppet(system);
    const log = record(caller(system, self).call(doubler(system), 'double', 21));
    expect(log).toEqual([]);

    await settled(system);
    expect([log, tables(system).calls]).toEqual([[42, 'complete'], 0]);
  });

  it('is cold: every subscription asks anew (M13)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const call = system.call(system.spawn(reads(log)), 'x', 1);
    await settled(system);
    expect(log).toEqual([]);

    const both = [call.subscribe(), call.subscribe()];
    await settled(system);
    expect(log).toEqual(['x 1', 'x 1']);
    for (const one of both) one.unsubscribe();
  });

  it('carries a ref and the caller, and may go to a name (M13)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const log: unknown[] = [];
    const server = system.spawn(
      reads(log, ({ from, ref }) => [from, typeof ref]),
      { name: 'server' },
    );
    const to = either('names', 'server', server);
    const asking = [self.call(to, 'x', 1).subscribe(), system.call(to, 'x', 1).subscribe()];

    await settled(system);
    expect(log).toEqual([
      [pid, 'number'],
      [undefined, 'number'],
    ]);
    for (const one of asking) one.unsubscribe();
  });

  it.each<{ what: string; timeout: number | string | undefined; millis: number }>([
    { what: '5 s by default', timeout: undefined, millis: 5_000 },
    { what: 'a number of milliseconds', timeout: 30, millis: 30 },
    { what: 'a duration', timeout: '1m', millis: 60_000 },
  ])('times out after $what, on the clock of the system (M13)', async ({ timeout, millis }) => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const server = system.spawn(idle);
    const log = record(system.call(server, 'x', 1, timeout === undefined ? {} : { timeout }));
    scheduler.advance(millis - 1);
    await settled(system);
    expect(log).toEqual([]);

    scheduler.advance(1);
    expect([log, tables(system).calls]).toEqual([
      [expect.stringContaining(`Timeout: no reply from ${server} to x within ${millis} ms: `)],
      0,
    ]);
  });

  it.each([
    { what: 'an unknown PID', to: '{main|0x99999}', code: 'NotFound' },
    { what: 'an unknown name', to: 'nobody', code: 'NotFound' },
    { what: 'a foreign PID', to: '{there@main|0x1}', code: 'Unavailable' },
  ])('errors for $what, in a later turn (M13)', async ({ to, code }) => {
    const system = quiet();
    const log = record(system.call(to, 'x', 1));
    expect(log).toEqual([]);

    await settled(system);
    expect([log, tables(system).calls]).toEqual([
      [expect.stringContaining(`${code}: no reply from ${to}`)],
      0,
    ]);
  });

  it.each([
    { what: 'names the nearest', to: 'pritner', hint: "; did you mean 'printer'?" },
    { what: 'names none where none is near', to: 'plotter', hint: '' },
    { what: 'takes no PID for a slip', to: '{main|0x00002}', hint: '' },
  ])('$what where nobody has the name (M13)', async ({ to, hint }) => {
    const system = quiet();
    system.spawn(idle, { name: 'printer' });
    const log = record(system.call(to, 'x', 1));

    await settled(system);
    expect(log).toEqual([
      `NotFound: no reply from ${to}: process not found${either('names', hint, '')}`,
    ]);
  });

  it('looks for the nearest among the first hundred names only (M13)', async () => {
    const system = quiet();
    for (let n = 0; n < 100; n++) system.spawn(idle, { name: `room:${n}` });
    system.spawn(idle, { name: 'printer' });
    const log = record(system.call('pritner', 'x', 1));

    await settled(system);
    expect(log).toEqual(['NotFound: no reply from pritner: process not found']);
  });

  it('errors when the target ends first, with its exit as cause (M13)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const errors: unknown[] = [];
    system.call(pid, 'x', 1).subscribe({ error: (error) => errors.push(error) });
    crossed(system);
    const down = new Error('down');
    self.exit(down);

    await settled(system);
    expect(errors).toEqual([expect.objectContaining({ code: 'Unavailable', cause: down })]);
  });

  it('gets the reply of a target that replies and ends (M13, M3)', async () => {
    const system = quiet();
    const pid = system.spawn((inbox) =>
      inbox.pipe(
        take(1),
        map((m) => reply(m, 'bye')),
      ),
    );
    const log = record(system.call(pid, 'x', 1));

    await settled(system);
    expect(log).toEqual(['bye', 'complete']);
  });

  it('errors when the mailbox is full (M11)', async () => {
    const system = quiet({ mailbox: { capacity: 1 } });
    const pid = system.spawn(idle);
    system.send(pid, 'x', 1);

    const log = record(system.call(pid, 'x', 2));
    crossed(system);
    expect([log, tables(system).calls]).toEqual([[expect.stringContaining('Unavailable')], 0]);
  });

  it.each<{ what: string; end: (system: System, pid: string, message: Message) => void }>([
    {
      what: 'its reply',
      end: (system, pid, message) => system[kernelOf].calls.reply(pid, message, 1),
    },
    { what: 'the end of its target', end: (system, pid) => void system.terminate(pid) },
    { what: 'its timeout', end: () => {} },
  ])('leaves no monitor, timer or entry behind after $what (M13, §0)', async ({ what, end }) => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const messages: Message[] = [];
    const pid = system.spawn(reads(messages, (m) => m));
    const { self } = await puppet(system);
    for (const caller of [self, system])
      caller.call(pid, topic('x'), 1).subscribe({ error: () => {} });
    await settled(system);
    expect([monitorsOf(system, pid), tables(system).calls]).toEqual([2, either('asked', 2, 4)]);
    for (const message of messages) end(system, pid, message);
    await settled(system);
    if (what === 'its timeout') scheduler.advance(5_000);

    await settled(system);
    expect([monitorsOf(system, pid), tables(system).calls]).toEqual([0, 0]);
    expect(scheduler.actions).toEqual(either('ticks', [], expect.anything()));
  });

  it('never shows its reply in the inbox of the caller (M13)', async () => {
    const system = quiet();
    const { self, log } = await puppet(system);
    record(self.call(doubler(system), 'x', 1));

    await settled(system);
    expect(log).toEqual([]);
  });

  it('gets its reply although the mailbox of the caller is held: no deadlock in act (M12, M13)', async () => {
    const system = quiet();
    const server = doubler(system);
    const log: unknown[] = [];
    const pid = system.spawn((inbox, self) =>
      inbox.pipe(
        act(
          async ({ payload }) =>
            void log.push(await firstValueFrom(self.call(server, 'x', payload))),
        ),
      ),
    );
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);

    await settled(system);
    expect(log).toEqual([2, 4, 6]);
  });

  it('hears of the end of its target although the mailbox is held (M12, M13)', async () => {
    const system = quiet();
    const server = await puppet(system);
    const errors: string[] = [];
    const pid = system.spawn((inbox, self) =>
      inbox.pipe(
        act(() => self.call(server.pid, 'x', 1).pipe(ignoreElements()) as Observable<never>),
      ),
    );
    system.events$.subscribe((event) => {
      if (event.type === 'handlerError') errors.push((event.error as { code: string }).code);
    });
    for (const n of [1, 2]) system.send(pid, 'x', n);
    await settled(system);
    server.self.exit('normal');

    await settled(system);
    expect(errors).toEqual(['Unavailable', 'NotFound']);
  });
});
