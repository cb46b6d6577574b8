import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { type Self, topic } from '../../lib/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { exitOf, idle, puppet, quiet, refused, settled } from '../support/runtime.js';

const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  spawn: [idle],
  spawnLinked: [idle],
  spawnMonitored: [idle],
  send: ['x', 'x', 1],
  call: ['x', 'x', 1],
  listen: ['x'],
  monitor: ['x'],
  link: ['x'],
  unlink: ['x'],
  setOptions: [{ trapLinks: true }],
  register: ['x'],
  join: ['x'],
  leave: ['x'],
  monitorGroup: ['x'],
  upgrade: ['x'],
  exit: ['normal'],
  define: ['x', idle],
  exec: [idle],
  cancel: ['x'],
  terminate: ['x'],
  trace: ['x'],
  info: ['x'],
  advance: [1],
};

/** The methods of an object, from wherever they are inherited. */
function methodsOf(object: object): string[] {
  if (object === Object.prototype) return [];
  const own = Object.entries(Object.getOwnPropertyDescriptors(object));
  const names = own.filter(
    ([name, { value }]) => typeof value === 'function' && name !== 'constructor',
  );
  return [...names.map(([name]) => name), ...methodsOf(Object.getPrototypeOf(object))];
}

const OBJECTS = [
  { what: 'self', owner: 'self', make: async () => (await puppet(quiet())).self },
  { what: 'fakeSelf', owner: 'self', make: async (): Promise<Self> => fakeSelf() },
  { what: 'a system', owner: 'system', make: async () => quiet() },
  { what: 'a testSystem', owner: 'system', make: async (): Promise<TestSystem> => testSystem() },
];

describe('a method without its object', () => {
  it.each(OBJECTS)('is refused by its name, each of $what (I9)', async ({ owner, make }) => {
    const object = await make();
    const methods = methodsOf(object).filter((name) => name !== 'call' || owner === 'self');
    expect(methods.length).toBeGreaterThan(9);

    for (const name of methods) {
      const method = (object as never)[name] as (...args: unknown[]) => unknown;
      const bare = async (self: unknown) => method.apply(self, [...(ARGUMENTS[name] ?? [])]);
      const text = `${owner}.${name} was called without ${owner}: call it as ${owner}.${name}(…), or hand over`;
      for (const self of [undefined, {}]) {
        await expect(bare(self)).rejects.toThrow(refused('Invalid'));
        await expect(bare(self)).rejects.toThrow(text);
      }
    }
  });

  it('is refused where it is taken apart, and as a callback (I9)', async () => {
    const system = quiet();
    const { self } = await puppet(system);
    const { send } = self;
    expect(() => send('x', topic('x'), 1)).toThrow('self.send was called without self');

    const pid = system.spawn((inbox, me) => {
      inbox.subscribe(me.exit as never);
      return NEVER;
    });
    const ends = exitOf(system, pid);
    system.send(pid, 'x', 1);

    await settled(system);
    expect(ends).toEqual([expect.stringContaining('error self.exit was called without self')]);
  });
});
