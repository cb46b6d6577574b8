import { afterEach, describe, expect, it } from '@jest/globals';
import { finalize, ignoreElements, map, merge, mergeMap, NEVER, tap } from 'rxjs';
import { setRelay, type WebsocketRelayOptions, ws } from '../../lib/express/index.js';
import {
  type Behavior,
  type Exit,
  type ExitReason,
  exit,
  type Message,
  ofTopic,
  type Pid,
  type System,
  type SystemEvent,
  send,
} from '../../lib/index.js';
import { ConnectionError } from '../../lib/relay/index.js';
import { type Probe, probe } from '../../lib/testing/index.js';
import {
  type Client,
  cleanUp,
  deferred,
  echo,
  frame,
  handshake,
  open,
  Raw,
  type Running,
  refusal,
  serve,
  within,
} from '../express/support.js';
import { brief, collect, settled } from '../support/runtime.js';

afterEach(cleanUp);

/** One connection, seen from its client, its target and a monitor. */
interface Scene extends Running {
  readonly client: Client;
  readonly target: Probe;
  readonly pid: Pid;
  readonly exit: Promise<Exit>;
}

async function scene(relay: WebsocketRelayOptions = {}, options: object = {}): Promise<Scene> {
  const running = await serve({ relay, routes: relayTo(() => target.pid) });
  const target = probe(running.system);
  const client = await open(running.port, '/ws', options);
  const { payload } = await target.expect(ws.join);
  const pid = payload.client_pid;
  return { ...running, client, target, pid, exit: exitOf(running.system, pid) };
}

const relayTo =
  (target: () => Pid) =>
  (app: Running['app']): void => {
    app.get('/ws', (req, res) => {
      setRelay(res, { target_pid: target(), metadata: { ...(req.query as object) } }).end();
    });
  };

function exitOf(system: System, pid: Pid): Promise<Exit> {
  const ended = deferred<Exit>();
  system.monitor(pid).subscribe(ended.resolve);
  return within(ended.promise, `the exit of ${pid}`);
}

/** Bytes as a client would never send them. */
const sendRaw = (client: Client, ...bytes: number[]): void => {
  const { _socket: net } = client.socket as unknown as { _socket: { write(data: Buffer): void } };
  net.write(Buffer.of(...bytes));
};

/** An exit as one text: its type, code and reason. */
function shown({ reason, result }: Exit): string {
  const { code, reason: text } = (result.value ?? result.error) as ConnectionError;
  return code === undefined ? brief(reason) : `${reason.type} ${code} ${text}`.trimEnd();
}

/** Writes to a client that does not read until there is too much of it. */
async function flood({ client, target, pid }: Scene): Promise<void> {
  client.socket.pause();
  for (let i = 0; i < 24; i++) {
    target.self.send(pid, ws.send, { data: new Uint8Array(512 * 1024) });
    await settled(1);
  }
}

describe('a connection closes', () => {
  const gone = 'target process exited';
  type Row = [
    cause: string,
    deed: (scene: Scene) => unknown,
    /** What the client sees, what the target is told ('': dead), and what a monitor gets. */
    client: string,
    leave: string,
    exit: string,
    relay?: WebsocketRelayOptions,
    connect?: object,
  ];
  it.each<Row>([
    [
      'a: client close',
      ({ client }) => client.socket.close(1000, 'bye'),
      '1000 bye',
      'bye',
      'normal 1000 bye',
    ],
    [
      'a: client close without a code',
      ({ client }) => client.socket.close(),
      '1005',
      'client closed',
      'normal 1005',
    ],
    [
      'a: client close of an abnormal class',
      ({ client }) => client.socket.close(1011, 'oops'),
      '1011 oops',
      'oops',
      'error 1011 oops',
    ],
    [
      'b: socket lost',
      ({ client }) => client.socket.terminate(),
      '1006',
      'connection lost',
      'error 1006 connection lost',
    ],
    [
      'c: ws.close',
      ({ target, pid }) => target.self.send(pid, ws.close, { code: 4001, reason: 'kicked' }),
      '4001 kicked',
      'kicked',
      'normal 4001 kicked',
    ],
    [
      'c: ws.close of an abnormal class',
      ({ target, pid }) => target.self.send(pid, ws.close, { code: 1008, reason: 'no' }),
      '1008 no',
      'no',
      'error 1008 no',
    ],
    [
      'c: ws.close with a wrong code (W4)',
      ({ target, pid }) => target.self.send(pid, ws.close, { code: 1006 }),
      '1011',
      'closed by server',
      'error 1011',
    ],
    [
      'd: target exits normally',
      ({ target }) => target.self.exit('normal'),
      `1000 ${gone}`,
      '',
      `normal 1000 ${gone}`,
    ],
    [
      'e: target is shut down',
      ({ target }) => target.self.exit('shutdown'),
      `1001 ${gone}`,
      '',
      `normal 1001 ${gone}`,
    ],
    [
      'f: target crashes',
      ({ target }) => target.self.exit(new Error('secret')),
      `1011 ${gone}`,
      '',
      `error 1011 ${gone}`,
    ],
    [
      'f: target is killed',
      ({ system, target }) => system.terminate(target.pid),
      `1011 ${gone}`,
      '',
      `error 1011 ${gone}`,
    ],
    [
      'g: a linked process crashes',
      ({ system, pid }) => {
        const { self } = probe(system);
        self.link(pid);
        self.exit(new Error('boom'));
      },
      '1011 linked process exited',
      'linked process exited',
      'error boom',
    ],
    [
      'h: cancel',
      ({ system, pid }) => system.cancel(pid),
      '1001 cancelled',
      'cancelled',
      'normal 1001 cancelled',
    ],
    [
      'h: cancel with a reason',
      ({ system, pid }) => system.cancel(pid, { reason: 'maintenance' }),
      '1001 maintenance',
      'maintenance',
      'normal 1001 maintenance',
    ],
    ['i: terminate', ({ system, pid }) => system.terminate(pid), '1006', 'terminated', 'killed'],
    [
      'j: the relay shuts down',
      ({ relay }) => relay.shutdown(),
      '1001 server shutting down',
      'server shutting down',
      'normal 1001 server shutting down',
    ],
    [
      'j: the host stops',
      ({ system }) => system.hosts.stop('relay'),
      '1001 server shutting down',
      'server shutting down',
      'normal 1001 server shutting down',
    ],
    [
      'k: protocol error',
      ({ client }) => sendRaw(client, 0x83, 0x80, 0, 0, 0, 0),
      '1002',
      'protocol error',
      'error 1002 protocol error',
    ],
    [
      'k: invalid UTF-8',
      ({ client }) => sendRaw(client, 0x81, 0x81, 0, 0, 0, 0, 0xff),
      '1007',
      'invalid payload',
      'error 1007 invalid payload',
    ],
    [
      'k: message too big',
      ({ client }) => client.socket.send('x'.repeat(1_001)),
      '1009',
      'message too big',
      'error 1009 message too big',
      { maxPayload: 1_000 },
    ],
    [
      'l: no pong in time',
      () => {},
      '1006',
      'ping timeout',
      'error 1006 ping timeout',
      { pingInterval: 20 },
      { autoPong: false },
    ],
    [
      'm: slow consumer',
      async (scene) => {
        await flood(scene);
        scene.client.socket.resume();
      },
      '1013 slow consumer',
      'slow consumer',
      'error 1013 slow consumer',
      { maxBuffered: 256 * 1024, closeTimeout: '3s' },
    ],
  ])('%s', async (...row) => {
    const [, deed, seen, leave, exit, relay, connect] = row;
    const made = await scene(relay, connect);
    await deed(made);

    const { code, reason } = await within(made.client.closed, 'the close');
    expect(`${code} ${reason}`.trimEnd()).toBe(seen);
    expect(shown(await made.exit)).toBe(exit);
    if (leave !== '') {
      const { payload, from } = await made.target.expect(ws.leave);
      expect(payload).toEqual({ client_pid: made.pid, reason: leave, metadata: {} });
      expect(from).toBe(made.pid);
    }
    await settled();
    const topics = made.target.messages.map(({ topic }) => topic);
    expect(topics).toEqual(leave === '' ? ['ws.join'] : ['ws.join', 'ws.leave']);
    expect(made.relay.count).toBe(0);
    expect(made.system.processes().some(({ pid }) => pid === made.pid)).toBe(false);
  });

  it('m: with 1013 when its target refuses a frame (M11)', async () => {
    const running = await serve({
      relay: { flowControl: false },
      routes: relayTo(() => target),
    });
    const target = running.system.spawn(() => NEVER);
    const client = await open(running.port, '/ws');
    for (let i = 0; i < 10_001; i++) client.socket.send('x');

    expect(await within(client.closed, 'the close')).toEqual({
      code: 1013,
      reason: 'target overloaded',
    });
  });

  it('m: and disturbs no other connection', async () => {
    const made = await scene({ maxBuffered: 256 * 1024, closeTimeout: 50 });
    const other = await open(made.port, '/ws?other=1');
    const { payload } = await made.target.expect(ws.join);
    await flood(made);
    made.target.self.send(payload.client_pid, ws.send, { data: 'still here' });

    expect(await other.next()).toBe('still here');
    // The one that does not read is cut off in the end, and its reason stays the first (Z3).
    expect(shown(await made.exit)).toBe('error 1013 slow consumer');
  });

  it('after the close timeout when the client does not answer; code and reason stay (Z3)', async () => {
    const running = await serve({ relay: { closeTimeout: 30 }, routes: relayTo(() => target.pid) });
    const { system } = running;
    const target = probe(system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    const { payload } = await target.expect(ws.join);
    const pid = payload.client_pid;
    const ended = exitOf(system, pid);
    system.send(pid, ws.close, { code: 4000, reason: 'kicked' });
    await raw.until(/kicked/);

    expect(shown(await ended)).toBe('normal 4000 kicked');
    expect((await target.expect(ws.leave)).payload.reason).toBe('kicked');
    await raw.end();
  });
});

describe('a connection as a process', () => {
  it('has a PID under the host of its relay, and hears what is sent to its name (L1, O1)', async () => {
    const { system, client, pid } = await scene({ host: 'front' });
    system.names.register('ann', pid);
    system.send('ann', ws.send, { data: 'hello' });

    expect(pid).toMatch(/^\{front\|0x/);
    expect(await client.next()).toBe('hello');
  });

  it('is gone for a monitor, and its name is free, once its EXIT is there (Y1, N5, N2)', async () => {
    const { system, client, pid, exit } = await scene();
    system.names.register('ann', pid);
    const atExit = deferred<unknown[]>();
    system.monitor(pid).subscribe(() => {
      atExit.resolve([system.names.lookup('ann'), system.send(pid, 'x')]);
    });
    client.socket.close();

    expect(await within(atExit.promise, 'the exit')).toEqual([undefined, false]);
    await exit;
    expect((await exitOf(system, pid)).reason).toEqual({ type: 'noproc' });
  });

  it('takes a linker that does not trap down with its error, and only then (Y1, K7)', async () => {
    const clean = await scene();
    const linked = probe(clean.system);
    linked.self.link(clean.pid);
    await settled();
    clean.client.socket.close(1000);
    await clean.exit;
    await settled();
    expect(clean.system.processes().map(({ pid }) => pid)).toContain(linked.pid);

    const dirty = await scene();
    const doomed = probe(dirty.system);
    doomed.self.link(dirty.pid);
    await settled();
    const end = exitOf(dirty.system, doomed.pid);
    dirty.client.socket.terminate();
    expect((await end).reason).toEqual((await dirty.exit).reason);
    expect((await end).result.error).toBeInstanceOf(ConnectionError);
  });

  it('is LINK_DOWN for a linker that traps (Y1, K6)', async () => {
    const { system, client, pid } = await scene();
    const trapper = probe(system);
    trapper.self.setOptions({ trapLinks: true });
    const downs = collect(trapper.self.signals$, (signal) => [signal.kind, signal.from]);
    trapper.self.link(pid);
    await settled();
    const ended = exitOf(system, pid);
    client.socket.terminate();
    await ended;
    await settled();

    expect(downs).toEqual([['pid.link.down', pid]]);
    system.terminate(trapper.pid);
  });

  it('shows its leave before its EXIT to a target that monitors it (Y2)', async () => {
    const log: string[] = [];
    const ended = deferred();
    const watcher: Behavior = (inbox, self) => {
      const exit$ = inbox.pipe(
        ofTopic(ws.join),
        mergeMap(({ payload }) => self.monitor(payload.client_pid)),
      );
      return merge(inbox, exit$).pipe(
        tap((event) => {
          log.push('topic' in event ? event.topic : event.kind);
          if ('kind' in event) ended.resolve();
        }),
        ignoreElements(),
      );
    };
    const running = await serve({ routes: relayTo(() => target) });
    const target = running.system.spawn(watcher);
    const client = await open(running.port, '/ws');
    client.socket.send('hi');
    client.socket.close();
    await within(ended.promise, 'the EXIT');

    expect(log).toEqual(['ws.join', 'ws.message', 'ws.leave', 'pid.exit']);
  });

  it('lives while it closes: found, taking and dropping what is sent (Y3)', async () => {
    const running = await serve({
      relay: { closeTimeout: 100 },
      routes: relayTo(() => target.pid),
    });
    const { system } = running;
    const target = probe(system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    const { payload } = await target.expect(ws.join);
    const pid = payload.client_pid;
    system.names.register('ann', pid);
    const drops: SystemEvent[] = [];
    system.events$.subscribe((event) => {
      if (event.type === 'drop') drops.push(event);
    });
    const ended = exitOf(system, pid);
    system.cancel(pid);
    await raw.until(/cancelled/);

    expect(system.names.lookup('ann')).toBe(pid);
    expect(system.send(pid, ws.send, { data: 'late' })).toBe(true);
    expect(system.send(pid, ws.close, { code: 4000 })).toBe(true);
    raw.write(frame('late, too'));
    expect(shown(await ended)).toBe('normal 1001 cancelled');
    expect(drops.every((drop) => 'pid' in drop && drop.pid === pid)).toBe(true);
    expect(drops.reduce((sum, drop) => sum + ('count' in drop ? drop.count : 0), 0)).toBe(3);
    expect(raw.text).not.toContain('late');
    expect(target.messages.map(({ topic }) => topic)).toEqual(['ws.join', 'ws.leave']);
  });

  it('starts closing on an exit signal, but for kill (Y3, E2)', async () => {
    const one = await scene();
    one.system.exit(one.pid, new Error('out'));
    expect((await within(one.client.closed, 'the close')).code).toBe(1011);
    expect(brief((await one.exit).reason)).toBe('error out');

    const two = await scene();
    two.system.exit(two.pid, 'normal');
    await settled();
    two.target.self.send(two.pid, ws.send, { data: 'alive' });
    expect(await two.client.next()).toBe('alive');
    two.system.exit(two.pid, 'kill');
    expect((await within(two.client.closed, 'the end')).code).toBe(1006);
    expect((await two.target.expect(ws.leave)).payload.reason).toBe('terminated');
  });

  it('brings last words out before the close of who said them (W3)', async () => {
    const lastWords: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        mergeMap(({ payload: { client_pid: client } }) => [
          send(client, ws.send, { data: 'one' }),
          send(client, ws.send, { data: 'two' }),
          send(client, ws.close, { code: 4000, reason: 'done' }),
          exit(new Error('and dead')),
        ]),
      );
    const running = await serve({ routes: relayTo(() => target) });
    const target = running.system.spawn(lastWords);
    const client = await open(running.port, '/ws');

    expect(await client.ask('go')).toBe('one');
    expect(await client.next()).toBe('two');
    expect(await within(client.closed, 'the close')).toEqual({ code: 4000, reason: 'done' });
  });

  it('brings last words out also when their sender only exits (W3, d)', async () => {
    const lastWords: Behavior = (inbox) =>
      inbox.pipe(
        ofTopic(ws.message),
        mergeMap(({ payload }) => [
          send(payload.client_pid, ws.send, { data: 'bye' }),
          exit('normal'),
        ]),
      );
    const running = await serve({ routes: relayTo(() => target) });
    const target = running.system.spawn(lastWords);
    const client = await open(running.port, '/ws');

    expect(await client.ask('go')).toBe('bye');
    expect((await within(client.closed, 'the close')).code).toBe(1000);
  });

  it('processes bytes that came with the handshake after the join, in order (L2)', async () => {
    const running = await serve({ routes: relayTo(() => target.pid) });
    const target = probe(running.system);
    const raw = new Raw(running.port);
    raw.write(Buffer.concat([Buffer.from(handshake('/ws')), frame('a'), frame('b'), frame('c')]));
    await target.expect(ws.join);
    for (const data of ['a', 'b', 'c']) {
      expect((await target.expect(ws.message)).payload.data).toBe(data);
    }
    expect(target.messages[0]?.topic).toBe('ws.join');
  });
});

describe('a target that the relay owns (H1)', () => {
  const started: string[] = [];
  const owned =
    (name: string): Behavior =>
    (inbox, self) => {
      started.push(name);
      return echo(inbox, self) as never;
    };

  async function serveOwned(target: Behavior, relay: WebsocketRelayOptions = {}): Promise<Running> {
    return serve({
      relay,
      routes: (app) => {
        app.get('/ws', (_req, res) => void setRelay(res, { target }).end());
        app.get('/ws/bad', (_req, res) => {
          setRelay(res, { target, heartbeat_interval: 'often' }).end();
        });
      },
    });
  }

  it('is not spawned for an upgrade that is refused', async () => {
    const { port, system } = await serveOwned(owned('refused'));

    expect((await refusal(port, '/ws/bad')).status).toBe(400);
    expect((await refusal(port, '/ws', { origin: 'https://evil.example' })).status).toBe(403);
    expect(started).toEqual([]);
    expect(system.processes()).toEqual([]);
  });

  it.each<[string, (client: Client, system: System, pid: Pid) => void]>([
    ['its client closes', (client) => client.socket.close()],
    ['its client vanishes', (client) => client.socket.terminate()],
    ['its connection is terminated', (_client, system, pid) => void system.terminate(pid)],
    ['its connection is cancelled', (_client, system, pid) => void system.cancel(pid)],
  ])('ends, after its leave, when %s', async (_what, deed) => {
    const log: string[] = [];
    const gone = deferred();
    const stubborn: Behavior = (inbox) =>
      inbox.pipe(
        tap(({ topic }: Message) => log.push(topic)),
        ignoreElements(),
        finalize(() => gone.resolve()),
      );
    const { port, system, relay } = await serveOwned(stubborn);
    const client = await open(port, '/ws');
    const connection = system.processes().find(({ host }) => host === 'relay');
    deed(client, system, connection?.pid as Pid);
    await within(gone.promise, 'the end of the target');

    expect(log).toEqual(['ws.join', 'ws.leave']);
    expect(system.processes()).toEqual([]);
    expect(relay.count).toBe(0);
  });

  it('closes its connection when it ends by itself (d)', async () => {
    const brief: Behavior = (inbox) => inbox.pipe(map(() => exit('normal')));
    const { port } = await serveOwned(brief);
    const client = await open(port, '/ws');

    expect((await within(client.closed, 'the close')).code).toBe(1000);
  });

  it('closes its connection with 1011 when it crashes at once (f)', async () => {
    const broken: Behavior = () => {
      throw new Error('secret');
    };
    const { port } = await serveOwned(broken);
    const client = await open(port, '/ws');

    expect(await within(client.closed, 'the close')).toEqual({
      code: 1011,
      reason: 'target process exited',
    });
  });
});

describe('shutdown (Q3)', () => {
  it('of the relay closes all, tells live targets, refuses the rest, and keeps no timer', async () => {
    const made = await scene();
    const others = [await open(made.port, '/ws'), await open(made.port, '/ws')];
    const done = made.relay.shutdown();

    expect((await refusal(made.port, '/ws')).status).toBe(503);
    for (const client of [made.client, ...others]) {
      expect(await within(client.closed, 'the close')).toEqual({
        code: 1001,
        reason: 'server shutting down',
      });
    }
    await within(done, 'the shutdown');
    expect(made.relay.count).toBe(0);
    for (let i = 0; i < 3; i++) {
      expect((await made.target.expect(ws.leave)).payload.reason).toBe('server shutting down');
    }
  });

  it('of the relay waits for a client that does not answer no longer than the close timeout', async () => {
    const running = await serve({ relay: { closeTimeout: 30 }, routes: relayTo(() => target.pid) });
    const target = probe(running.system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    await target.expect(ws.join);
    await within(running.relay.shutdown(), 'the shutdown');

    expect(await raw.end()).toContain('server shutting down');
  });

  it('of the system closes its connections with 1001, and resolves', async () => {
    const made = await scene();
    const { system, client } = made;
    const done = system.shutdown();

    expect(await within(client.closed, 'the close')).toEqual({
      code: 1001,
      reason: 'server shutting down',
    });
    await within(done, 'the shutdown');
    expect(system.processes()).toEqual([]);
    expect(made.relay.count).toBe(0);
    expect((await refusal(made.port, '/ws')).status).toBe(503);
  });

  it('of the system closes relays first, so that live targets see the leave (O3, Q3)', async () => {
    const { system, target } = await scene();
    const left = target.expect(ws.leave);
    await within(system.shutdown(), 'the shutdown');

    expect((await left).payload.reason).toBe('server shutting down');
  });

  it('of the system does not wait for a client beyond its timeout; the cause stays (Z3)', async () => {
    const running = await serve({
      relay: { closeTimeout: '1m' },
      routes: relayTo(() => target.pid),
    });
    const { system } = running;
    const target = probe(system);
    const raw = new Raw(running.port).write(handshake('/ws'));
    const { payload } = await target.expect(ws.join);
    const ended = exitOf(system, payload.client_pid);
    await within(system.shutdown({ timeout: 50 }), 'the shutdown');

    expect((await ended).reason).toEqual({ type: 'killed' } satisfies ExitReason);
    expect(await raw.end()).toContain('server shutting down');
  });
});
