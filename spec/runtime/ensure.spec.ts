import { describe, expect, it } from '@jest/globals';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { idle, reads, refused } from '../support/runtime.js';

describe('system.ensure', () => {
  it('spawns under a name that is free, and else finds who has it (S9)', () => {
    const system = testSystem({ hosts: { blue: {} } });
    const log: unknown[] = [];
    const options = { host: 'blue', messages: [{ topic: 'hi', payload: 1 }] };
    const pids = [1, 2].map(() => system.ensure('it', reads(log), options));
    system.flush();

    expect([pids, log]).toEqual([Array(2).fill('{blue|0x00001}'), ['hi 1']]);
    expect(system.processes()).toHaveLength(1);
  });

  it('spawns anew when who had the name has ended (S9, R4)', () => {
    const system = testSystem();
    const first = system.ensure('it', idle);
    system.terminate(first);
    system.flush();

    expect(system.ensure('it', idle)).not.toBe(first);
  });

  it.each([
    { what: 'a name that is none', name: '@it', options: {}, code: 'Invalid' },
    { what: 'a name that is no text', name: 7 as never, options: {}, code: 'Invalid' },
    { what: 'an unknown host', name: 'it', options: { host: 'x' }, code: 'NotFound' },
  ] as const)('refuses $what: $code (S4, S9)', ({ name, options, code }) => {
    const system = testSystem();

    expect(() => system.ensure(name, idle, options)).toThrow(refused(code));
    expect(system.processes()).toEqual([]);
  });
});
