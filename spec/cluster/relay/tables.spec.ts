import { describe, expect, it } from '@jest/globals';
import { ignoreElements } from 'rxjs';
import { Pressure } from '../../../lib/cluster/relations/pressure.js';
import type { SharedSession } from '../../../lib/cluster/relations/shared.js';
import { ForeignConnections } from '../../../lib/cluster/relay/foreignConnections.js';
import { Presses } from '../../../lib/cluster/relay/presses.js';
import type { Entry } from '../../../lib/cluster/wire/entry.js';
import type { Pid } from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { kernelOf, type Process } from '../../../lib/runtime/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { collect, idle, monitorsOf } from '../../support/runtime.js';

/** A system in whose place a peer `a~1` says what the spec says. */
function told(prefix = '{a~1@') {
  const system = testSystem({ node: 'b~1', mailbox: { capacity: 4 } });
  const kernel = system[kernelOf];
  const posted: Entry[] = [];
  const pressure = new Pressure(kernel.queue);
  const session = {
    relations: { prefix, pressure, node: prefix.slice(1, -1) },
    send: () => true,
    post: (entry: Entry) => void posted.push(entry),
  } as unknown as SharedSession;
  const connections = new ForeignConnections(kernel);
  const target = system.spawn(idle);
  const says = (topic: string, from: Pid, payload: object = {}): boolean =>
    connections.take(session, {
      ...{ kind: 'send', to: target, topic, from },
      payload: { client_pid: from, ...payload },
    });
  return { system, kernel, connections, session, target, says, posted, pressure };
}

const ANN: Pid = '{a~1@main|0x00001}';
const BEN: Pid = '{a~1@main|0x00002}';

describe('the table of foreign connections', () => {
  it.each([
    { what: 'long', metadata: { text: 'x'.repeat(300_000) } },
    { what: 'many', metadata: { list: Array.from({ length: 200_000 }, () => 0) } },
    { what: 'no plain data', metadata: { map: new Map([['a', 1]]) } },
  ])('keeps no metadata that are $what: the connection closes, with a warning (D61)', (row) => {
    const { system, connections, says, posted } = told();
    const warnings = collect(system.events$, (event) => event.type === 'warning' && event.code);
    expect(says(ws.join, ANN, row)).toBe(true);
    expect(says(ws.join, BEN, row)).toBe(true);
    system.flush();

    expect(connections.size).toBe(0);
    expect(posted).toMatchObject([ANN, BEN].map((about) => ({ kind: 'refused', about })));
    expect(warnings.filter(Boolean)).toEqual(['too_much_metadata']);
    // Nobody leaves who has not come, and others are heard of as before (L2).
    expect(says(ws.leave, ANN)).toBe(true);
    expect([says(ws.join, BEN), says(ws.leave, BEN)]).toEqual([false, false]);
  });

  it('keeps 256 MiB of one node, and more when some have left or the node is lost (D61)', () => {
    const { connections, says } = told();
    const metadata = { text: 'x'.repeat(262_000) };
    const pid = (at: number): Pid => `{a~1@main|0x${at.toString(16).padStart(5, '0')}}`;
    const isTaken = (at: number): boolean => !says(ws.join, pid(at), { metadata });
    let count = 0;
    while (isTaken(count)) count++;
    expect(count).toBe(1_024);
    says(ws.leave, pid(5));
    says(ws.join, pid(6), { metadata });
    expect([isTaken(count), isTaken(count + 1)]).toEqual([true, false]);

    connections.lost('a~1');
    expect(connections.size).toBe(0);
    expect(isTaken(0)).toBe(true);
  });

  it('is empty when the last one has left (D54)', () => {
    const { system, target, connections, says } = told();
    says(ws.join, ANN);
    says(ws.join, BEN);
    says(ws.leave, ANN);
    expect(connections.size).toBe(1);
    says(ws.leave, BEN);
    says(ws.leave, BEN);

    expect(connections.size).toBe(0);
    expect(monitorsOf(system, target)).toBe(0);
  });

  it('is empty when the target has ended (D54)', () => {
    const { system, connections, says, target } = told();
    says(ws.join, ANN);
    system.terminate(target);
    system.flush();

    expect(connections.size).toBe(0);
  });

  it('is empty when the node is lost, and holds nothing for a target that is dead (D54)', () => {
    const { system, connections, says, target } = told();
    says(ws.join, ANN);
    connections.lost('other~1');
    expect(connections.size).toBe(1);
    connections.lost('a~1');
    expect(connections.size).toBe(0);
    system.terminate(target);
    system.flush();
    says(ws.join, ANN);

    expect(connections.size).toBe(0);
  });

  it('takes no join that is none, nor one in the name of a third node (D54, D60)', () => {
    const { connections, says } = told();
    const third = '{c~1@main|0x00001}' satisfies Pid;
    const results = [
      says(ws.join, third),
      says(ws.join, ANN, { client_pid: BEN }),
      says(ws.message, third, { data: 'forged' }),
    ];

    expect(results).toEqual([false, false, false]);
    expect(connections.size).toBe(0);
  });

  it('leaves what a process that has not joined sends to all others (D55)', () => {
    const { says } = told();
    expect(says(ws.message, ANN, { data: 'hi' })).toBe(false);
    says(ws.join, ANN);
    expect(says(ws.heartbeat, ANN)).toBe(false);
    expect(says('any.topic', ANN, { data: 'hi' })).toBe(true);
  });

  it('drops no join and no leave at a full mailbox, though its node has no relay (D54, M11)', () => {
    const { system, kernel, connections, says, target } = told();
    says(ws.join, ANN);
    for (let n = 0; n < 4; n++) system.send(target, 'fill', n);
    connections.lost('a~1');

    expect(kernel.processes.get(target)?.mailbox.depth).toBe(5);
  });

  it('does not take the word of a node about processes of a third one (D55, D60)', () => {
    const { connections, session, pressure } = told();
    const press = { kind: 'press', pressed: true } as const;
    expect(connections.take(session, { ...press, pid: '{c~1@main|0x1}' })).toBe(false);
    expect(pressure.size).toBe(0);
    expect(connections.take(session, { ...press, pid: ANN })).toBe(true);
    expect(pressure.isPressed(ANN)).toBe(true);
  });

  it('ignores a refusal of what is no connection any more (D55)', () => {
    const { connections, session, target } = told();
    const refused = (about: Pid | number): boolean =>
      connections.take(session, { kind: 'refused', about, why: 'full' });

    expect([refused(target), refused('{b~1@main|0x0ffff}'), refused(7)]).toEqual([
      ...[true, true, false],
    ]);
  });
});

describe('the table of those who were told of a full mailbox', () => {
  it.each([
    { how: 'there is room', ends: false },
    { how: 'the process ends', ends: true },
  ])('is empty when $how, and each is told once (D55)', ({ ends }) => {
    const { system, kernel, session, posted } = told();
    const presses = new Presses();
    const target = system.spawn((inbox) => inbox.pipe(ignoreElements()));
    const process = kernel.processes.get(target) as Process;
    for (let n = 0; n < 3; n++) system.send(target, 'fill', n);
    presses.look(process, session);
    presses.look(process, session);
    expect(presses.size).toBe(1);
    if (ends) system.terminate(target);
    system.flush();

    expect(presses.size).toBe(0);
    expect(posted).toEqual([
      { kind: 'press', pid: target, pressed: true },
      { kind: 'press', pid: target, pressed: false },
    ]);
  });
});

describe('the pressure of a session', () => {
  const waits = (pressure: Pressure, log: unknown[], name: string) =>
    pressure.wait(ANN, { proceed: () => log.push(name) });

  it('lets those who wait go on in turn, and is empty then (D55)', () => {
    const { system, pressure } = told();
    const log: unknown[] = [];
    pressure.press(ANN, true);
    waits(pressure, log, 'one');
    waits(pressure, log, 'two');
    expect([pressure.isBusy(ANN), pressure.isBusy(BEN)]).toEqual([true, false]);
    pressure.press(ANN, false);
    expect(log).toEqual([]);
    // Who comes now waits behind them.
    expect(pressure.isBusy(ANN)).toBe(true);
    system.flush();

    expect(log).toEqual(['one', 'two']);
    expect([pressure.size, pressure.isBusy(ANN)]).toEqual([0, false]);
  });

  it('stays while the link is half full, though the mailbox has room (D55)', () => {
    const { system, pressure } = told();
    const log: unknown[] = [];
    pressure.pressAll(true);
    pressure.press(ANN, true);
    waits(pressure, log, 'one');
    pressure.press(ANN, false);
    system.flush();
    expect(log).toEqual([]);
    pressure.pressAll(false);
    system.flush();

    expect(log).toEqual(['one']);
    expect(pressure.size).toBe(0);
  });

  it('forgets who does not wait any more (D55)', () => {
    const { system, pressure } = told();
    const log: unknown[] = [];
    pressure.press(ANN, true);
    const stop = waits(pressure, log, 'one');
    stop();
    stop();
    expect(pressure.size).toBe(1);
    pressure.press(ANN, false);
    system.flush();

    expect([log, pressure.size]).toEqual([[], 0]);
  });

  it('ends with the session, for all who wait (D55, D9)', () => {
    const { pressure } = told();
    const log: unknown[] = [];
    pressure.pressAll(true);
    waits(pressure, log, 'one');
    pressure.end();

    expect([log, pressure.size, pressure.isBusy(ANN)]).toEqual([['one'], 0, false]);
  });
});
