import { describe, expect, it } from '@jest/globals';
import { Subject, take } from 'rxjs';
import { act, type Behavior, type Pid, type SystemOptions } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import type { Process } from '../../lib/runtime/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { collect, idle, reads } from '../support/runtime.js';
import { connect, frame } from './connected.js';

const bye: SocketEvent = { type: 'closing', code: 4000, reason: 'bye' };
const closed: SocketEvent = { type: 'closed', code: 4000, reason: 'bye' };
const lost: SocketEvent = { type: 'closed', code: 1006, reason: '' };

/** A target that works on one message at a time, for as long as the spec wants, and what it was told. */
function scene(options: Pick<SystemOptions, 'mailbox'> = {}) {
  const system = testSystem(options);
  const hub = new Hub(system, { closeTimeout: '5s' });
  const log: string[] = [];
  const done = new Subject<void>();
  const slow: Behavior = (inbox) =>
    inbox.pipe(
      act(({ topic, payload }) => {
        const { data, reason } = payload as { data?: string; reason?: string };
        log.push(`${topic} ${data ?? reason ?? ''}`.trimEnd());
        return done.pipe(take(1));
      }),
    );
  const target = system.spawn(slow);
  const drops = collect(system.events$);
  /** Lets the target finish so many messages. */
  const handle = (count: number): void => {
    for (let n = 0; n < count; n++) {
      done.next();
      system.flush();
    }
  };
  const dropped = (): string[] =>
    drops.flatMap((event) => (event.type === 'drop' ? [`${event.reason} ${event.count}`] : []));
  const depth = (): number => system.info(target)?.depth ?? 0;
  return { system, hub, log, target, handle, dropped, depth };
}

const frames = (log: readonly string[]): string[] =>
  log.filter((line) => line.startsWith('ws.message'));

function send(client: Subject<SocketEvent>, system: TestSystem, count: number): void {
  for (let n = 0; n < count; n++) client.next(frame(`${n}`));
  system.flush();
}

describe('a client that leaves while it is held back', () => {
  it.each([
    {
      how: 'with a close frame',
      events: [bye, closed],
      leave: 'bye',
      exit: 'normal [object Object]',
    },
    { how: 'without a word', events: [lost], leave: 'connection lost', exit: 'error' },
  ])('$how: its frames are handed over as there is room, its leave behind them (L2, Q2)', (row) => {
    const { system, hub, log, target, handle, dropped, depth } = scene({
      mailbox: { capacity: 200 },
    });
    const { client, pid } = connect(hub, system, target);
    send(client, system, 2_000);
    for (const event of row.events) client.next(event);
    system.flush();
    let deepest = 0;
    for (let n = 0; n < 2_002; n++) {
      deepest = Math.max(deepest, depth());
      handle(1);
    }

    expect(frames(log)).toEqual(Array.from({ length: 2_000 }, (_, n) => `ws.message ${n}`));
    expect([log[0], log.at(-1)]).toEqual(['ws.join', `ws.leave ${row.leave}`]);
    // The mark of this mailbox is at half of its capacity.
    expect([deepest, dropped()]).toEqual([100, []]);
    expect(system.info(pid)).toBeUndefined();
  });

  it('is closing meanwhile, and what its target has not taken in time is dropped with a count (Z3)', () => {
    const { system, hub, log, target, handle, dropped } = scene({ mailbox: { capacity: 200 } });
    const { client, pid, exits } = connect(hub, system, target);
    send(client, system, 500);
    client.next(bye);
    client.next(closed);
    system.flush();
    const status = system.info(pid)?.status;
    const isSent = system.send(pid, ws.send, { data: 'too late' });
    system.advance('5s');
    handle(500);

    expect([status, isSent, exits]).toEqual(['closing', true, ['normal [object Object]']]);
    expect(frames(log).length).toBe(99);
    expect(log.at(-1)).toBe('ws.leave bye');
    expect(dropped()).toEqual(['closing 1', 'closing 401']);
  });

  it.each([
    { act: 'ws.close', run: (s: TestSystem, pid: Pid) => s.send(pid, ws.close, { code: 4001 }) },
    { act: 'cancel', run: (s: TestSystem, pid: Pid) => s.cancel(pid, { reason: 'no' }) },
    { act: 'shutdown', run: (_: TestSystem, __: Pid, hub: Hub) => hub.shutdown() },
  ])('has the first word: $act changes neither its leave nor its exit (W5, Z4)', ({ run }) => {
    const { system, hub, log, target, handle } = scene({ mailbox: { capacity: 200 } });
    const { client, pid } = connect(hub, system, target);
    const exits = collect(system.monitor(pid), ({ result }) => result.value);
    send(client, system, 500);
    client.next(bye);
    system.flush();
    run(system, pid, hub);
    system.flush();
    client.next(closed);
    handle(502);

    expect(frames(log).length).toBe(500);
    expect(log.at(-1)).toBe('ws.leave bye');
    expect(exits).toEqual([{ code: 4000, reason: 'bye' }]);
  });

  it('and is terminated: its leave is its own, its frames are delivered or counted (Z4, C3)', () => {
    const { system, hub, log, target, handle, dropped } = scene({ mailbox: { capacity: 200 } });
    const { client, pid, exits } = connect(hub, system, target);
    send(client, system, 500);
    client.next(bye);
    system.flush();
    system.terminate(pid);
    system.flush();
    handle(500);

    expect([frames(log).length, dropped()]).toEqual([99, ['closing 401']]);
    expect([log.at(-1), exits]).toEqual(['ws.leave bye', ['killed']]);
  });
});

describe('a client', () => {
  it('never ends its target by its frames, whatever `overflow` says (M11)', () => {
    const system = testSystem({ mailbox: { capacity: 4, overflow: 'exit' } });
    const hub = new Hub(system, { flowControl: false });
    const target = system.spawn(idle);
    const { client, socket } = connect(hub, system, target);
    send(client, system, 20);

    expect(system.info(target)?.status).toBe('waiting');
    expect(socket.actions).toEqual([{ type: 'close', code: 1013, reason: 'target overloaded' }]);
    system.flush();
    expect(system.info(target)?.status).toBe('waiting');
  });
});

describe('clients that are held back', () => {
  it('come forward in turn, a few frames each: a good one waits for its turn only (Q2)', () => {
    const CLIENTS = 20;
    const QUOTA = 16;
    const { system, hub, log, target, handle } = scene();
    const flooders = Array.from({ length: CLIENTS }, () => connect(hub, system, target));
    for (const { client } of flooders) send(client, system, 1_000);
    const good = connect(hub, system, target);
    const waits: number[] = [];
    for (let n = 0; n < 5; n++) {
      good.client.next(frame('good'));
      system.flush();
      const before = frames(log).length;
      while (log.at(-1) !== 'ws.message good') handle(1);
      waits.push(frames(log).length - before);
    }

    // What is in the mailbox already, down to the low mark and up to the mark again, then a round.
    expect(Math.max(...waits)).toBeLessThanOrEqual(1_000 + CLIENTS * QUOTA);
  });
});

describe('joins and leaves', () => {
  it('take no room in the mailbox of their target: it can be sent to all the same (M11)', () => {
    const system = testSystem({ mailbox: { capacity: 10 } });
    const hub = new Hub(system);
    const target = system.spawn(idle);
    for (let n = 0; n < 50; n++) connect(hub, system, target);
    system.flush();

    expect(system.info(target)?.depth).toBe(50);
    expect(Array.from({ length: 11 }, () => system.send(target, 'x', 0))).toEqual([
      ...Array(10).fill(true),
      false,
    ]);
  });

  it('of clients that come and go before their target has read anything leave nothing behind (L2)', () => {
    const { system, hub, log, target, handle, depth } = scene();
    system.send(target, 'work', {});
    system.flush();
    const clients = Array.from({ length: 100 }, () => connect(hub, system, target));
    system.flush();
    clients[7]?.client.next(frame('something was said'));
    system.flush();
    for (const { client } of clients) client.next(lost);
    system.flush();
    const waiting = depth();
    handle(10);

    expect([waiting, depth(), hub.count]).toEqual([3, 0, 0]);
    expect(log).toEqual([
      'work',
      'ws.join',
      'ws.message something was said',
      'ws.leave connection lost',
    ]);
  });

  it('above the mark let no further client in, which a drop event tells, until there is room (H2 row 9b)', () => {
    const { system, hub, target, handle, dropped } = scene({ mailbox: { capacity: 20 } });
    const process = hub.find(target) as Process;
    while (!hub.refuses(process)) connect(hub, system, target);
    system.flush();
    const full = [hub.count, dropped()];
    handle(5);

    expect(full).toEqual([10, ['busy 1']]);
    expect(hub.refuses(process)).toBe(false);
  });
});

describe('system.shutdown after relay.shutdown', () => {
  it('waits until the leaves of all connections are with their targets (O3, Q3)', async () => {
    const system = testSystem();
    const hub = new Hub(system, { closeTimeout: '1s' });
    const log: unknown[] = [];
    const target = system.spawn(reads(log, ({ topic }) => topic));
    for (let n = 0; n < 5; n++) connect(hub, system, target);
    system.flush();
    const relayDown = hub.shutdown();
    const systemDown = system.shutdown();
    for (let n = 0; n < 20; n++) {
      system.advance('1s');
      await Promise.resolve();
    }
    await Promise.all([relayDown, systemDown]);

    expect(log.filter((topic) => topic === 'ws.leave').length).toBe(5);
  });
});
