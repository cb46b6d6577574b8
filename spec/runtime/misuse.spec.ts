import { describe, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import {
  createSystem,
  every,
  ProcessError,
  type Self,
  type System,
  sendAfter,
  topic,
} from '../../lib/index.js';
import { collect, idle, puppet, quiet, settled, tables } from '../support/runtime.js';

/** Whatever TypeScript would refuse, and some that it would not. */
const VALUES: readonly [shown: string, value: unknown][] = [
  ['undefined', undefined],
  ['null', null],
  ['number', 7],
  ['NaN', Number.NaN],
  ['-1', -1],
  ['boolean', true],
  ['object', {}],
  ['array', ['a']],
  ['symbol', Symbol('s')],
  ['bigint', 1n],
  ['function', idle],
  ['empty', ''],
  ['@x', '@x'],
  ['PID', '{main|0x99999}'],
  ['text', 'some text'],
];

const ALL = VALUES.map(([shown]) => shown);
const TEXTS = ['empty', '@x', 'PID', 'text'];
const except = (...names: string[]): string[] => ALL.filter((name) => !names.includes(name));

interface Scene {
  readonly system: System;
  readonly self: Self;
}

/** A call with one hostile argument, which values it must refuse, and what its message must name. */
type Row = readonly [
  call: string,
  run: (scene: Scene, value: never) => unknown,
  refused: readonly string[],
  names: RegExp,
];

const good = topic<unknown>('good');

const ROWS: readonly Row[] = [
  ['spawn(behavior)', ({ system }, v) => system.spawn(v), except('function'), /behaviour/],
  [
    'spawn({ host })',
    ({ system }, host) => system.spawn(idle, { host }),
    except('undefined', 'null'),
    /host/,
  ],
  [
    'spawn({ name })',
    ({ system }, name) => system.spawn(idle, { name }),
    except('undefined', 'text'),
    /name/,
  ],
  [
    'spawn({ args })',
    ({ system }, args) => system.spawn(idle, { args }),
    except('undefined', 'array'),
    /args/,
  ],
  [
    'spawn({ messages })',
    ({ system }, messages) => system.spawn(idle, { messages }),
    except('undefined'),
    /messages|topic/,
  ],
  [
    'spawn({ messages: [letter] })',
    ({ system }, letter) => system.spawn(idle, { messages: [letter] }),
    ALL,
    /messages|topic/,
  ],
  [
    'spawn(, options)',
    ({ system }, v) => system.spawn(idle, v),
    ['null', 'number', 'text'],
    /options/,
  ],
  ['self.spawn', ({ self }, v) => self.spawn(v), except('function'), /behaviour/],
  ['self.spawnLinked', ({ self }, v) => self.spawnLinked(v), except('function'), /behaviour/],
  ['self.spawnMonitored', ({ self }, v) => self.spawnMonitored(v), except('function'), /behaviour/],
  ['define(id)', ({ system }, v) => system.define(v, idle), except(...TEXTS.slice(1)), /id/],
  ['define(, behavior)', ({ system }, v) => system.define('id', v), except('function'), /function/],
  ['send(to)', ({ system }, v) => system.send(v, good, 1), except(...TEXTS), /destination/],
  ['send(, topic)', ({ system }, v) => system.send('x', v, 1), except('PID', 'text'), /topic/],
  ['self.send(to)', ({ self }, v) => self.send(v, good, 1), except(...TEXTS), /destination/],
  ['self.send(, topic)', ({ self }, v) => self.send('x', v, 1), except('PID', 'text'), /topic/],
  ['call(to)', ({ system }, v) => system.call(v, good, 1), except(...TEXTS), /destination/],
  ['call(, topic)', ({ system }, v) => system.call('x', v, 1), except('PID', 'text'), /topic/],
  [
    'call({ timeout })',
    ({ system }, timeout) => system.call('x', good, 1, { timeout }),
    except('undefined', 'number'),
    /timeout/,
  ],
  ['self.call(to)', ({ self }, v) => self.call(v, good, 1), except(...TEXTS), /destination/],
  ['self.call(, topic)', ({ self }, v) => self.call('x', v, 1), except('PID', 'text'), /topic/],
  ['monitor', ({ system }, v) => system.monitor(v), except(...TEXTS), /destination/],
  ['self.monitor', ({ self }, v) => self.monitor(v), except(...TEXTS), /destination/],
  ['cancel', ({ system }, v) => system.cancel(v), except(...TEXTS), /destination/],
  [
    'cancel({ deadline })',
    ({ system, self }, deadline) => system.cancel(self.pid, { deadline }),
    except('undefined', 'number'),
    /deadline/,
  ],
  [
    'cancel({ reason })',
    ({ system, self }, reason) => system.cancel(self.pid, { reason }),
    except('undefined', ...TEXTS),
    /reason/,
  ],
  ['terminate', ({ system }, v) => system.terminate(v), except(...TEXTS), /destination/],
  ['exit', ({ system }, v) => system.exit(v, 'kill'), except(...TEXTS), /destination/],
  ['self.listen', ({ self }, v) => self.listen(v), except('PID', 'text'), /topic/],
  ['self.link', ({ self }, v) => self.link(v), except(...TEXTS), /destination/],
  ['self.unlink', ({ self }, v) => self.unlink(v), except(...TEXTS), /destination/],
  ['self.setOptions', ({ self }, v) => self.setOptions(v), ALL, /trapLinks|option/],
  [
    'self.setOptions({ trapLinks })',
    ({ self }, trapLinks) => self.setOptions({ trapLinks }),
    except('boolean'),
    /trapLinks/,
  ],
  ['self.register', ({ self }, v) => self.register(v), except('text'), /name/],
  ['self.join', ({ self }, v) => self.join(v), except('@x', 'PID', 'text'), /group/],
  ['self.leave', ({ self }, v) => self.leave(v), ALL, /group/],
  [
    'self.monitorGroup',
    ({ self }, v) => self.monitorGroup(v),
    except('@x', 'PID', 'text'),
    /group/,
  ],
  [
    'self.join({ scope })',
    ({ self }, scope) => self.join('g', { scope }),
    except('undefined', '@x', 'PID', 'text'),
    /scope/,
  ],
  [
    'groups.join(group)',
    ({ system, self }, v) => system.groups.join(v, self.pid),
    except('@x', 'PID', 'text'),
    /group/,
  ],
  ['groups.join(, pid)', ({ system }, v) => system.groups.join('g', v), ALL, /process|destination/],
  [
    'groups.leave(, pid)',
    ({ system }, v) => system.groups.leave('g', v),
    ALL,
    /member|destination/,
  ],
  [
    'groups.members',
    ({ system }, v) => system.groups.members(v),
    except('@x', 'PID', 'text'),
    /group/,
  ],
  [
    'groups.monitor',
    ({ system }, v) => system.groups.monitor(v),
    except('@x', 'PID', 'text'),
    /group/,
  ],
  [
    'groups.broadcast(,,, { except })',
    ({ system }, v) => system.groups.broadcast('g', good, 1, { except: v }),
    except('undefined', 'array', ...TEXTS),
    /except/,
  ],
  ['ensure(name)', ({ system }, v) => system.ensure(v, idle), except('text'), /name/],
  [
    'ensure(, behavior)',
    ({ system }, v) => system.ensure('it', v),
    except('function'),
    /behaviour/,
  ],
  ['sendAfter(delay)', (_, v) => sendAfter(v, 'x', good, 1), except('number'), /sendAfter/],
  ['every(interval)', (_, v) => every(v, 'x', good, 1), except('number'), /every/],
  ['groups.scope', ({ system }, v) => system.groups.scope(v), except('@x', 'PID', 'text'), /scope/],
  ['self.upgrade', ({ self }, v) => self.upgrade(v), except(), /id|behaviour/],
  [
    'names.register(name)',
    ({ system, self }, v) => system.names.register(v, self.pid),
    except('text'),
    /name/,
  ],
  [
    'names.register(, pid)',
    ({ system }, v) => system.names.register('a', v),
    ALL,
    /process|destination/,
  ],
  ['names.lookup', ({ system }, v) => system.names.lookup(v), except(...TEXTS), /name/],
  ['names.unregister', ({ system }, v) => system.names.unregister(v), except(...TEXTS), /name/],
  [
    'hosts.add',
    ({ system }, v) => system.hosts.add(v),
    except('@x', 'PID', 'text').concat('@x', 'PID', 'text'),
    /host/,
  ],
  [
    'hosts.add({ maxProcesses })',
    ({ system }, maxProcesses) => system.hosts.add('new', { maxProcesses }),
    except('undefined', 'number'),
    /maxProcesses/,
  ],
  ['hosts.stop', ({ system }, v) => system.hosts.stop(v), ALL, /host/],
  [
    'hosts.stop({ timeout })',
    ({ system }, timeout) => system.hosts.stop('main', { timeout }),
    except('undefined', 'number'),
    /timeout/,
  ],
  [
    'shutdown({ timeout })',
    ({ system }, timeout) => system.shutdown({ timeout }),
    except('undefined', 'number'),
    /timeout/,
  ],
  ['createSystem({ node })', (_, node) => createSystem({ node }), except('undefined'), /node/],
  [
    'createSystem({ mailbox: { capacity } })',
    (_, capacity) => createSystem({ mailbox: { capacity } }),
    except('undefined', 'number'),
    /capacity/,
  ],
  [
    'createSystem({ mailbox: { overflow } })',
    (_, overflow) => createSystem({ mailbox: { overflow } }),
    except('undefined'),
    /overflow/,
  ],
  [
    'createSystem({ context })',
    (_, context) => createSystem({ context }),
    except('undefined'),
    /context/,
  ],
];

/** Everything that a refused call must leave as it was. */
const state = ({ system, self }: Scene) => ({
  ...tables(system),
  infos: system.processes().map((info) => ({ ...info, uptime: 0 })),
  isAborted: self.abortSignal.aborted,
});

const CASES = ROWS.flatMap(([call, run, refused, names]) =>
  VALUES.filter(([shown]) => refused.includes(shown)).map(([shown, value]) => ({
    call,
    shown,
    value,
    run,
    names,
  })),
);

describe('misuse', () => {
  it.each(CASES)(
    'of $call with $shown is a ProcessError that names it, and changes nothing (S4, M2, M5, R3)',
    async ({ value, run, names }) => {
      const system = quiet();
      const { self } = await puppet(system, { name: 'puppet' });
      const scene = { system, self };
      const events = collect(system.events$);
      const before = state(scene);
      const error = await (async () => run(scene, value as never))().then(
        (result) => `no error, but ${typeof result}`,
        (thrown) => thrown,
      );

      expect(error).toBeInstanceOf(ProcessError);
      expect(['Invalid', 'NotFound']).toContain((error as ProcessError).code);
      expect((error as ProcessError).message).toMatch(names);
      await settled(system);
      expect([state(scene), events]).toEqual([before, []]);
    },
  );

  it('throws at the call, and rejects where a promise is returned (M13, O2)', async () => {
    const system = quiet();
    const bad = { timeout: 'soon' };

    expect(() => system.call('x', good, 1, bad)).toThrow(ProcessError);
    await expect(system.hosts.stop('main', bad)).rejects.toThrow(ProcessError);
    await expect(system.shutdown(bad)).rejects.toThrow(ProcessError);
    await expect(firstValueFrom(system.exec('nowhere'))).rejects.toThrow(ProcessError);
  });
});
