import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER } from 'rxjs';
import type { Behavior, Pid, System } from '../../lib/index.js';
import {
  collect,
  crossed,
  exitOf,
  idle,
  puppet,
  quiet,
  refused,
  settled,
  tables,
} from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

describe.each(WORLDS)('names, $world', ({ quiet, shared, either }) => {
  const called = (name: string): string => either('shared', name, `@${name}`);

  /** A process that has a name, on one node from its beginning. */
  function named(system: System, name: string, behavior: Behavior = idle): Pid {
    const registered = (): Pid => {
      const pid = system.spawn(behavior);
      shared(system).register(called(name), pid);
      return pid;
    };
    return either('shared', () => system.spawn(behavior, { name }), registered)();
  }

  it('register a process, again without change, and several for one (R1)', () => {
    const system = quiet();
    const pid = system.spawn(idle);
    for (const name of ['one', 'two', 'one']) shared(system).register(called(name), pid);

    expect(['one', 'two', 'three'].map((name) => shared(system).lookup(called(name)))).toEqual([
      pid,
      pid,
      undefined,
    ]);
    expect(system.processes()).toMatchObject([
      { pid, host: 'main', names: ['one', 'two'].map(called), depth: 0 },
    ]);
  });

  it('belong to one live process: AlreadyExists, with existing_pid (R1)', () => {
    const system = quiet();
    const existing_pid = named(system, 'taken');
    // One is where the owner is, the other elsewhere, if there is an elsewhere.
    for (const pid of [system.spawn(idle), system.spawn(idle)]) {
      expect(() => shared(system).register(called('taken'), pid)).toThrow(
        refused('AlreadyExists', { existing_pid }),
      );
    }
    expect(shared(system).lookup(called('taken'))).toBe(existing_pid);
  });

  it('unregister once (R2)', () => {
    const system = quiet();
    const pid = named(system, 'name');
    const { unregister, lookup } = shared(system);
    const name = called('name');

    expect([unregister(name), unregister(name)]).toEqual([true, false]);
    expect([lookup(name), system.send(name, 'x', 1), system.send(pid, 'x', 1)]).toEqual([
      undefined,
      false,
      true,
    ]);
  });

  it.each([
    { what: 'a dead PID', find: async (spawn: () => string) => spawn() },
    { what: 'an unknown PID', find: async () => '{main|0xdead}' },
    { what: 'a foreign PID', find: async () => '{there@main|0x00001}' },
  ])('refuse $what: NotFound (R3)', async ({ find }) => {
    const system = quiet();
    const pid = await find(() => system.spawn(() => EMPTY));
    await settled(system);

    expect(() => shared(system).register(called('name'), pid)).toThrow(refused('NotFound'));
    expect([shared(system).lookup(called('name')), tables(system).names]).toEqual([undefined, 0]);
  });

  const long = 'x'.repeat(either('shared', 300, 200));
  it.each(['{', '{main', 'a b', '__proto__', 'constructor', 'é中', long])(
    'take the name %j (R3)',
    (name) => {
      const system = quiet();
      const pid = named(system, name);

      expect([name, 'toString'].map((each) => shared(system).lookup(called(each)))).toEqual([
        pid,
        undefined,
      ]);
    },
  );

  it.each<{ how: string; end: (system: System) => void }>([
    { how: 'terminated', end: (system) => void system.terminate(called('name')) },
    { how: 'crashed', end: (system) => void system.exit(called('name'), new Error('boom')) },
    { how: 'stopped', end: (system) => void system.shutdown() },
  ])('are released when the process is $how, before its EXIT (R4, N5)', async ({ end }) => {
    const system = quiet();
    const pid = named(system, 'name', () => NEVER);
    const { register, lookup } = shared(system);
    register(called('other'), pid);
    const found = collect(system.monitor(pid), () =>
      ['name', 'other'].map((name) => lookup(called(name))),
    );
    crossed(system);
    end(system);

    await settled(system);
    expect([found, tables(system).names]).toEqual([[[undefined, undefined]], 0]);
  });

  it('stay with the later owner when the former dies (R4)', async () => {
    const system = quiet();
    const a = await puppet(system);
    const b = await puppet(system);
    const { register, unregister, lookup } = shared(system);
    register(called('N'), a.pid);
    unregister(called('N'));
    register(called('N'), b.pid);
    const exits = exitOf(system, a.pid);
    a.self.exit('normal');

    await settled(system);
    expect([exits, lookup(called('N'))]).toEqual([['normal'], b.pid]);
  });
});

describe('names of a node', () => {
  it("are a process's own by self.register, unless another has them (R1)", async () => {
    const system = quiet();
    const existing_pid = system.spawn(idle, { name: 'taken' });
    const { pid, self } = await puppet(system);
    self.register('me');
    self.register('me');

    expect(system.names.lookup('me')).toBe(pid);
    expect(() => self.register('taken')).toThrow(refused('AlreadyExists', { existing_pid }));
  });

  it('are known there only (R5)', () => {
    const [here, there] = [quiet({ node: 'here' }), quiet({ node: 'there' })];
    const pid = here.spawn(idle, { name: 'name' });

    expect([here.names.lookup('name'), there.names.lookup('name')]).toEqual([pid, undefined]);
    expect(there.send('name', 'x', 1)).toBe(false);
  });

  it.each(['', '@x', '@', '{main|0x00001}', '{a@b|c}', 7, undefined])(
    'refuse the name %j (R3)',
    async (name) => {
      const system = quiet();
      const { pid, self } = await puppet(system);

      expect(() => system.names.register(name as string, pid)).toThrow(refused('Invalid'));
      expect(() => self.register(name as string)).toThrow(refused('Invalid'));
      expect(tables(system).names).toBe(0);
    },
  );
});
