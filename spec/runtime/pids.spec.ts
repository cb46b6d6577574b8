import { describe, expect, it } from '@jest/globals';
import { collect, exitOf, idle, puppet, quiet, reads, settled } from '../support/runtime.js';

describe('the PIDs of a system', () => {
  it('are {host|uniq}, uniq being a counter of at least 5 lower-case hex digits (P1)', () => {
    const system = quiet({ hosts: { other: {} } });
    const pids = Array.from({ length: 31 }, (_, i) =>
      system.spawn(idle, { host: i === 0 ? 'other' : 'main' }),
    );

    expect([pids[0], pids[1], pids[30]]).toEqual([
      '{other|0x00001}',
      '{main|0x00002}',
      '{main|0x0001f}',
    ]);
  });

  it('are never used twice (P1)', async () => {
    const system = quiet();
    const first = system.spawn(idle);
    system.terminate(first);
    await settled(system);

    expect(system.spawn(idle)).not.toBe(first);
  });

  it('are plain strings on the way through JSON, good for sending and monitoring by anyone (P1, P5)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = JSON.parse(JSON.stringify({ pid: system.spawn(reads(log)) })).pid;

    expect([typeof pid, system.send(pid, 'hello', 1)]).toEqual(['string', true]);
    await settled(system);
    expect(log).toEqual(['hello 1']);
  });

  it('carry the node name, and a PID without one is of the local node (P4)', async () => {
    const system = quiet({ node: 'here' });
    const log: unknown[] = [];
    const pid = system.spawn(reads(log));

    expect([pid, system.send('{main|0x00001}', 'short', 1), system.send(pid, 'long', 2)]).toEqual([
      '{here@main|0x00001}',
      true,
      true,
    ]);
    await settled(system);
    expect(log).toEqual(['short 1', 'long 2']);
  });

  it.each([undefined, 'here'])(
    'with another node than %p are as good as dead, with reason noconnection (P4)',
    async (node) => {
      const system = quiet(node === undefined ? {} : { node });
      const foreign = '{there@main|0x00001}';
      const { self } = await puppet(system);
      self.setOptions({ trapLinks: true });
      const exits = exitOf(system, foreign);
      const signals = collect(self.signals$, (s) => ('reason' in s ? s.reason : s));

      expect(system.send(foreign, 'hello', 1)).toBe(false);
      self.link(foreign);
      await settled(system);
      expect({ exits, signals }).toEqual({
        exits: ['noconnection'],
        signals: [{ type: 'noconnection' }],
      });
    },
  );

  it('need legal host and node ids (P3)', () => {
    const illegal = ['', 'a b', 'a|b', 'a{b', 'a}b', 'a@b', 'a\nb', 'x'.repeat(101)];

    for (const id of illegal) {
      expect(() => quiet({ node: id })).toThrow(expect.objectContaining({ code: 'Invalid' }));
      expect(() => quiet().hosts.add(id)).toThrow(expect.objectContaining({ code: 'Invalid' }));
    }
  });
});
