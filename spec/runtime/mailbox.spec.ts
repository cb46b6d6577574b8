import { describe, expect, it } from '@jest/globals';
import { NEVER, Subject, switchMap, take } from 'rxjs';
import { act, type MailboxOptions, type SystemEvent } from '../../lib/index.js';
import { LIFECYCLE_TOPICS } from '../../lib/protocol/index.js';
import { kernelOf, SizedMessage } from '../../lib/runtime/index.js';
import { collect, exitOf, puppet, quiet, reads, settled } from '../support/runtime.js';

const MIB = 1024 * 1024;

/** A process that reads from the moment the spec says so. */
function sleeper(mailbox?: MailboxOptions) {
  const system = quiet(mailbox === undefined ? {} : { mailbox });
  const log: unknown[] = [];
  const go = new Subject<void>();
  const pid = system.spawn((inbox) => go.pipe(switchMap(() => reads(log)(inbox))));
  const drops = () =>
    events.flatMap((e) => (e.type === 'drop' ? [`${e.reason} ${e.count} ${e.pid === pid}`] : []));
  const events = collect<SystemEvent>(system.events$);
  return { system, pid, go, log, drops };
}

describe('a mailbox', () => {
  it('takes 10,000 messages by default, and refuses the next with an event (M11)', async () => {
    const { system, pid, drops } = sleeper();
    const taken = Array.from({ length: 10_003 }, (_, n) => system.send(pid, 'x', n));
    await settled(system);

    expect(taken.indexOf(false)).toBe(10_000);
    expect(drops()).toEqual(['overflow 3 true']);
    expect(system.processes()).toMatchObject([{ pid, host: 'main', names: [], depth: 10_000 }]);
  });

  it('counts what waits in the run queue as well as what waits for a reader (M11)', async () => {
    const { system, pid, go, log } = sleeper({ capacity: 3 });
    expect([1, 2].map((n) => system.send(pid, 'x', n))).toEqual([true, true]);
    await settled(system);
    expect([3, 4].map((n) => system.send(pid, 'x', n))).toEqual([true, false]);
    go.next();
    await settled(system);

    expect(system.send(pid, 'x', 5)).toBe(true);
    await settled(system);
    expect(log).toEqual(['x 1', 'x 2', 'x 3', 'x 5']);
  });

  it('never refuses what the life of a connection hangs on, each in its place (M11)', async () => {
    const { system, pid, go, log } = sleeper({ capacity: 1 });
    for (const topic of LIFECYCLE_TOPICS) system[kernelOf].bound.exempt(topic);
    const topics = ['x', 'y', 'ws.join', 'ws.message', 'ws.control', 'ws.close', 'ws.leave'];
    const taken = topics.map((topic) => system.send(pid, topic, 0));
    await settled(system);
    go.next();

    await settled(system);
    expect(taken).toEqual([true, false, true, false, true, true, true]);
    expect(log).toEqual(['x 0', 'ws.join 0', 'ws.control 0', 'ws.close 0', 'ws.leave 0']);
  });

  it('never refuses a signal, each in its place (M11)', async () => {
    const system = quiet({ mailbox: { capacity: 1 } });
    const peer = await puppet(system);
    const other = await puppet(system);
    const log: unknown[] = [];
    const pid = system.spawn((_inbox, self) => {
      self.setOptions({ trapLinks: true });
      self.link(peer.pid);
      self.signals$.subscribe(({ kind }) => log.push(kind));
      self.monitor(peer.pid).subscribe(({ kind }) => log.push(kind));
      return NEVER;
    });
    await settled(system);
    expect([system.send(pid, 'x', 1), system.send(pid, 'x', 2)]).toEqual([true, false]);
    system.cancel(pid);
    other.self.link(pid);
    peer.self.exit(new Error('down'));

    await settled(system);
    expect(log).toEqual(['pid.cancel', 'pid.exit', 'pid.link.down']);
    const exits = exitOf(system, other.pid);
    system.terminate(pid);
    await settled(system);
    expect(exits).toEqual(['killed']);
  });

  it('takes 16 MiB where sizes are known (M11)', async () => {
    const { system, pid, go, log } = sleeper();
    const process = system[kernelOf].processes.get(pid);
    const offer = (n: number, size: number) =>
      process?.accept(new SizedMessage('frame', n, undefined, size), size);

    expect([offer(1, 10 * MIB), offer(2, 6 * MIB), offer(3, 1), system.send(pid, 'x', 4)]).toEqual([
      true,
      true,
      false,
      true,
    ]);
    await settled(system);
    go.next();
    await settled(system);
    expect([process?.mailbox.bytes, offer(5, 16 * MIB)]).toEqual([0, true]);
    await settled(system);
    expect(log).toEqual(['frame 1', 'frame 2', 'x 4', 'frame 5']);
  });

  it('tells a sender that can wait when to stop and when to go on (Q2)', async () => {
    const { system, pid, go } = sleeper();
    const mailbox = system[kernelOf].processes.get(pid)?.mailbox;
    const log: unknown[] = [];
    for (let n = 1; n <= 1_000; n++) {
      if (n === 1_000) log.push(mailbox?.aboveHighMark);
      system.send(pid, 'x', n);
    }
    log.push(mailbox?.aboveHighMark);
    mailbox?.waitForRoom({ proceed: () => log.push(mailbox.depth <= 500) });
    const forget = mailbox?.waitForRoom({ proceed: () => log.push('forgotten') });
    forget?.();
    await settled(system);
    go.next();

    await settled(system);
    expect(log).toEqual([false, true, true]);
  });

  it('relieves whoever waits when its process ends (Q2)', async () => {
    const { system, pid } = sleeper();
    const log: string[] = [];
    system[kernelOf].processes.get(pid)?.mailbox.waitForRoom({
      proceed: () => log.push('relieved'),
    });
    system.terminate(pid);

    await settled(system);
    expect(log).toEqual(['relieved']);
  });

  it('drops the oldest by option, and keeps the order of the rest (M11)', async () => {
    const { system, pid, go, log, drops } = sleeper({ capacity: 3, overflow: 'dropOldest' });
    system[kernelOf].bound.exempt('ws.join');
    const topics = ['a', 'ws.join', 'b', 'c', 'd'];
    const taken = topics.map((topic) => system.send(pid, topic, 0));
    await settled(system);
    taken.push(system.send(pid, 'e', 0), system.send(pid, 'f', 0));
    go.next();

    await settled(system);
    expect(taken).toEqual(Array(7).fill(true));
    // An exempt message takes no room from others.
    expect(log).toEqual(['ws.join 0', 'd 0', 'e 0', 'f 0']);
    expect(drops()).toEqual(['overflow 1 true', 'overflow 2 true']);
  });

  it('drops the oldest among those that wait for a held listener, too (M11)', async () => {
    const system = quiet({ mailbox: { capacity: 2, overflow: 'dropOldest' } });
    const log: unknown[] = [];
    const work = new Subject<void>();
    const pid = system.spawn((_inbox, self) =>
      self.listen('x').pipe(
        act(({ payload }) => {
          log.push(payload);
          return work.pipe(take(1));
        }),
      ),
    );
    system.send(pid, 'x', 1);
    await settled(system);
    for (const n of [2, 3, 4]) system.send(pid, 'x', n);
    await settled(system);
    for (const n of [5, 6]) system.send(pid, 'x', n);
    for (let i = 0; i < 5; i++) {
      await settled(system);
      work.next();
    }

    expect(log).toEqual([1, 5, 6]);
  });

  it('ends its process by option (M11)', async () => {
    const { system, pid, drops } = sleeper({ capacity: 2, overflow: 'exit' });
    const exits = collect(system.monitor(pid));
    const taken = [1, 2, 3, 4].map((n) => system.send(pid, 'x', n));

    await settled(system);
    expect(taken).toEqual([true, true, false, false]);
    expect(exits.map(({ result }) => result.error)).toEqual([
      expect.objectContaining({ code: 'LimitExceeded' }),
    ]);
    expect(drops()).toEqual(['overflow 2 true', 'ended 2 true']);
  });

  it.each([{ capacity: 0 }, { capacity: Number.NaN }, { overflow: 'explode' as never }])(
    'needs sound options, unlike %j (M11)',
    (mailbox) => {
      expect(() => quiet({ mailbox })).toThrow(expect.objectContaining({ code: 'Invalid' }));
    },
  );

  it('bounds the initial messages as well (M11, S3)', async () => {
    const { system, drops } = sleeper({ capacity: 2 });
    const log: unknown[] = [];
    const messages = [1, 2, 3].map((payload) => ({ topic: 'x', payload }));
    system.spawn(reads(log), { messages });

    await settled(system);
    expect([log, drops()]).toEqual([['x 1', 'x 2'], ['overflow 1 false']]);
  });
});
