import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { merge, of } from 'rxjs';
import { type Pid, send } from '../../lib/index.js';
import { type Send, ws } from '../../lib/protocol/index.js';
import { Hub } from '../../lib/relay/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/index.js';
import { EventSocket, Outbox, type OutboxOptions } from '../../lib/ws/index.js';
import { config } from '../relay/connected.js';
import { FakeResponse } from '../support/fakeResponse.js';
import { brief, collect, reads, turns } from '../support/runtime.js';

const all: FakeResponse[] = [];
// Or the timers of its outbox would go on.
afterEach(() => {
  for (const response of all.splice(0)) response.destroy();
});

/** A client of server-sent events at a hub, and its target. */
class Streaming {
  readonly system: TestSystem = testSystem();
  readonly hub = new Hub(this.system);
  readonly response = new FakeResponse();
  readonly socket: EventSocket;
  readonly log: unknown[] = [];
  readonly pid: Pid;
  readonly exits: readonly string[];
  readonly drops = collect(this.system.events$, (event) =>
    event.type === 'drop' ? event.reason : event.type,
  );

  constructor(options: OutboxOptions = {}) {
    const outbox = new Outbox(this.system, { pingInterval: 0, ...options });
    all.push(this.response);
    this.socket = new EventSocket(this.response.response, outbox);
    const target = this.system.spawn(
      reads(this.log, ({ topic, payload }) => [topic, Object(payload).reason ?? '']),
    );
    this.pid = this.hub.connect(this.socket, config(target)) as Pid;
    this.exits = collect(this.system.monitor(this.pid), ({ reason }) => brief(reason));
    this.system.flush();
  }

  /** Sends as a process does, and has it done. */
  sends(...messages: Send[]): this {
    for (const message of messages) this.system.send(this.pid, ws.send, message);
    this.system.flush();
    return this;
  }

  /** What it was sent behind its head. */
  get events(): string[] {
    return this.response.events.slice(1);
  }

  /** Lets Node end streams, and then the system do what follows. */
  async settle(): Promise<void> {
    this.system.flush();
    await turns(3);
    this.system.flush();
  }
}

const closed = (code: number, reason: string, reconnect: boolean): string =>
  `data: ${JSON.stringify({ code, reason, reconnect })}`;

describe('EventSocket', () => {
  it('begins with a head that nobody on the way may gather or keep, and a time of its own (SE3)', () => {
    const { response } = new Streaming();

    expect(response.head).toEqual([
      200,
      {
        'Content-Type': 'text/event-stream',
        'Cache-Control': 'no-cache, no-transform',
        'X-Accel-Buffering': 'no',
      },
    ]);
    expect(response.text).toMatch(/^retry: [23]\d\d\d\n\n$/);
    expect([response.shouldKeepAlive, response.flushes]).toEqual([false, 1]);
  });

  it('writes a message as an event, and those of one drain as one write (SE4)', () => {
    const streaming = new Streaming();
    const write = jest.spyOn(streaming.response, 'write');

    streaming.sends({ data: 'one' }, { data: '' }, { data: 'a\nb\r\nc\rd' });

    expect(streaming.events).toEqual(['data: one', 'data: ', 'data: a\ndata: b\ndata: c\ndata: d']);
    expect([write.mock.calls.length, streaming.response.flushes]).toEqual([1, 2]);
  });

  it('writes bytes as an event of their own, in base64 (SE4)', () => {
    const { events } = new Streaming().sends({ data: Uint8Array.of(0, 10, 255) });

    expect(events).toEqual(['event: binary\ndata: AAr/']);
  });

  it('writes the fields of an event, and encodes it once for all (SE4, SE5)', () => {
    const [one, other] = [new Streaming(), new Streaming()];
    const fields = { id: 'k3:1', event: 'gap' };
    const concat = jest.spyOn(Buffer, 'from');
    for (const { socket } of [one, other]) socket.write('{}', undefined, fields);
    const encoded = concat.mock.calls.length;
    concat.mockRestore();
    one.socket.write('{}', undefined, { id: 'k3:2' });
    for (const { system } of [one, other]) system.flush();
    one.sends({ data: 'flush' });
    other.sends({ data: 'flush' });

    expect(encoded).toBe(1);
    expect(one.events).toEqual([
      'event: gap\nid: k3:1\ndata: {}',
      'id: k3:2\ndata: {}',
      'data: flush',
    ]);
    expect(other.events[0]).toBe('event: gap\nid: k3:1\ndata: {}');
  });

  it('ends behind all that was written, also what waits (W3)', () => {
    const { response, socket } = new Streaming();
    response.stop();
    for (const text of ['x'.repeat(2_000), 'waits', 'last']) socket.write(text);
    socket.close(1000, '');
    socket.write('too late');
    response.read();

    expect(response.events.slice(2).map((event) => event.split('\n')[0])).toEqual([
      ...['data: waits', 'data: last', 'event: close'],
    ]);
  });

  it.each([
    { code: 1000, reason: '', fields: 'id: closed\n', reconnect: false },
    { code: 4403, reason: 'no', fields: 'id: closed\n', reconnect: false },
    { code: 1012, reason: 'away', fields: '', reconnect: true },
    { code: 1013, reason: 'slow', fields: 'retry: 5000\n', reconnect: true },
    { code: 1012, reason: 'x; retry=1234', fields: 'retry: 1234\n', reconnect: true },
    { code: 4403, reason: 'x; retry=0', fields: 'retry: 0\n', reconnect: true },
    { code: 1012, reason: 'x; retry=99999999', fields: 'retry: 600000\n', reconnect: true },
    { code: 1012, reason: 'x; retry=never', fields: 'id: closed\n', reconnect: false },
    { code: 4100, reason: '', fields: 'id: closed\n', reconnect: false },
  ])(
    'says at its end what a close frame says, and $reason of $code: $reconnect (SE6, Z6, Z7)',
    async ({ code, reason, fields, reconnect }) => {
      const streaming = new Streaming();
      streaming.sends({ data: 'last' });
      streaming.system.send(streaming.pid, ws.close, { code, reason });
      await streaming.settle();

      expect(streaming.events).toEqual([
        'data: last',
        `event: close\n${fields}${closed(code, reason, reconnect)}`,
      ]);
      expect(streaming.response.writableFinished).toBe(true);
      expect(streaming.log.at(-1)).toEqual(['ws.leave', reason || 'closed by server']);
      expect([streaming.hub.count, streaming.exits.length]).toEqual([0, 1]);
    },
  );

  it('takes a client that goes for lost, since it can say nothing (SE6, cause b)', async () => {
    const streaming = new Streaming();
    streaming.response.destroy();
    await streaming.settle();
    streaming.socket.write('nobody');
    streaming.socket.close(1000, '');
    streaming.socket.terminate();

    expect(streaming.log).toEqual([
      ['ws.join', ''],
      ['ws.leave', 'connection lost'],
    ]);
    expect(streaming.exits).toEqual(['error connection closed: 1006 connection lost']);
    expect(streaming.hub.counters.stats(0).closes).toEqual({ 1006: 1 });
  });

  it('ends with the process, and is cut off when that is terminated (Y3, cause i)', async () => {
    const streaming = new Streaming();
    streaming.system.terminate(streaming.pid);
    await streaming.settle();

    expect([streaming.response.destroyed, streaming.response.writableFinished]).toEqual([
      true,
      false,
    ]);
    expect(streaming.exits).toEqual(['killed']);
  });

  it('closes who does not read beyond maxBuffered, with an event, and tells it in time (SE6, Q2, Z3)', async () => {
    const streaming = new Streaming({ maxBuffered: 4_096 });
    streaming.response.stop();
    for (let i = 0; i < 12; i++) streaming.sends({ data: 'x'.repeat(1_000) });
    streaming.response.read();
    await streaming.settle();

    expect(streaming.events.at(-1)).toBe(
      `event: close\nretry: 5000\n${closed(1013, 'slow consumer', true)}`,
    );
    expect(streaming.exits).toEqual(['error connection closed: 1013 slow consumer']);
  });

  it('cuts off who does not read its end (Z3)', async () => {
    const streaming = new Streaming({ maxBuffered: 4_096 });
    streaming.response.stop();
    for (let i = 0; i < 12; i++) streaming.sends({ data: 'x'.repeat(1_000) });
    await streaming.settle();
    expect(streaming.hub.count).toBe(1);
    streaming.system.advance('5s');
    await streaming.settle();

    expect([streaming.hub.count, streaming.response.destroyed]).toEqual([0, true]);
    expect(streaming.exits).toEqual(['error connection closed: 1013 slow consumer']);
  });

  it('drops what may be dropped, and tells what has become of it (W7, W9)', () => {
    const streaming = new Streaming({ maxBuffered: 2_048 });
    streaming.response.stop();
    const data = 'x'.repeat(1_000);
    for (let i = 0; i < 8; i++) streaming.sends({ data, overflow: 'dropOldest' });

    expect(streaming.drops.filter((each) => each === 'overflow').length).toBeGreaterThan(2);
    expect(streaming.exits).toEqual([]);
  });

  it('tells a sender that its message has left (W9)', async () => {
    const streaming = new Streaming();
    const told: unknown[] = [];
    streaming.system.spawn((inbox) =>
      merge(
        of(send(streaming.pid, ws.send, { data: 'x', ack: 1 })),
        reads(told, ({ topic, payload }) => [topic, Object(payload).outcome])(inbox),
      ),
    );
    await streaming.settle();

    expect(told).toEqual([['ws.sent', 'sent']]);
  });
});

describe('EventSocket, its health check', () => {
  it('sends a comment where nothing else went since the last one (SE3)', () => {
    const streaming = new Streaming();
    streaming.socket.check();
    streaming.sends({ data: 'x' });
    streaming.socket.check();
    streaming.socket.check();

    expect(streaming.events).toEqual([': ping', 'data: x', ': ping']);
  });

  it('takes a client to which nothing gets through for slow (Q2)', () => {
    const streaming = new Streaming();
    streaming.response.stop();
    streaming.sends({ data: 'x' });
    streaming.socket.check();
    streaming.socket.check();
    streaming.system.flush();

    expect(streaming.response.writableEnded).toBe(true);
    expect(streaming.hub.connections()).toHaveLength(1);
  });

  it('closes those that hold most when all together hold too much (Q12)', async () => {
    const streaming = new Streaming({ maxTotalBuffered: 8_192 });
    streaming.response.stop();
    for (let i = 0; i < 12; i++) streaming.sends({ data: 'x'.repeat(1_000) });
    streaming.response.read();
    await streaming.settle();

    expect(streaming.events.at(-1)).toMatch(
      /^event: close\nretry: 5000\ndata: .*server overloaded/,
    );
    expect(streaming.exits).toEqual(['error connection closed: 1013 server overloaded']);
  });
});
