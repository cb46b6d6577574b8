import { describe, expect, it } from '@jest/globals';
import { merge, of, throwError } from 'rxjs';
import { type Inbox, ofTopic, receive, type Self } from '../../lib/index.js';
import { kernelOf } from '../../lib/runtime/index.js';
import { deferred, exitOf, quiet, settled } from '../support/runtime.js';

describe('receive', () => {
  it('takes one message at a time and holds the mailbox meanwhile (M12)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const gates = [deferred(), deferred()];
    const pid = system.spawn(async function* (inbox: Inbox) {
      for await (const { payload } of receive(inbox)) {
        log.push(payload);
        await gates[payload as number]?.promise;
        yield undefined;
      }
    });
    for (const n of [0, 1, 2]) system.send(pid, 'x', n);
    const depths: unknown[] = [];
    for (const gate of gates) {
      await settled(system);
      depths.push(system.processes()[0]?.depth);
      gate.resolve();
    }

    await settled(system);
    expect([log, depths]).toEqual([
      [0, 1, 2],
      [2, 1],
    ]);
  });

  it('waits for its first message only when asked: what came before is retained (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const gate = deferred();
    const pid = system.spawn(async function* (inbox: Inbox) {
      await gate.promise;
      for await (const { payload } of receive(inbox)) yield void log.push(payload);
    });
    for (const n of [1, 2]) system.send(pid, 'x', n);
    await settled(system);
    gate.resolve();

    await settled(system);
    expect(log).toEqual([1, 2]);
  });

  it.each<{ what: string; source: (inbox: Inbox, self: Self) => Inbox }>([
    { what: 'two outlets', source: (inbox, self) => merge(inbox, self.listen('y')) },
    {
      what: 'the same outlet twice',
      source: (inbox) => merge(inbox.pipe(ofTopic('x')), inbox.pipe(ofTopic('x', 'y'))),
    },
  ])('gets everything of $what, and stays held by neither (M12)', async ({ source }) => {
    const system = quiet();
    const log: string[] = [];
    const pid = system.spawn(async function* (inbox: Inbox, self: Self) {
      for await (const { topic, payload } of receive(source(inbox, self))) {
        await Promise.resolve();
        yield void log.push(`${topic} ${payload}`);
      }
    });
    const sent = [1, 2, 3].flatMap((n) => [`x ${n}`, `y ${n}`]);
    for (const line of sent) system.send(pid, line.slice(0, 1), line.slice(2));

    await settled(system);
    expect([[...new Set(log)].sort(), system.processes()[0]?.depth]).toEqual([sent.sort(), 0]);
  });

  it('leaves the rest to the next reader when its loop ends (M7)', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const pid = system.spawn(async function* (inbox: Inbox) {
      for await (const { payload } of receive(inbox)) {
        log.push(`a${payload}`);
        break;
      }
      for await (const { payload } of receive(inbox)) yield void log.push(`b${payload}`);
    });
    for (const n of [1, 2, 3]) system.send(pid, 'x', n);

    await settled(system);
    expect([log, system[kernelOf].processes.get(pid)?.mailbox.depth]).toEqual([
      ['a1', 'b2', 'b3'],
      0,
    ]);
  });

  it('throws the error of its source, which ends the process (S6)', async () => {
    const system = quiet();
    const pid = system.spawn(async function* () {
      for await (const _ of receive(throwError(() => new Error('boom')))) yield undefined;
    });
    const exits = exitOf(system, pid);

    await settled(system);
    expect(exits).toEqual(['error boom']);
  });

  it('ends with its source', async () => {
    const system = quiet();
    const log: unknown[] = [];
    const source = of({ topic: 'x', payload: 1, from: undefined });
    system.spawn(async function* () {
      for await (const { payload } of receive(source)) yield void log.push(payload);
      log.push('after');
    });

    await settled(system);
    expect(log).toEqual([1, 'after']);
  });
});
