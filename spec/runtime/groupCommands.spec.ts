import { describe, expect, it } from '@jest/globals';
import { concat, NEVER, of } from 'rxjs';
import { type Command, join, leave, type Pid } from '../../lib/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { collect, idle } from '../support/runtime.js';

/** Spawns a process that emits commands and lives, if they let it. */
function emit(system: TestSystem, ...commands: readonly Command[]): Pid {
  const pid = system.spawn(() => concat(of(...commands), NEVER));
  system.flush();
  return pid;
}

const crashes = (system: TestSystem): unknown[] =>
  collect(system.events$, (event) =>
    event.type === 'exited' && event.reason.type === 'error'
      ? (event.reason.error as { code?: unknown }).code
      : event.type,
  );

describe('join, the command', () => {
  it('joins its process, once more each time, in a scope (G2, G6)', () => {
    const system = testSystem();
    const pid = emit(system, join('g'), join('g'), join('g', undefined, { scope: 's' }));

    expect(system.groups.members('g')).toEqual([pid, pid]);
    expect(system.groups.scope('s').members('g')).toEqual([pid]);
  });

  it('joins another process, which leaves by its own end only (G3, G6)', () => {
    const system = testSystem();
    const other = system.spawn(idle);
    const pid = emit(system, join('g', other));
    system.terminate(pid);
    system.flush();
    expect(system.groups.members('g')).toEqual([other]);

    system.terminate(other);
    system.flush();
    expect(system.groups.members('g')).toEqual([]);
  });

  it('of one who has just ended changes nothing, and ends nobody (G6)', () => {
    const system = testSystem();
    const other = system.spawn(idle);
    system.terminate(other);
    system.flush();
    const pid = emit(system, join('g', other), leave('g', other));

    expect([system.groups.members('g'), system.info(pid)?.status]).toEqual([[], 'waiting']);
  });
});

describe('leave, the command', () => {
  it('takes back one join, of its process or of another (G2, G6)', () => {
    const system = testSystem();
    const other = system.spawn(idle);
    system.groups.join('g', [other, other]);
    const pid = emit(system, join('g'), leave('g', other), leave('g'));

    expect(system.groups.members('g')).toEqual([other]);
    expect(system.info(pid)?.groups).toEqual([]);
  });

  it('without membership ends its process, as self.leave would: NotFound (G2, G6)', () => {
    const system = testSystem();
    const events = crashes(system);
    emit(system, leave('g'));

    expect(events).toEqual(['spawned', 'NotFound']);
  });
});

describe('misuse of either', () => {
  it.each([join, leave])(
    'for a process of another node ends its process: NotFound (D37)',
    (change) => {
      const system = testSystem({ node: 'a~1' });
      const events = crashes(system);
      emit(system, change('g', '{b~1@main|0x00001}'));

      expect(events).toEqual(['spawned', 'NotFound']);
    },
  );

  it.each([
    { what: 'an empty name', command: join('') },
    { what: 'an empty name, for one who has ended', command: leave('', '{main|0xdead}') },
    { what: 'a scope that is a number', command: join('g', undefined, { scope: 7 as never }) },
    { what: 'what is no PID', command: join('g', 7 as never) },
  ])('with $what ends its process: Invalid (G6, S8)', ({ command }) => {
    const system = testSystem();
    const events = crashes(system);
    emit(system, command);

    expect(events).toEqual(['spawned', 'Invalid']);
  });
});
