import { describe, expect, it } from '@jest/globals';
import { EMPTY, ignoreElements, NEVER, of, tap } from 'rxjs';
import { done, type Self, type SystemEvent, send } from '../../lib/index.js';
import {
  Clock,
  collect,
  exitOf,
  idle,
  puppet,
  quiet,
  reads,
  settled,
  tables,
} from '../support/runtime.js';

const crash = () => {
  throw new Error('at once');
};

describe('spawn', () => {
  it('returns the PID before any of the code runs (S2)', async () => {
    const system = quiet();
    const log: string[] = [];
    system.spawn((_inbox, self) => {
      log.push(`runs as ${self.pid}`);
      return EMPTY;
    });
    log.push('returned');

    await settled(system);
    expect(log).toEqual(['returned', 'runs as {main|0x00001}']);
  });

  it('lets a parent know the PID before the first message of its child (S2)', async () => {
    const system = quiet();
    const log: string[] = [];
    system.spawn((inbox, self) => {
      const child = self.spawn(() => of(send(self.pid, 'hello', 0)));
      log.push('knows');
      return inbox.pipe(
        tap((m) => log.push(m.from === child ? 'hello of the child' : 'of a stranger')),
        ignoreElements(),
      );
    });

    await settled(system);
    expect(log).toEqual(['knows', 'hello of the child']);
  });

  it('hands the arguments over, none by default (S1)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const logArgs = (_inbox: unknown, self: Self) => {
      log.push(self.args);
      return EMPTY;
    };
    system.spawn(logArgs);
    system.spawn(logArgs, { args: ['a', 2] });

    await settled(system);
    expect(log).toEqual([[], ['a', 2]]);
  });

  it('puts the initial messages before every other, whoever sends it how early (S3)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const messages = [
      { topic: 'first', payload: 1 },
      { topic: 'second', payload: 2 },
    ];
    const pid = system.spawn(
      (inbox, self) => {
        self.send(self.pid, 'own', 0);
        return reads(log)(inbox);
      },
      { messages },
    );
    system.send(pid, 'other', 3);

    await settled(system);
    expect(log).toEqual(['first 1', 'second 2', 'other 3', 'own 0']);
  });

  it('marks the initial messages as sent by the parent, or by nobody (S3, M8)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const messages = [{ topic: 'x' }];
    const child = reads(log, (m) => m.from);
    const { self } = await puppet(system);
    system.spawn(child, { messages });
    self.spawn(child, { messages });

    await settled(system);
    expect(log).toEqual([undefined, self.pid]);
  });

  it('runs on the given host, else on that of the parent, else on main (O1)', async () => {
    const system = quiet({ hosts: { blue: {} } });
    const { self } = await puppet(system, { host: 'blue' });
    self.spawn(idle);
    self.spawn(idle, { host: 'main' });
    system.spawn(idle);

    expect(system.processes().map(({ host }) => host)).toEqual(['blue', 'blue', 'main', 'main']);
  });

  it('takes the id of a defined behaviour, the last definition', async () => {
    const system = quiet();
    system.define('app:job', () => of(done('old')));
    system.define('app:job', () => of(done('new')));

    const exits = exitOf(system, system.spawn('app:job'));
    await settled(system);
    expect(exits).toEqual(['normal new']);
  });

  it('tells of a child that throws at once, monitored and linked (S1)', async () => {
    const system = quiet();
    const { self } = await puppet(system);
    self.setOptions({ trapLinks: true });
    const log: string[] = [];
    self.signals$.subscribe((signal) => log.push(signal.kind));
    for (const spawned of [self.spawnMonitored(crash), self.spawnLinked(crash)]) {
      spawned.exit$.subscribe(({ kind, from }) => log.push(`${kind} ${from === spawned.pid}`));
    }

    await settled(system);
    expect(log).toEqual(['pid.exit true', 'pid.exit true', 'pid.link.down']);
  });

  it('ends a linked parent that does not trap when the child throws at once (S1, K5)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    self.spawnLinked(crash);

    await settled(system);
    expect(exits).toEqual(['error at once']);
  });

  it.each([
    { what: 'an unknown host', options: { host: 'nowhere' }, code: 'NotFound' },
    { what: 'a host that stops', options: { host: 'closing' }, code: 'Unavailable' },
    { what: 'a full host', options: { host: 'full' }, code: 'LimitExceeded' },
    { what: 'a taken name', options: { name: 'taken' }, code: 'AlreadyExists' },
    { what: 'an impossible name', options: { name: '@x' }, code: 'Invalid' },
    { what: 'an impossible topic', options: { messages: [{ topic: '@x' }] }, code: 'Invalid' },
  ])('makes no process and ties nothing for $what (S4)', async ({ options, code }) => {
    const system = quiet({
      hosts: { closing: {}, full: { maxProcesses: 1 } },
      scheduler: new Clock(),
    });
    system.spawn(idle, { host: 'full' });
    system.spawn(idle, { name: 'taken' });
    system.spawn(
      (_inbox, self) => {
        self.signals$.subscribe();
        return NEVER;
      },
      { host: 'closing' },
    );
    const { pid, self } = await puppet(system);
    system.hosts.stop('closing');
    await settled(system);
    const before = tables(system);
    const events = collect<SystemEvent>(system.events$);

    const attempts = [
      () => system.spawn(crash, options),
      () => self.spawn(crash, options),
      () => self.spawnMonitored(crash, options),
      () => self.spawnLinked(crash, options),
    ];
    for (const attempt of attempts) {
      expect(attempt).toThrow(expect.objectContaining({ name: 'ProcessError', code }));
    }
    await settled(system);
    expect([tables(system), events, system.send(pid, 'alive', 1)]).toEqual([before, [], true]);
  });

  it.each([
    { what: 'an id that nobody defined', behavior: 'nobody', code: 'NotFound' },
    { what: 'no behaviour at all', behavior: 42, code: 'Invalid' },
  ])('refuses $what (S4)', ({ behavior, code }) => {
    const system = quiet();

    expect(() => system.spawn(behavior as string)).toThrow(expect.objectContaining({ code }));
    expect(() => system.define('', idle)).toThrow(expect.objectContaining({ code: 'Invalid' }));
    expect(tables(system).processes).toBe(0);
  });

  it('has room on a full host again once a process has ended (S4)', async () => {
    const system = quiet({ hosts: { small: { maxProcesses: 1 } } });
    const first = system.spawn(idle, { host: 'small' });
    system.terminate(first);
    await settled(system);

    expect(() => system.spawn(idle, { host: 'small' })).not.toThrow();
  });
});

describe('spawn under a name', () => {
  it('registers the name before the first instruction (S5)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn(
      (_inbox, self) => {
        log.push(system.names.lookup('me') === self.pid);
        return NEVER;
      },
      { name: 'me' },
    );

    expect(system.names.lookup('me')).toBe(pid);
    await settled(system);
    expect(log).toEqual([true]);
  });

  it('refuses a taken one, with existing_pid (S5)', () => {
    const system = quiet();
    const existing_pid = system.spawn(idle, { name: 'taken' });

    expect(() => system.spawn(idle, { name: 'taken' })).toThrow(
      expect.objectContaining({ code: 'AlreadyExists', existing_pid }),
    );
  });

  it('with orSignal sends to the owner, returns its PID, and monitors and links it (S5)', async () => {
    const system = quiet();
    const owner = await puppet(system, { name: 'taken' });
    const parent = await puppet(system);
    const exits = exitOf(system, parent.pid);
    const options = { name: 'taken', orSignal: true, messages: [{ topic: 'hi', payload: 1 }] };
    const kinds: string[] = [];

    const { pid, exit$ } = parent.self.spawnLinked(crash, options);
    exit$.subscribe(({ reason }) => kinds.push(reason.type));
    await settled(system);
    expect([pid, owner.log, system.processes().length]).toEqual([owner.pid, ['hi 1'], 2]);

    owner.self.exit(new Error('down'));
    await settled(system);
    expect({ kinds, exits }).toEqual({ kinds: ['error'], exits: ['error down'] });
  });

  it('with orSignal spawns when the name is free (S5)', () => {
    const system = quiet();
    const pid = system.spawn(idle, { name: 'free', orSignal: true });

    expect(system.names.lookup('free')).toBe(pid);
  });
});
