import { describe, expect, it } from '@jest/globals';
import { NEVER, of, switchMap, take, throwError } from 'rxjs';
import {
  type Behavior,
  type ExitInput,
  exit,
  isNormal,
  isOrderly,
  type System,
} from '../../lib/index.js';
import { brief, collect, exitOf, idle, puppet, settled } from '../support/runtime.js';
import { lives, WORLDS } from '../support/worlds.js';

const boom = new Error('boom');
const own =
  (reason: ExitInput): Behavior =>
  (_inbox, self) => {
    self.exit(reason);
    return NEVER;
  };
const byCommand =
  (reason: ExitInput): Behavior =>
  () =>
    of(exit(reason));
const killed = (system: System, pid: string) => void system.terminate(pid);

interface Row {
  readonly how: string;
  readonly behavior: Behavior;
  readonly told?: (system: System, pid: string) => void;
  /** What a monitor gets; what ends a linked process that does not trap, or is LINK_DOWN if it does. */
  readonly exit: string;
  readonly down?: string;
  /** Whether a transient child would be restarted: not after an orderly exit. */
  readonly restarts: boolean;
}

const NORMAL = { exit: 'normal', restarts: false };
const SHUTDOWN = { exit: 'shutdown', down: 'shutdown', restarts: false };
const DETAIL = { exit: 'shutdown why', down: 'shutdown why', restarts: false };
const ERROR = { exit: 'error boom', down: 'error boom', restarts: true };
const KILL = { exit: 'kill', down: 'kill', restarts: true };
const KILLED = { exit: 'killed', down: 'killed', restarts: true };

const ROWS: readonly Row[] = [
  { how: 'completes', behavior: () => of(undefined), ...NORMAL },
  { how: "calls self.exit('normal')", behavior: own('normal'), ...NORMAL },
  { how: "emits exit('normal')", behavior: byCommand('normal'), ...NORMAL },
  { how: "calls self.exit('shutdown')", behavior: own('shutdown'), ...SHUTDOWN },
  { how: "emits exit('shutdown')", behavior: byCommand('shutdown'), ...SHUTDOWN },
  {
    how: 'exits with {shutdown, T}',
    behavior: own({ type: 'shutdown', detail: 'why' }),
    ...DETAIL,
  },
  {
    how: "is told exit('shutdown')",
    behavior: idle,
    told: (s, p) => void s.exit(p, 'shutdown'),
    ...SHUTDOWN,
  },
  {
    how: 'throws',
    behavior: () => {
      throw boom;
    },
    ...ERROR,
  },
  { how: 'errors', behavior: () => throwError(() => boom), ...ERROR },
  { how: 'rejects', behavior: () => Promise.reject(boom), ...ERROR },
  { how: 'calls self.exit(error)', behavior: own(boom), ...ERROR },
  { how: 'emits exit(error)', behavior: byCommand(boom), ...ERROR },
  { how: 'is told exit(error)', behavior: idle, told: (s, p) => void s.exit(p, boom), ...ERROR },
  { how: "calls self.exit('kill')", behavior: own('kill'), ...KILL },
  { how: "emits exit('kill')", behavior: byCommand('kill'), ...KILL },
  { how: 'is terminated', behavior: idle, told: killed, ...KILLED },
  {
    how: "is told exit('kill')",
    behavior: idle,
    told: (s, p) => void s.exit(p, 'kill'),
    ...KILLED,
  },
];

describe.each(WORLDS)('the exit of a process that, $world', ({ quiet }) => {
  it.each(ROWS)('$how is: monitor $exit, links $down (E1, K5, K6, K7)', async (row) => {
    const system = quiet();
    const watcher = await puppet(system);
    const linked = await puppet(system);
    const trapper = await puppet(system);
    trapper.self.setOptions({ trapLinks: true });
    const downs = collect(trapper.self.signals$, (signal) =>
      signal.kind === 'pid.link.down' ? brief(signal.reason) : signal.kind,
    );
    const pid = system.spawn((inbox, self) =>
      inbox.pipe(
        take(1),
        switchMap(() => row.behavior(inbox, self)),
      ),
    );
    for (const { self } of [linked, trapper]) self.link(pid);
    const monitored = collect(watcher.self.monitor(pid));
    const linkedExit = exitOf(system, linked.pid);
    await settled(system);
    system.send(pid, 'go', 1);
    row.told?.(system, pid);

    await settled(system);
    const { down } = row;
    expect({
      monitored: monitored.map(({ reason }) => brief(reason)),
      linkedExit,
      downs,
      restarts: monitored.map(({ reason }) => !isOrderly(reason)),
      value: monitored.map(({ reason, result }) => isNormal(reason) === 'value' in result),
    }).toEqual({
      monitored: [row.exit],
      linkedExit: down === undefined ? [] : [down],
      downs: down === undefined ? [] : [down],
      restarts: [row.restarts],
      value: [true],
    });
  });
});

describe.each(WORLDS)('a target that is not there, $world', ({ quiet }) => {
  it.each([
    { reason: 'noproc', target: '{main|0xdead}' },
    { reason: 'noconnection', target: '{there@main|0x00001}' },
  ])(
    'is $reason at once, for a monitor and for a trapper that links (E1, K2)',
    async ({ reason, target }) => {
      const system = quiet();
      const { self } = await puppet(system);
      self.setOptions({ trapLinks: true });
      const downs = collect(self.signals$, (signal) =>
        'result' in signal ? brief(signal.reason) : '',
      );
      const exits = collect(self.monitor(target), (exit) => brief(exit.reason));
      self.link(target);

      await settled(system);
      expect([exits, downs]).toEqual([[reason], [reason]]);
    },
  );
});

describe.each(WORLDS)('system.exit, $world', ({ quiet }) => {
  const REASONS: readonly {
    what: string;
    reason: ExitInput;
    end: string | undefined;
    down: string;
  }[] = [
    { what: 'normal', reason: 'normal', end: undefined, down: '' },
    { what: 'shutdown', reason: 'shutdown', end: 'shutdown', down: 'shutdown' },
    {
      what: '{shutdown, T}',
      reason: { type: 'shutdown', detail: 'T' },
      end: 'shutdown T',
      down: 'shutdown T',
    },
    { what: 'an error', reason: boom, end: 'error boom', down: 'error boom' },
    {
      what: 'an error reason',
      reason: { type: 'error', error: boom },
      end: 'error boom',
      down: 'error boom',
    },
    {
      what: 'killed, which can be trapped',
      reason: { type: 'killed' },
      end: 'killed',
      down: 'killed',
    },
  ];

  it.each(REASONS)('with $what to a process that does not trap (E2)', async ({ reason, end }) => {
    const system = quiet();
    const { pid } = await puppet(system);
    const exits = exitOf(system, pid);

    expect(system.exit(pid, reason)).toBe(true);
    await settled(system);
    expect(exits).toEqual(end === undefined ? [] : [end]);
  });

  it.each(REASONS)('with $what is LINK_DOWN for a trapper (E2)', async ({ reason, down }) => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    self.setOptions({ trapLinks: true });
    const signals = collect(
      self.signals$,
      (signal) => 'result' in signal && [signal.from, brief(signal.reason)],
    );
    system.exit(pid, reason);

    await settled(system);
    expect([signals, lives(system, pid)]).toEqual([down === '' ? [] : [[undefined, down]], true]);
  });

  it.each([true, false])("with 'kill' ends it as killed, trapping %p (E2)", async (trapLinks) => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    self.setOptions({ trapLinks });
    const exits = exitOf(system, pid);
    system.exit(pid, 'kill');

    await settled(system);
    expect(exits).toEqual(['killed']);
  });

  it('is false when nobody is there (C4)', () => {
    expect(quiet().exit('{main|0xdead}', 'shutdown')).toBe(false);
  });
});

describe.each(WORLDS)('self.exit, $world', ({ quiet }) => {
  it('ends a trapper as well, with its own reason (E2)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    self.setOptions({ trapLinks: true });
    const exits = exitOf(system, pid);
    self.exit('normal');

    await settled(system);
    expect(exits).toEqual(['normal']);
  });

  it('takes the first reason only (E3)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    self.exit('shutdown');
    self.exit(boom);
    system.terminate(pid);

    await settled(system);
    expect(exits).toEqual(['shutdown']);
  });

  it('takes what is no reason as an error (E2, S6)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const exits = exitOf(system, pid);
    self.exit(undefined as never);

    await settled(system);
    expect(exits).toEqual(['error thrown: undefined']);
  });
});
