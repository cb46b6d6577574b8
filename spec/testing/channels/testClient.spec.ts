import { describe, expect, it } from '@jest/globals';
import { map, throwError, timer } from 'rxjs';
import { channel } from '../../../lib/channels/index.js';
import {
  channelTest,
  drop,
  RefusedError,
  reconnect,
  subscribe,
} from '../../../lib/testing/index.js';
import { chatTest, said, say, textOf } from './support.js';

describe('subscribeAndJoin', () => {
  it.each(['rx-process.v1', 'plain'])('gives the result of the reply, in %s (CT2)', (protocol) => {
    const t = channelTest({
      channels: [channel('chat:*', { join: ({ params }) => ({ state: params }) })],
    });
    const alice = t.connect({ protocol });

    expect(alice.subscribeAndJoin('chat:1', { params: { page: 3 } })).toEqual({
      channel: 'chat:1',
      state: { page: 3 },
    });
    expect(t.manager.channels.getSubscribers('chat:1')).toEqual([alice.pid]);
    // The reply is asserted by this.
    expect(textOf(() => alice.assertFrame({ ok: true }))).toContain('and nothing else');
    t.end();
  });

  it('throws with the code, the text and whether to try again, where it is refused', () => {
    const alice = chatTest().connect();

    expect(() => alice.subscribeAndJoin('secret')).toThrow(RefusedError);
    expect(textOf(() => alice.subscribeAndJoin('secret'))).toBe(
      "subscribeAndJoin('secret'): denied: Not authorized for channel: secret",
    );
    expect(() => alice.subscribeAndJoin('secret')).toThrow(
      expect.objectContaining({ code: 'denied', retry: false }),
    );
  });

  it('says what to do where the answer is not there yet', () => {
    const t = channelTest({ channels: [channel('slow', { join: async () => true })] });

    expect(textOf(() => t.connect().subscribeAndJoin('slow'))).toBe(
      "subscribeAndJoin('slow'): no answer yet, a hook is async: subscribe(…), await t.settled() or t.advance(…), then assertReply(…)",
    );
  });
});

describe('a client', () => {
  it('sends what it is given, as it is', () => {
    const t = chatTest();
    const alice = t.connect();

    alice.send('{"type":"ping","id":"p"}');
    alice.send({ type: 'system', payload: { command: 'list_channels' }, id: 7 });
    alice.send('[]');
    alice.send(new Uint8Array([1]));

    alice.assertReply('p', { ok: true });
    alice.assertReply(7, { ok: true }, { channels: [] });
    alice.assertFrame({ error: { code: 'bad_request' } });
  });

  it('loses its connection, and connects anew as another one (CT3)', () => {
    const t = chatTest();
    const left: unknown[] = [];
    t.manager.connections$.subscribe(({ type, code, reason }) => left.push([type, code, reason]));
    const alice = t.connect({ identity: 'alice' });
    const before = alice.pid;
    alice.subscribeAndJoin('chat:1');

    alice.drop();
    expect(alice.closed).toEqual({ code: 1006, reason: '' });
    expect(t.manager.channels.subscriberCount('chat:1')).toBe(0);
    alice.reconnect();

    expect(alice.closed).toBeUndefined();
    expect(alice.pid).not.toBe(before);
    expect(t.manager.getConnectionMetadata(alice.pid)?.identity).toBe('alice');
    alice.subscribeAndJoin('chat:1');
    alice.close(1001, 'bye');
    expect(left).toEqual([
      ['joined', undefined, undefined],
      ['left', 1006, 'connection lost'],
      ['joined', undefined, undefined],
      ['left', 1001, 'bye'],
    ]);
    t.end();
  });

  it('goes on with its session when it connects anew, where it is to resume (CP22)', () => {
    const t = chatTest();
    const [alice, bob] = [t.connect({ resume: true }), t.connect()];
    expect(alice.resumed).toBeUndefined();
    for (const each of [alice, bob]) each.drop();

    for (const each of [alice, bob]) each.reconnect();
    expect([alice.resumed, bob.resumed]).toEqual([true, undefined]);
    alice.assertFrame({ result: { resumed: true } });
    alice.drop();
    t.advance('31s');
    alice.reconnect();
    expect(alice.resumed).toBe(false);
    alice.assertFrame({ result: { resumed: false, reason: 'expired' } });

    // The session of its last welcome stands.
    alice.drop();
    alice.reconnect();
    expect(alice.resumed).toBe(true);
    t.end();
  });

  it('resumes once its connect hook has answered', async () => {
    const t = channelTest({ connect: async () => ({ identity: 'ann' }) });
    const ann = t.connect({ resume: true });
    await t.settled();
    ann.drop();
    ann.reconnect();
    expect(ann.resumed).toBeUndefined();
    await t.settled();

    expect(ann.resumed).toBe(true);
    t.end();
  });

  it('has what it asks once performed once, however often it asks again (CP23)', () => {
    const t = chatTest();
    const alice = t.connect({ resume: true });
    alice.subscribeAndJoin('chat:1');
    const ref = alice.push('chat:1', say, { text: 'hi' }, { once: true });
    alice.assertReply(ref, { ok: true }, { heard: 1 });
    alice.drop();
    alice.reconnect();

    alice.repeat(ref);

    alice.assertReply(ref, { ok: true }, { heard: 1 });
    t.assertBroadcast('chat:1', said);
    t.refuteBroadcast('chat:1', said);
    expect(textOf(() => alice.repeat(99))).toBe('repeat: client-1 has sent no once-request 99');
    t.end();
  });

  it('is closed by the server, and hears it as a frame', () => {
    const t = chatTest();
    const alice = t.connect({ identity: 'alice' });
    t.manager.closeConnection(alice.pid, 4000, 'enough');

    expect(alice.closed).toEqual({ code: 4000, reason: 'enough' });
    expect(alice.frames.at(-1)).toEqual({ type: 'close', code: 4000, reason: 'enough' });
    expect(textOf(() => alice.push('chat:1', say, { text: 'hi' }))).toBe(
      'alice is not connected: closed with 4000 enough',
    );
    // Once more is nothing.
    alice.drop();
    alice.close();
    t.end();
  });

  it('sends any command (CP13)', () => {
    const t = channelTest({
      connect: () => ({ identity: 'ann', expiresIn: '1m' }),
      refresh: (_, token) =>
        token === 'new' ? { identity: 'ann', expiresIn: '1h' } : { status: 401 },
    });
    const ann = t.connect();

    ann.assertReply(ann.command('ping'), { ok: true });
    ann.assertReply(ann.command('refresh', { token: 'old' }), { error: 'denied' });
    ann.assertReply(
      ann.command('refresh', { token: 'new' }),
      { ok: true },
      { expires_in: 3_600_000 },
    );
    t.advance('59m');
    expect(ann.closed).toBeUndefined();
    t.advance('1m');
    expect(ann.closed?.code).toBe(4401);
    t.end();
  });

  it('refuses to connect where it is connected (Invalid)', () => {
    expect(textOf(() => chatTest().connect().reconnect())).toBe(
      'client-1 is connected: drop() or close() first',
    );
  });
});

describe('frames', () => {
  it('are whole and the same in each run: ids by number, the time of the clock (CT2)', () => {
    const t = chatTest();
    t.advance('90s');
    const alice = t.connect();
    alice.subscribeAndJoin('chat:1');
    alice.push('chat:1', say, { text: 'hi' });

    expect(alice.frames).toEqual([
      {
        hello: {
          version: 1,
          id: 'connection-1',
          session: 'session-1',
          heartbeat: 25_000,
          limits: { payload: 1_048_576, batch: 64, pending: 64, channels: 128 },
        },
        type: 'system',
        payload: 'WebSocket connected',
        timestamp: 90,
      },
      {
        id: 1,
        ok: true,
        result: { channel: 'chat:1' },
        type: 'system',
        payload: 'Subscribed to channel: chat:1',
        timestamp: 90,
      },
      {
        channel: 'chat:1',
        type: 'event',
        payload: { event: said.name, data: { user: 'somebody', text: 'hi' } },
        timestamp: 0,
      },
      { id: 2, ok: true, type: 'json', payload: { heard: 1 }, timestamp: 90 },
    ]);
  });

  it('are those of the page in plain, and what is no JSON is shown as it came', () => {
    const t = chatTest();
    const page = t.connect({ protocol: 'plain' });
    page.send({ type: 'system', payload: { command: 'subscribe', channel: 'chat:1' } });
    t.system.send(page.pid, 'ws.send' as never, { data: 'no JSON' } as never);

    expect(page.frames).toEqual([
      { type: 'system', payload: 'WebSocket connected', timestamp: 0 },
      { type: 'system', payload: 'Subscribed to channel: chat:1', timestamp: 0 },
      { type: 'unreadable', data: 'no JSON' },
    ]);
  });
});

describe('goes', () => {
  it('does something at each letter, a millisecond a character, as time passes (CT3)', () => {
    const t = chatTest();
    const alice = t.connect({ identity: 'alice' });
    const happened: unknown[] = [];
    t.manager.connections$.subscribe(({ type }) => happened.push([t.scheduler.now(), type]));
    t.manager
      .channel('chat:1')
      .members$.subscribe(({ type }) => happened.push([t.scheduler.now(), type]));

    alice.goes('-s-d 1s r', { s: subscribe('chat:1'), d: drop, r: reconnect });
    expect(happened).toEqual([]);
    t.advance('5ms');
    t.advance('2s');

    expect(happened).toEqual([
      [1, 'joined'],
      [3, 'left'],
      [3, 'left'],
      [1_004, 'joined'],
    ]);
    t.end();
  });

  it.each([
    {
      diagram: '-x',
      text: "goes: '-x' has x, which values lacks: add it, or put spaces around a duration such as 10ms",
    },
    { diagram: '-s|', text: "goes: '-s|': a client does not end, it drops" },
  ])('refuses $diagram (Invalid)', ({ diagram, text }) => {
    expect(textOf(() => chatTest().connect().goes(diagram, { s: drop }))).toBe(text);
  });

  it('does not let its client move the clock', () => {
    const t = chatTest();
    t.connect().goes('-s', { s: () => t.advance('1s') });

    expect(textOf(() => t.advance('2ms'))).toBe(
      'advance: the clock is at work, by which this is called',
    );
  });
});

describe('hooks that take their time', () => {
  it('answer on the clock of the test (CT2)', () => {
    const t = channelTest();
    const past = (ms: number) => timer(ms, t.scheduler);
    t.manager.define(
      channel('slow', { join: () => past(50).pipe(map(() => true)) }),
      channel('late', { join: () => past(60_000).pipe(map(() => true)) }),
      channel('broken', { join: () => throwError(() => new Error('no database')) }),
    );
    const alice = t.connect();
    const [slow, late, broken] = ['slow', 'late', 'broken'].map((name) => alice.subscribe(name));

    alice.assertReply(broken as number, { error: 'internal' });
    alice.refuteReply(slow as number);
    t.advance('50ms');
    alice.assertReply(slow as number, { ok: true });
    t.advance('5s');
    alice.assertReply(late as number, { error: 'timeout' });
    t.end();
  });

  it('answer by promises, which are awaited (CT2)', async () => {
    const t = channelTest({
      channels: [channel('slow', { join: async () => true })],
      connect: async (_, { token }) => (token === 'good' ? { identity: 'ann' } : { status: 401 }),
    });
    const [ann, eve] = [t.connect({ token: 'good' }), t.connect({ token: 'bad' })];
    expect(textOf(() => ann.subscribe('slow'))).toBe(
      'client-1 is not connected: its connect hook has not answered: await t.settled()',
    );

    await t.settled();
    const ref = ann.subscribe('slow');
    await t.settled();

    ann.assertReply(ref, { ok: true });
    expect(eve.frames).toEqual([{ type: 'close', code: 1006, reason: 'HTTP 401' }]);
    t.end();
  });
});
