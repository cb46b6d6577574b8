import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, fromEvent } from 'rxjs';
import type { Branch } from '../../examples/start/watch.js';
import { type Client, cleanUp, open, refusal, within } from '../express/support.js';
import { json, run, type Started, start } from './start.js';

const SERVER = 'examples/start/server.ts';

let server: Started;
const startServer = async (): Promise<void> => {
  server = await start(SERVER);
};

const chat = (room: string, user: string): Promise<Client> =>
  open(server.port, `/ws/chat?${new URLSearchParams({ room, user })}`);

interface Shown {
  readonly topic: string;
  readonly payload: object;
}

/** The next that a watcher sees of what is wanted. */
async function shown(watcher: Client, isWanted: (shown: Shown) => boolean): Promise<Shown> {
  const next = json(await watcher.next()) as Shown;
  return isWanted(next) ? next : shown(watcher, isWanted);
}

/** What a watcher sees happen next, without what differs from run to run. */
async function sight(watcher: Client): Promise<unknown> {
  const { topic, payload } = await shown(watcher, ({ topic }) => topic !== 'tree');
  const { client_pid: _, ...rest } = payload as { client_pid: string };
  return { topic, ...rest };
}

/** The tree that a watcher sees next with so many restarts and connections of a room. */
const treeWith = (watcher: Client, room: string, restarts: number, members: number) =>
  shown(watcher, ({ topic, payload }) => {
    if (topic !== 'tree') return false;
    const [app] = payload as Branch[];
    const rooms = app?.children.find(({ name }) => name === 'rooms');
    const branch = rooms?.children.find(({ name }) => name === room);
    return branch?.restarts === restarts && branch.children.length === members;
  });

describe('the start server', () => {
  beforeAll(startServer, 30_000);
  afterAll(cleanUp);

  it('serves a page that needs nothing from elsewhere', async () => {
    const page = await fetch(`http://127.0.0.1:${server.port}/`);
    const html = await page.text();

    expect(page.headers.get('content-type')).toMatch('text/html');
    expect(page.headers.get('content-security-policy')).toMatch("default-src 'self'");
    expect(html).toMatch('<title>rx-process</title>');
    expect(html).not.toMatch(/https?:\/\//);
  });

  it('echoes text as text and bytes as bytes', async () => {
    const client = await open(server.port, '/ws/echo');

    expect(await client.ask('grüß dich')).toBe('grüß dich');
    client.socket.send(Buffer.from([0, 1, 255]));
    expect(await client.next()).toEqual(Buffer.from([0, 1, 255]));
    expect(await client.ask('')).toBe('');
  });

  it('lets two talk in a room, and tells who comes and goes', async () => {
    const ada = await chat('talk', 'ada');
    expect(json(await ada.next())).toEqual({ event: 'joined', user: 'ada', members: ['ada'] });

    const bob = await chat('talk', 'bob');
    const joined = { event: 'joined', user: 'bob', members: ['ada', 'bob'] };
    expect([json(await ada.next()), json(await bob.next())]).toEqual([joined, joined]);

    ada.socket.send('hello <b>');
    const message = { event: 'message', user: 'ada', text: 'hello <b>' };
    expect([json(await ada.next()), json(await bob.next())]).toEqual([message, message]);

    bob.socket.close();
    expect(json(await ada.next())).toEqual({ event: 'left', user: 'bob', members: ['ada'] });
  });

  it('keeps rooms apart', async () => {
    const [ada, bob] = [await chat('one', 'ada'), await chat('two', 'bob')];
    await Promise.all([ada.next(), bob.next()]);

    ada.socket.send('in one');
    bob.socket.send('in two');

    expect(json(await ada.next())).toEqual({ event: 'message', user: 'ada', text: 'in one' });
    expect(json(await bob.next())).toEqual({ event: 'message', user: 'bob', text: 'in two' });
  });

  it('takes a member who comes when the last one is going', async () => {
    for (let round = 0; round < 20; round++) {
      const last = await chat('door', 'last');
      await last.next();
      last.socket.close();
      const next = await chat('door', 'next');
      const joined = json(await next.next()) as { event: string; user: string };
      expect([joined.event, joined.user]).toEqual(['joined', 'next']);
      next.socket.terminate();
    }
  });

  it.each([
    { what: 'no room', path: '/ws/chat?user=ada', name: 'room' },
    { what: 'no user', path: '/ws/chat?room=lobby', name: 'user' },
    { what: 'an empty room', path: '/ws/chat?room=%20&user=ada', name: 'room' },
    { what: 'a long user', path: `/ws/chat?room=lobby&user=${'a'.repeat(33)}`, name: 'user' },
    { what: 'two users', path: '/ws/chat?room=lobby&user=ada&user=bob', name: 'user' },
    { what: 'a user of two lines', path: '/ws/chat?room=lobby&user=a%0Ab', name: 'user' },
  ])('refuses $what with 400', async ({ path, name }) => {
    const { status, body } = await refusal(server.port, path);

    expect([status, body]).toEqual([400, `${name}: give 1 to 32 characters`]);
  });

  it('looks at nothing of a plain request, and starts no room for it', async () => {
    const { status, headers } = await fetch(`http://127.0.0.1:${server.port}/ws/chat`);

    expect([status, headers.get('upgrade')]).toEqual([426, 'websocket']);
  });

  it('refuses what cannot be shown, and says nothing of what is empty', async () => {
    const [ada, bob] = [await chat('limits', 'ada'), await chat('limits', 'bob')];
    await ada.next();
    await ada.next();
    await bob.next();

    ada.socket.send('x'.repeat(2_001));
    expect(json(await ada.next())).toEqual({ event: 'refused', text: 'at most 2000 characters' });
    ada.socket.send('  ');
    ada.socket.send(Buffer.from('bytes'));
    expect(await within(ada.closed, 'the close')).toEqual({
      code: 1003,
      reason: 'a chat is of text',
    });
    expect(json(await bob.next())).toEqual({ event: 'left', user: 'ada', members: ['bob'] });
  });

  it.each([
    {
      what: 'a port in use',
      port: () => String(server.port),
      complaint: /port \d+ is in use: set PORT/,
    },
    {
      what: 'a port that is none',
      port: () => '70000',
      complaint: /PORT is "70000": give a number/,
    },
    {
      what: 'a port that is no number',
      port: () => 'http',
      complaint: /PORT is "http": give a number/,
    },
  ])(
    'says what is wrong with $what, and exits with 1',
    async ({ port, complaint }) => {
      const { exited, complained, printed } = run(SERVER, { PORT: port() });

      expect(await within(exited, 'the exit', 20_000)).toEqual({ code: 1, signal: null });
      expect(complained().trim()).toMatch(complaint);
      expect(complained().trim().split('\n')).toHaveLength(1);
      expect(printed()).toBe('');
    },
    30_000,
  );
});

describe('the start server, afresh', () => {
  beforeEach(startServer, 30_000);
  afterEach(cleanUp);

  it('shows a watcher joins, messages and leaves, and first what it has missed', async () => {
    const metadata = { path: '/ws/chat', room: 'lobby', user: 'ada' };
    const ada = await chat('lobby', 'ada');
    await ada.ask('hello');
    const watcher = await open(server.port, '/ws/watch');

    expect(await sight(watcher)).toEqual({ topic: 'ws.join', metadata });
    expect(await sight(watcher)).toMatchObject({ topic: 'ws.message', data: 'hello', metadata });
    ada.socket.close(1000, 'bye');
    expect(await sight(watcher)).toEqual({ topic: 'ws.leave', reason: 'bye', metadata });

    const echo = await open(server.port, '/ws/echo');
    echo.socket.send(Buffer.alloc(7));
    expect(await sight(watcher)).toEqual({ topic: 'ws.join', metadata: { path: '/ws/echo' } });
    expect(await sight(watcher)).toMatchObject({ topic: 'ws.message', data: '7 bytes' });
    echo.socket.terminate();
    expect(await sight(watcher)).toMatchObject({ topic: 'ws.leave', reason: 'connection lost' });
  });

  it('shows a watcher heartbeats every 10 seconds', async () => {
    const watcher = await open(server.port, '/ws/watch');
    const ada = await chat('lobby', 'ada');
    await ada.ask('hello');
    await sight(watcher);
    await sight(watcher);

    const heartbeat$ = fromEvent(watcher.socket, 'message').pipe(
      filter((event) => String((event as MessageEvent).data).includes('ws.heartbeat')),
    );
    await within(firstValueFrom(heartbeat$), 'a heartbeat', 15_000);

    expect(await sight(watcher)).toMatchObject({
      topic: 'ws.heartbeat',
      message_count: 1,
      metadata: { user: 'ada' },
    });
  }, 30_000);

  it('restarts a room that is crashed, shows it, and leaves other rooms alone', async () => {
    const watcher = await open(server.port, '/ws/watch');
    const [ada, bob] = [await chat('lobby', 'ada'), await chat('kitchen', 'bob')];
    await ada.next();
    await bob.next();
    await treeWith(watcher, 'room:lobby', 0, 1);

    for (let crashes = 1; crashes <= 3; crashes++) {
      const eve = await chat('lobby', 'eve');
      eve.socket.send('/crash');
      expect(await eve.next()).toMatch('joined');
      expect(await within(eve.closed, 'the close')).toEqual({
        code: 1011,
        reason: 'target process exited',
      });
      await treeWith(watcher, 'room:lobby', crashes, 0);
    }

    expect(await within(ada.closed, 'the close')).toMatchObject({ code: 1011 });
    const again = await chat('lobby', 'ada');
    expect(json(await again.next())).toMatchObject({ event: 'joined', members: ['ada'] });
    expect(await bob.ask('still here')).toMatch('still here');
    const late = await open(server.port, '/ws/watch');
    const crash = await shown(late, ({ topic }) => topic === 'exited');
    expect(crash.payload).toMatchObject({ reason: 'Error: eve has crashed lobby' });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'closes its clients with 1001 on %s and exits with 0',
    async (signal) => {
      const clients = [await chat('lobby', 'ada'), await open(server.port, '/ws/echo')];

      server.child.kill(signal);
      server.child.kill(signal);

      const closed = await Promise.all(clients.map((client) => within(client.closed, 'the close')));
      expect(closed).toEqual(clients.map(() => ({ code: 1001, reason: 'server shutting down' })));
      expect(await within(server.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
      expect(server.printed()).toBe(`listening on http://127.0.0.1:${server.port}\n`);
      expect(server.complained()).toBe('');
    },
  );
});

describe('npm start', () => {
  afterEach(cleanUp);

  it('runs the server, which ends as npm is told to', async () => {
    server = await start('npm start --silent');
    const client = await open(server.port, '/ws/echo');

    server.child.kill('SIGTERM');

    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1001 });
    expect(await within(server.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
  }, 30_000);
});
