import { describe, expect, it } from '@jest/globals';
import { EMPTY, map, merge, NEVER, of, Subject, throwError } from 'rxjs';
import {
  type Behavior,
  createSystem,
  type Message,
  receive,
  send,
  topic,
} from '../../lib/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { message } from '../../lib/testing/marbles/message.js';

const job = topic<number>('job');
const [one, two, three] = [message(job, 1), message(job, 2), message(job, 3)] as const;
const boom = new Error('boom');

const END = { done: true, value: undefined };
const item = (value: Message<number>): unknown => ({ done: false, value });

describe('receive', () => {
  it('pulls the messages of its source, one a turn of the loop', async () => {
    const seen: number[] = [];
    for await (const { payload } of receive(of(one, two, three))) seen.push(payload);

    expect(seen).toEqual([1, 2, 3]);
  });

  it('ends at once with an empty source', async () => {
    expect(await receive(EMPTY).next()).toEqual(END);
  });

  it('subscribes at the first pull, and only then', async () => {
    const source = new Subject<Message<number>>();
    const pull = receive(source);
    expect(source.observed).toBe(false);

    const first = pull.next();
    source.next(one);

    expect(await first).toEqual(item(one));
    expect(source.observed).toBe(true);
  });

  it('keeps what comes between two pulls', async () => {
    const source = new Subject<Message<number>>();
    const pull = receive(source);
    const first = pull.next();
    for (const m of [one, two, three]) source.next(m);

    expect(await first).toEqual(item(one));
    expect(await pull.next()).toEqual(item(two));
    expect(await pull.next()).toEqual(item(three));
  });

  it('answers a pending pull when its source completes, and every later one', async () => {
    const source = new Subject<Message<number>>();
    const pull = receive(source);
    const first = pull.next();
    source.complete();

    expect(await first).toEqual(END);
    expect(await pull.next()).toEqual(END);
  });

  it('gives what came before the end, and then the end', async () => {
    const source = new Subject<Message<number>>();
    const pull = receive(source);
    const first = pull.next();
    source.next(one);
    source.next(two);
    source.complete();

    expect([await first, await pull.next(), await pull.next()]).toEqual([
      item(one),
      item(two),
      END,
    ]);
  });

  it('rejects a pending pull when its source errors, and has ended then', async () => {
    const pull = receive(throwError(() => boom));

    await expect(pull.next()).rejects.toBe(boom);
    expect(await pull.next()).toEqual(END);
  });

  it('gives what came before an error, then the error once', async () => {
    const source = new Subject<Message<number>>();
    const pull = receive(source);
    const first = pull.next();
    source.next(one);
    source.next(two);
    source.error(boom);

    expect(await first).toEqual(item(one));
    expect(await pull.next()).toEqual(item(two));
    await expect(pull.next()).rejects.toBe(boom);
    expect(await pull.next()).toEqual(END);
  });

  it('leaves its source when the loop is left', async () => {
    const source = new Subject<Message<number>>();
    const loop = (async () => {
      for await (const _ of receive(source)) break;
    })();
    source.next(one);
    await loop;

    expect(source.observed).toBe(false);
  });

  it('answers a pending pull when it is returned, and forgets what stands ahead', async () => {
    const source = new Subject<Message<number>>();
    const pull = receive(source);
    const pending = pull.next();
    await pull.return?.();
    expect(await pending).toEqual(END);

    const other = receive(merge(of(one, two), NEVER));
    await other.next();
    await other.return?.();
    expect(await other.next()).toEqual(END);
  });

  it('never subscribes when it is returned before the first pull', async () => {
    const source = new Subject<Message<number>>();
    const pull = receive(source);
    await pull.return?.();

    expect(await pull.next()).toEqual(END);
    expect(source.observed).toBe(false);
  });

  it('is as many readers as it is called times', async () => {
    const source = new Subject<Message<number>>();
    const pulls = [receive(source).next(), receive(source).next()];
    source.next(one);

    expect(await Promise.all(pulls)).toEqual([item(one), item(one)]);
  });
});

describe('receive in a process', () => {
  const system = createSystem({ logger: false });
  const note = topic<string>('note');

  it('holds the mailbox while the body works on a message (M12)', async () => {
    const log: string[] = [];
    const watcher = probe(system);
    const work = new Subject<void>();
    const depths = (): number | undefined => system.processes().find((p) => p.pid === pid)?.depth;
    const body: Behavior = async function* (inbox) {
      for await (const { payload } of receive(inbox)) {
        log.push(`begin ${payload}`);
        const finished = new Promise<void>((resolve) => {
          work.subscribe(() => resolve());
        });
        yield send(watcher.pid, note, `working on ${payload}`);
        await finished;
        log.push(`end ${payload}`);
      }
    };
    const pid = system.spawn(body, { messages: [one, two] });

    await watcher.next();
    expect([...log, depths()]).toEqual(['begin 1', 1]);
    work.next();
    await watcher.next();
    expect([...log, depths()]).toEqual(['begin 1', 'end 1', 'begin 2', 0]);
  });

  it('retains what came before the first pull, and sends to itself in order (M4, M7)', async () => {
    const watcher = probe(system);
    const body: Behavior = async function* (inbox, self) {
      await Promise.resolve();
      for await (const { payload } of receive(inbox)) {
        if (payload === 1) yield send(self.pid, job, 3);
        yield send(watcher.pid, job, payload as number);
      }
    };
    system.spawn(body, { messages: [one, two] });

    const seen = [await watcher.next(), await watcher.next(), await watcher.next()];
    expect(seen.map((m) => m.payload)).toEqual([1, 2, 3]);
  });

  it('ends with the process, so that a suspended body runs its finally', async () => {
    const watcher = probe(system);
    const body: Behavior = async function* (inbox) {
      try {
        for await (const _ of receive(inbox)) yield send(watcher.pid, note, 'got');
      } finally {
        system.send(watcher.pid, note, 'finally');
      }
    };
    const pid = system.spawn(body, { messages: [one] });
    await watcher.next();
    system.terminate(pid);

    expect((await watcher.next()).payload).toBe('finally');
  });

  it('pulls from any stream of messages, a filtered inbox for one', async () => {
    const watcher = probe(system);
    const body: Behavior = async function* (inbox) {
      const doubled = inbox.pipe(map((m) => message(job, (m.payload as number) * 2)));
      for await (const { payload } of receive(doubled)) yield send(watcher.pid, job, payload);
    };
    system.spawn(body, { messages: [one, two] });

    expect((await watcher.next()).payload).toBe(2);
    expect((await watcher.next()).payload).toBe(4);
  });

  it('answers several pulls in their order', async () => {
    const source = new Subject<Message>();
    const reader = receive(source);
    const pulls = [reader.next(), reader.next(), reader.next()];
    source.next(message('a', 1));
    source.next(message('a', 2));
    source.complete();

    const payloads = (await Promise.all(pulls)).map(({ value }) => value?.payload);
    expect(payloads).toEqual([1, 2, undefined]);
  });
});
