import { describe, expect, it } from '@jest/globals';
import { ignoreElements, interval, NEVER, timer } from 'rxjs';
import { channel, event } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { topic } from '../../../lib/index.js';
import { type ChannelTest, channelTest, RefusedError } from '../../../lib/testing/index.js';
import { chatTest, textOf } from './support.js';

describe('channelTest', () => {
  it.each([
    {
      option: { scheduller: 1 },
      text: "channelTest: unknown option 'scheduller'; did you mean 'scheduler'?",
    },
    { option: { limits: { chanels: 1 } }, text: 'createWebSocketManager: limits: unknown option' },
  ])('refuses $option (Invalid, I7)', ({ option, text }) => {
    expect(textOf(() => channelTest(option as never))).toContain(text);
  });

  it('has the options of a manager', () => {
    const t = channelTest({ implicitChannels: false, limits: { channels: 1 } });
    t.manager.define(channel('a'), channel('b'));
    const alice = t.connect();

    expect(alice.subscribeAndJoin('a')).toEqual({ channel: 'a' });
    expect(() => alice.subscribeAndJoin('b')).toThrow(expect.objectContaining({ code: 'limit' }));
    alice.unsubscribe('a');
    expect(() => alice.subscribeAndJoin('c')).toThrow(
      expect.objectContaining({ code: 'unknown_channel' }),
    );
    t.end();
  });
});

describe('connect', () => {
  it('asks the connect hook with the request and the token, as websocketRoutes does (B14, CT2)', () => {
    const t = channelTest({
      connect: ({ session }: { session?: { user: string } }, { token }) => ({
        identity: session?.user ?? token,
        metadata: { by: session ? 'session' : 'token' },
        expiresIn: '1h',
      }),
    });

    const ann = t.connect({ request: { session: { user: 'ann' } } });
    const bob = t.connect({ token: 'böb' });
    // Whom a test names, no hook is asked about.
    const cid = t.connect({ identity: 'cid' });

    const known = [ann, bob, cid].map(({ pid }) => t.manager.getConnectionMetadata(pid));
    expect(known.map((each) => [each?.identity, each?.metadata])).toEqual([
      ['ann', { by: 'session' }],
      ['böb', { by: 'token' }],
      ['cid', {}],
    ]);
    t.advance('1h');
    expect([ann.closed, cid.closed]).toEqual([
      { code: 4401, reason: 'authorization expired' },
      undefined,
    ]);
    t.end();
  });

  it.each([
    {
      answer: { status: 401 },
      code: 'HTTP 401',
      retry: false,
      text: 'client-1 connects: HTTP 401',
    },
    {
      answer: { status: 429, body: 'Too many' },
      code: 'HTTP 429',
      retry: true,
      text: 'client-1 connects: HTTP 429: Too many',
    },
    {
      answer: undefined,
      code: 'HTTP 503',
      retry: true,
      text: 'client-1 connects: HTTP 503: Service unavailable\nand the system has logged:\n  channels: the connect hook has failed',
    },
  ])('throws with $code where the hook answers so (B14)', ({ answer, code, retry, text }) => {
    const t = channelTest({ connect: () => answer as never });

    expect(() => t.connect()).toThrow(RefusedError);
    expect(() => t.connect()).toThrow(expect.objectContaining({ code, retry }));
    const first = channelTest({ connect: () => answer as never });
    expect(textOf(() => first.connect()).split(': ProcessError')[0]).toBe(text);
    t.end();
  });

  it('joins the channel of its path, or throws with the status (B4, B15)', () => {
    const t = chatTest();
    const alice = t.connect({ channel: 'chat:1' });
    const page = t.connect({ channel: 'chat:1', protocol: 'plain' });

    expect(t.manager.channels.getSubscribers('chat:1')).toEqual([alice.pid, page.pid]);
    alice.assertPush('chat:1', 'rx:subscribed');
    expect(page.frames[0]?.payload).toBe('Connected to channel: chat:1');
    expect(textOf(() => t.connect({ channel: 'secret' }))).toBe(
      'client-3 connects: HTTP 403: Not authorized for channel: secret',
    );
    t.end();
  });

  it('offers a dialect that is not spoken, and sees how the server answers (CP3)', () => {
    const t = channelTest();

    expect(textOf(() => t.connect({ protocol: 'rx-process.v2' }))).toContain(
      'HTTP 400: Unsupported subprotocol',
    );
    expect(t.connect({ protocol: 'rx-process.v2, rx-process.unsupported' }).closed).toEqual({
      code: 4406,
      reason: 'server speaks rx-process.v1',
    });
    t.end();
  });

  it('refuses an option that it does not know (Invalid, I7)', () => {
    expect(textOf(() => chatTest().connect({ identiy: 'x' } as never))).toContain(
      "connect: unknown option 'identiy'; did you mean 'identity'?",
    );
  });

  it('leaves a client waiting whose hook never answers, until the time of the hook is over', async () => {
    const t = channelTest({ connect: () => new Promise<never>(() => {}) });
    const alice = t.connect();

    t.advance('5s');
    await t.settled();

    expect(alice.closed).toEqual({ code: 1006, reason: 'HTTP 503: Service unavailable' });
  });
});

describe('end', () => {
  it('passes where nothing is left: subscriptions, expiries, handshakes, requests of both sides (CT2)', () => {
    const t = channelTest({ channels: [channel('*', { join: () => ({ expiresIn: '2h' }) })] });
    const [alice, bob] = [t.connect({ identity: 'alice' }), t.connect()];
    alice.subscribeAndJoin('a');
    bob.subscribeAndJoin('a');
    t.manager.messages$.subscribe();
    alice.push('a', 'never answered');
    t.manager.request(bob.pid, event('whoami'), null).subscribe({ error: () => {} });

    t.end();

    expect([alice.closed?.code, t.manager.connectionCount()]).toEqual([1006, 0]);
    // Once more is nothing.
    t.end();
  });

  it.each<{ what: string; leave: (t: ChannelTest) => void; text: string }>([
    {
      what: 'a handshake',
      leave: ({ manager }) => {
        const { arrivals } = manager[insideOf];
        const connection = arrivals.newcomer({});
        arrivals.expect({
          connection,
          channel: undefined,
          payload: 0,
          expiresIn: undefined,
          refresh: undefined,
        });
      },
      text: '1 × handshake under way',
    },
    {
      what: 'a client that was not told of',
      leave: ({ manager }) => {
        const { broker } = manager[insideOf];
        broker.departures.left = () => undefined;
      },
      text: '2 × client that has gone, of whom nobody was told',
    },
    {
      what: 'a connection of the manager',
      leave: ({ manager }) => {
        manager[insideOf].broker.remove = () => {};
      },
      text: '2 × connection of the manager: {relay|0x00002}, {relay|0x00003}',
    },
    {
      what: 'a process of a channel',
      leave: ({ system }) => {
        system.hosts.add('channels');
        system.spawn(() => NEVER, { host: 'channels', name: 'channel:a' });
      },
      text: '1 × process of a channel: channel:a',
    },
    {
      what: 'a connection of the relay',
      leave: ({ system }) => void system.spawn(() => NEVER, { host: 'relay', name: 'stuck' }),
      text: '1 × connection of the relay: stuck',
    },
    {
      what: 'a channel that has not let go of a member, or of its process',
      leave: ({ manager }) => {
        const { channels } = manager[insideOf].broker;
        channels.open('a').ways = new Map();
        channels.open('b').room = {} as never;
      },
      text: '1 × channel with a filter or a clock of a member: a\n  1 × channel with a process: b',
    },
    {
      what: 'a session whose connection has gone',
      leave: ({ manager }) => {
        const { sessions } = manager[insideOf].broker;
        sessions.lose = () => {};
      },
      text: '2 × session without a connection',
    },
    {
      what: 'a call',
      leave: ({ system }) => {
        const deaf = system.spawn(() => NEVER);
        system.call(deaf, topic('ask'), undefined, { timeout: '720h' }).subscribe();
      },
      text: '1 × call without its reply',
    },
    {
      what: 'a timer',
      leave: ({ scheduler }) => void interval(1_000, scheduler).subscribe(),
      text: '1 × timer, beside those of processes',
    },
  ])('names what is left: $what (CT2)', ({ leave, text }) => {
    const t = channelTest();
    t.connect();
    t.connect();
    leave(t);

    expect(textOf(() => t.end())).toBe(
      `t.end(): all clients have gone, and this is left:\n  ${text}`,
    );
  });

  it('waits for what ends by itself (CT2)', () => {
    const t = channelTest();
    t.system.hosts.add('channels');
    t.system.spawn((_, self) => timer(3_600_000, self.scheduler).pipe(ignoreElements()), {
      host: 'channels',
    });

    t.end();

    expect(t.scheduler.now()).toBeGreaterThan(3_600_000);
    expect(t.system.processes()).toEqual([]);
  });

  it('ends the processes of the test as well', () => {
    const t = channelTest();
    t.system.spawn((_, self) => interval(1_000, self.scheduler).pipe(ignoreElements()));
    t.connect();

    t.end();

    expect(t.system.processes()).toEqual([]);
  });
});
