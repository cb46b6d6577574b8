import { describe, expect, it } from '@jest/globals';
import { EMPTY, NEVER } from 'rxjs';
import {
  collect,
  exitOf,
  idle,
  puppet,
  quiet,
  refused,
  settled,
  tables,
} from '../support/runtime.js';

describe('names', () => {
  it('register a process, again without change, and several for one (R1)', () => {
    const system = quiet();
    const pid = system.spawn(idle);
    for (const name of ['one', 'two', 'one']) system.names.register(name, pid);

    expect(['one', 'two', 'three'].map((name) => system.names.lookup(name))).toEqual([
      pid,
      pid,
      undefined,
    ]);
    expect(system.processes()).toMatchObject([
      { pid, host: 'main', names: ['one', 'two'], depth: 0 },
    ]);
  });

  it("are a process's own by self.register (R1)", async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    self.register('me');
    self.register('me');

    expect(system.names.lookup('me')).toBe(pid);
  });

  it('belong to one live process: AlreadyExists, with existing_pid (R1)', async () => {
    const system = quiet();
    const existing_pid = system.spawn(idle, { name: 'taken' });
    const { pid, self } = await puppet(system);
    const expected = refused('AlreadyExists', { existing_pid });

    expect(() => system.names.register('taken', pid)).toThrow(expected);
    expect(() => self.register('taken')).toThrow(expected);
    expect(system.names.lookup('taken')).toBe(existing_pid);
  });

  it('are known on their own node only (R5)', () => {
    const [here, there] = [quiet({ node: 'here' }), quiet({ node: 'there' })];
    const pid = here.spawn(idle, { name: 'name' });

    expect([here.names.lookup('name'), there.names.lookup('name')]).toEqual([pid, undefined]);
    expect(there.send('name', 'x', 1)).toBe(false);
  });

  it('unregister once (R2)', () => {
    const system = quiet();
    const pid = system.spawn(idle, { name: 'name' });

    expect([system.names.unregister('name'), system.names.unregister('name')]).toEqual([
      true,
      false,
    ]);
    expect([
      system.names.lookup('name'),
      system.send('name', 'x', 1),
      system.send(pid, 'x', 1),
    ]).toEqual([undefined, false, true]);
  });

  it.each([
    { what: 'a dead PID', find: async (spawn: () => string) => spawn() },
    { what: 'an unknown PID', find: async () => '{main|0xdead}' },
    { what: 'a foreign PID', find: async () => '{there@main|0x00001}' },
  ])('refuse $what: NotFound (R3)', async ({ find }) => {
    const system = quiet();
    const pid = await find(() => system.spawn(() => EMPTY));
    await settled(system);

    expect(() => system.names.register('name', pid)).toThrow(refused('NotFound'));
    expect(tables(system).names).toBe(0);
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

  it.each(['{', '{main', 'a b', '__proto__', 'constructor', 'é中', 'x'.repeat(300)])(
    'take the name %j (R3)',
    (name) => {
      const system = quiet();
      const pid = system.spawn(idle, { name });

      expect([system.names.lookup(name), system.names.lookup('toString')]).toEqual([
        pid,
        undefined,
      ]);
    },
  );

  it.each<{ how: string; end: (system: ReturnType<typeof quiet>) => void }>([
    { how: 'terminated', end: (system) => void system.terminate('name') },
    { how: 'crashed', end: (system) => void system.exit('name', new Error('boom')) },
    { how: 'stopped', end: (system) => void system.shutdown() },
  ])('are released when the process is $how, before its EXIT (R4, N5)', async ({ end }) => {
    const system = quiet();
    const pid = system.spawn(() => NEVER, { name: 'name' });
    system.names.register('other', pid);
    const found = collect(system.monitor(pid), () => [
      system.names.lookup('name'),
      system.names.lookup('other'),
    ]);
    end(system);

    await settled(system);
    expect([found, tables(system).names]).toEqual([[[undefined, undefined]], 0]);
  });

  it('stay with the later owner when the former dies (R4)', async () => {
    const system = quiet();
    const a = await puppet(system);
    const b = await puppet(system);
    a.self.register('N');
    system.names.unregister('N');
    b.self.register('N');
    const exits = exitOf(system, a.pid);
    a.self.exit('normal');

    await settled(system);
    expect([exits, system.names.lookup('N')]).toEqual([['normal'], b.pid]);
  });
});
