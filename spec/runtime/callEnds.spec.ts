import { describe, expect, it } from '@jest/globals';
import { ignoreElements, map, type Observable, Subject } from 'rxjs';
import { type Message, type Pid, reply, type System, type SystemEvent } from '../../lib/index.js';
import { Clock, collect, exitOf, idle, puppet, settled, tables } from '../support/runtime.js';
import { WORLDS } from '../support/worlds.js';

/** What a call gives, in the order in which it comes. */
function record(call: Observable<unknown>): unknown[] {
  const log: unknown[] = [];
  call.subscribe({
    next: (answer) => log.push(answer),
    error: (error) =>
      log.push(`${error.name === 'ProcessError' ? error.code : error.name}: ${error.message}`),
    complete: () => log.push('complete'),
  });
  return log;
}

const doubler = (system: System): Pid =>
  system.spawn((inbox) => inbox.pipe(map((m) => reply(m, (m.payload as number) * 2))));

describe.each(WORLDS)('a call, $world', ({ quiet, either }) => {
  it('tells of second, late and unasked replies in events (M13)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    const answer = new Subject<Message>();
    const messages: Message[] = [];
    const pid = system.spawn((inbox) => {
      inbox.subscribe((message) => messages.push(message));
      return answer.pipe(map((message) => reply(message, 'answer')));
    });
    await settled(system);
    const drops: unknown[] = [];
    system.events$.subscribe(
      (e) => e.type === 'drop' && drops.push([e.pid === pid, e.reason, e.count]),
    );
    const log = [
      record(system.call(pid, 'twice', 1)),
      record(system.call(pid, 'late', 1, { timeout: 10 })),
    ];
    system.send(pid, 'no call', 1);
    await settled(system);
    scheduler.advance(10);
    for (const message of messages) answer.next(message);
    answer.next(messages[0] as Message);

    await settled(system);
    expect([log, drops]).toEqual([
      [
        ['answer', 'complete'],
        [
          `Timeout: no reply from ${pid} to late within 10 ms: the message was ${either('asked', 'read and', 'sent to another node, and')} not answered`,
        ],
      ],
      [[true, 'no call', 3]],
    ]);
  });

  it('gives up when its subscriber leaves: the reply is late (M13)', async () => {
    const system = quiet();
    const server = doubler(system);
    const log: unknown[] = [];
    const events = collect<SystemEvent, string>(system.events$, ({ type }) => type);
    system
      .call(server, 'x', 1)
      .subscribe((answer) => log.push(answer))
      .unsubscribe();

    await settled(system);
    expect([log, events, tables(system).calls]).toEqual([[], ['drop'], 0]);
  });

  it('gives up with its AbortSignal, before or after it has asked (M13)', async () => {
    const system = quiet();
    const to = system.spawn(idle);
    const controller = new AbortController();
    const early = record(system.call(to, 'x', 1, { signal: controller.signal }));
    controller.abort();
    const late = record(system.call(to, 'x', 1, { signal: controller.signal }));

    expect([early, late, tables(system).calls]).toEqual([
      [expect.stringContaining('AbortError')],
      [expect.stringContaining('AbortError')],
      0,
    ]);
  });

  it.each([-1, 'soon', Number.NaN])('refuses the timeout %p (M13)', (timeout) => {
    expect(() => quiet().call('x', 'x', 1, { timeout })).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
  });

  it('ends with the calling process: it completes without an answer (E3)', async () => {
    const system = quiet();
    const { pid, self } = await puppet(system);
    const log = record(self.call(system.spawn(idle), 'x', 1));
    system.terminate(pid);

    await settled(system);
    expect([log, tables(system).calls]).toEqual([['complete'], 0]);
  });

  it('of a process that has ended is refused (E3)', async () => {
    const system = quiet();
    const { self } = await puppet(system);
    const call = self.call(doubler(system), 'x', 1);
    self.exit('normal');

    expect(record(call)).toEqual([expect.stringContaining('Unavailable')]);
  });

  it('to oneself is answered by oneself (M13)', async () => {
    const system = quiet();
    const pid = doubler(system);
    const log: unknown[] = [];
    const both = system.spawn((inbox, self) => {
      self.call(self.pid, 'x', 'own').subscribe((answer) => log.push(answer));
      return inbox.pipe(map((m) => reply(m, `${m.payload} answer`)));
    });

    await settled(system);
    expect([log, exitOf(system, both), exitOf(system, pid)]).toEqual([['own answer'], [], []]);
  });
});

describe.each(WORLDS)('reply, $world', ({ quiet, either }) => {
  it('is the word of whoever holds the message: a call may be handed on (M13)', async () => {
    const system = quiet();
    const worker = system.spawn((inbox) =>
      inbox.pipe(map((m) => reply(m.payload as Message, 'by the worker'))),
    );
    const front = system.spawn((inbox, self) => {
      inbox.subscribe((message) => self.send(worker, 'job', message));
      return inbox.pipe(ignoreElements());
    });
    const log = record(system.call(front, 'x', 1));

    await settled(system);
    expect(log).toEqual(either('handed', ['by the worker', 'complete'], []));
  });
});
