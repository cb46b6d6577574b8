import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { filter, firstValueFrom, map, take, toArray } from 'rxjs';
import WebSocket from 'ws';
import type { Branch, Sight } from '../../examples/start/watch.js';
import { type ChannelClient, connectChannels } from '../../lib/client/index.js';
import { type Client, cleanUp, onCleanup, open, refusal, within } from '../express/support.js';
import { json, run, type Started, start } from './start.js';

const SERVER = 'examples/start/server.ts';

let server: Started;
const startServer = async (env: NodeJS.ProcessEnv = {}): Promise<void> => {
  server = await start(SERVER, env);
};

const chat = (room: string, user: string): Promise<Client> =>
  open(server.port, `/ws/${encodeURIComponent(`chat:${room}`)}?${new URLSearchParams({ user })}`);

/** What the room or the watch says to a client next: the event with its data, without welcomes and replies. */
async function next(client: Client): Promise<Event> {
  const { type, payload } = json(await client.next()) as { type: string; payload: Event };
  return type === 'event' ? payload : next(client);
}

interface Event {
  readonly event: string;
  readonly data: unknown;
}

const send = ({ socket }: Client, room: string, event: string, data: unknown, id?: number): void =>
  socket.send(
    JSON.stringify({ id, type: 'event', channel: `chat:${room}`, payload: { event, data } }),
  );
const say = (client: Client, room: string, text: unknown, id?: number): void =>
  send(client, room, 'say', { text }, id);

/** A client as the page has it. */
function connect(user: string): ChannelClient {
  const url = `ws://127.0.0.1:${server.port}/ws?${new URLSearchParams({ user })}`;
  const client = connectChannels(url, { WebSocket });
  onCleanup(() => client.close());
  return client;
}

const said = (user: string, text: string): Event => ({ event: 'said', data: { user, text } });

/** What a watcher sees happen next, without what differs from run to run. */
async function sight(watcher: Client): Promise<unknown> {
  const { event, data } = await next(watcher);
  if (event !== 'seen') return sight(watcher);
  const { pid: _, ...rest } = data as Sight;
  return rest;
}

/** The tree that a watcher sees next with so many restarts and members of a room. */
async function treeWith(
  watcher: Client,
  room: string,
  restarts: number,
  members: readonly string[],
): Promise<void> {
  for (;;) {
    const { event, data } = await next(watcher);
    if (event !== 'tree') continue;
    const rooms = (data as Branch[]).find(({ name }) => name === 'websocket')?.children;
    const branch = rooms?.find(({ name }) => name === `chat:${room}`);
    const names = branch?.children.map(({ name }) => name).join();
    if (branch?.restarts === restarts && names === members.join()) return;
  }
}

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
    const client = await open(server.port, '/echo');

    expect(await client.ask('grüß dich')).toBe('grüß dich');
    client.socket.send(Buffer.from([0, 1, 255]));
    expect(await client.next()).toEqual(Buffer.from([0, 1, 255]));
    expect(await client.ask('')).toBe('');
  });

  it('serves the client to its page', async () => {
    const script = await fetch(`http://127.0.0.1:${server.port}/rx-process/client.js`);

    expect([script.status, script.headers.get('content-type')]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ]);
  });

  it('lets two talk in a room, and tells who is there (PR1, PR7)', async () => {
    const [ada, bob] = [connect('ada'), connect('bob')];
    const [hers, his] = [ada.channel('chat:talk'), bob.channel('chat:talk')];
    const here = (...names: string[]) =>
      within(
        firstValueFrom(
          hers.presence$.pipe(
            map((list) => list.map(({ key }) => key).sort()),
            filter((keys) => String(keys) === String(names)),
          ),
        ),
        `${names} in the room`,
      );
    const heard = firstValueFrom(his.events('said').pipe(take(2), toArray()));

    await here('ada', 'bob');
    expect(await firstValueFrom(hers.request('say', { text: 'hello <b>' }))).toBe(null);
    await firstValueFrom(his.request('say', { text: 'hello' }));

    expect(await within(heard, 'two messages')).toEqual([
      { user: 'ada', text: 'hello <b>' },
      { user: 'bob', text: 'hello' },
    ]);
    bob.close();
    await here('ada');
  });

  it('tells the others who is typing', async () => {
    const [ada, bob] = [await chat('typing', 'ada'), await chat('typing', 'bob')];

    send(bob, 'typing', 'typing', null);
    say(bob, 'typing', 'done');

    expect(await next(ada)).toEqual({ event: 'typing', data: { user: 'bob' } });
    expect([await next(ada), await next(bob)]).toEqual([said('bob', 'done'), said('bob', 'done')]);
  });

  it('keeps rooms apart', async () => {
    const [ada, bob] = [await chat('one', 'ada'), await chat('two', 'bob')];

    say(ada, 'one', 'in one');
    say(bob, 'two', 'in two');
    say(bob, 'one', 'from outside');

    expect(await next(ada)).toEqual(said('ada', 'in one'));
    expect(await next(bob)).toEqual(said('bob', 'in two'));
  });

  it('takes a member who comes when the last one is going', async () => {
    for (let round = 0; round < 20; round++) {
      const last = await chat('door', 'last');
      last.socket.close();
      const other = await chat('door', 'other');
      say(other, 'door', `${round}`);
      expect(await next(other)).toEqual(said('other', `${round}`));
      other.socket.terminate();
    }
  });

  it.each([
    { what: 'no user', path: '/ws/chat:lobby', status: 403, text: 'Not authorized' },
    { what: 'an empty room', path: '/ws/chat:?user=ada', status: 403, text: 'room: give 1 to 32' },
    { what: 'another channel', path: '/ws/x?user=ada', status: 404, text: 'Unknown channel: x' },
    {
      what: 'a long user',
      path: `/ws/chat:lobby?user=${'a'.repeat(33)}`,
      status: 400,
      text: 'user: give 1 to 32',
    },
    {
      what: 'two users',
      path: '/ws/chat:a?user=a&user=b',
      status: 400,
      text: 'user: give 1 to 32',
    },
    { what: 'a user of two lines', path: '/ws/chat:a?user=a%0Ab', status: 400, text: 'user: give' },
  ])('refuses $what with $status', async ({ path, status, text }) => {
    const refused = await refusal(server.port, path);

    expect([refused.status, refused.body]).toEqual([status, expect.stringMatching(`^${text}`)]);
  });

  it('tells the sender of what cannot be shown, and nobody else', async () => {
    const [ada, bob] = [await chat('limits', 'ada'), await chat('limits', 'bob')];
    expect(json(await ada.next())).toMatchObject({ payload: 'Connected to channel: chat:limits' });

    for (const [i, text] of ['x'.repeat(2_001), '  ', 5].entries()) {
      say(ada, 'limits', text, i + 1);
      const { id, error } = json(await ada.next()) as { id: number; error: object };
      expect([id, error]).toEqual([i + 1, expect.objectContaining({ code: 'invalid_data' })]);
      expect(JSON.stringify(error)).toMatch('text: expected a text of at most 2000 characters');
    }
    send(ada, 'limits', 'shout', null, 9);
    expect(json(await ada.next())).toMatchObject({ id: 9, error: { code: 'unknown_event' } });
    say(ada, 'limits', 'short', 10);
    expect(await next(bob)).toEqual(said('ada', 'short'));
  });

  it.each([
    {
      what: 'a port in use',
      port: () => String(server.port),
      complaint: /port \d+ is in use: set PORT/,
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
  const data = mkdtempSync(join(tmpdir(), 'rx-process-start-'));
  beforeAll(() => startServer({ DATA: data }), 30_000);
  afterAll(async () => {
    await cleanUp();
    rmSync(data, { recursive: true });
  });

  it('shows a watcher joins, events and leaves, and first what it has missed', async () => {
    const who = { user: 'ada', room: 'lobby' };
    const ada = await chat('lobby', 'ada');
    say(ada, 'lobby', 'hello');
    await next(ada);
    const watcher = await open(server.port, '/ws/watch');

    expect(await sight(watcher)).toEqual({ topic: 'channel.joined', ...who, detail: 'connected' });
    expect(await sight(watcher)).toEqual({ topic: 'channel.event', ...who, detail: 'hello' });
    ada.socket.close(1000, 'bye');
    expect(await sight(watcher)).toEqual({ topic: 'channel.left', ...who, detail: 'bye' });
    const eve = await chat('lobby', 'eve');
    expect(await sight(watcher)).toMatchObject({ user: 'eve', detail: 'connected' });
    eve.socket.terminate();
    expect(await sight(watcher)).toMatchObject({ user: 'eve', detail: 'connection lost' });
  });

  const lines = async (): Promise<unknown> => {
    const room = connect('eve').channel('chat:kept', { rewind: 10 });
    return within(firstValueFrom(room.events('said')), 'what was said');
  };

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'closes its clients with 1001 on %s, exits with 0, and knows afterwards what was said (CH2)',
    async (signal) => {
      const clients = [await chat('kept', 'ada'), await open(server.port, '/echo')];
      say(clients[0] as Client, 'kept', 'hello');
      expect(await lines()).toEqual({ user: 'ada', text: 'hello' });

      server.child.kill(signal);
      server.child.kill(signal);

      const closed = await Promise.all(clients.map((client) => within(client.closed, 'the close')));
      expect(closed).toEqual(clients.map(() => ({ code: 1001, reason: 'server shutting down' })));
      expect(await within(server.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
      expect(server.printed()).toBe(`listening on http://127.0.0.1:${server.port}\n`);
      expect(server.complained()).toBe('');

      await startServer({ DATA: data });
      expect(await lines()).toEqual({ user: 'ada', text: 'hello' });
    },
    30_000,
  );

  it('restarts a room that is crashed, with its members, and leaves others alone (B25)', async () => {
    const watcher = await open(server.port, '/ws/watch');
    const [ada, bob] = [await chat('crash', 'ada'), await chat('kitchen', 'bob')];
    await treeWith(watcher, 'crash', 0, ['ada']);

    for (let crashes = 1; crashes <= 5; crashes++) {
      send(ada, 'crash', 'crash', null);
      expect(await next(ada)).toEqual({ event: 'restarted', data: null });
      await treeWith(watcher, 'crash', crashes, ['ada']);
    }

    say(ada, 'crash', 'still here');
    say(bob, 'kitchen', 'nothing happened');
    expect(await next(ada)).toEqual(said('ada', 'still here'));
    expect(await next(bob)).toEqual(said('bob', 'nothing happened'));
    const late = await open(server.port, '/ws/watch');
    for (;;) {
      const { topic, detail } = (await sight(late)) as Sight;
      if (topic !== 'exited') continue;
      expect(detail).toBe('channel:chat:crash: Error: ada has crashed crash');
      break;
    }
  });
});

describe('npm start', () => {
  afterEach(cleanUp);

  it('runs the server, which ends as npm is told to', async () => {
    // It bundles what pages are served before.
    server = await start('npm start --silent', {}, 60_000);
    const client = await open(server.port, '/echo');

    server.child.kill('SIGTERM');

    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1001 });
    expect(await within(server.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
  }, 90_000);
});
