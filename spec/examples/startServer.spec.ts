import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Branch, Sight } from '../../examples/start/watch.js';
import { type Client, cleanUp, open, refusal, within } from '../express/support.js';
import { json, run, type Started, start } from './start.js';

const SERVER = 'examples/start/server.ts';

let server: Started;
const startServer = async (): Promise<void> => {
  server = await start(SERVER);
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

const here = (user: string, change: string, ...members: string[]): Event => ({
  event: 'here',
  data: { user, change, members },
});
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

  it('lets two talk in a room, and tells who comes and goes', async () => {
    const ada = await chat('talk', 'ada');
    expect(await next(ada)).toEqual(here('ada', 'joined', 'ada'));
    const bob = await chat('talk', 'bob');
    const both = here('bob', 'joined', 'ada', 'bob');
    expect([await next(ada), await next(bob)]).toEqual([both, both]);

    say(ada, 'talk', 'hello <b>');
    const hello = said('ada', 'hello <b>');
    expect([await next(ada), await next(bob)]).toEqual([hello, hello]);

    bob.socket.close();
    expect(await next(ada)).toEqual(here('bob', 'left', 'ada'));
  });

  it('tells the others who is typing', async () => {
    const [ada, bob] = [await chat('typing', 'ada'), await chat('typing', 'bob')];
    await next(ada);
    await next(ada);
    await next(bob);

    send(bob, 'typing', 'typing', null);
    say(bob, 'typing', 'done');

    expect(await next(ada)).toEqual({ event: 'typing', data: { user: 'bob' } });
    expect([await next(ada), await next(bob)]).toEqual([said('bob', 'done'), said('bob', 'done')]);
  });

  it('keeps rooms apart', async () => {
    const [ada, bob] = [await chat('one', 'ada'), await chat('two', 'bob')];
    await Promise.all([next(ada), next(bob)]);

    say(ada, 'one', 'in one');
    say(bob, 'two', 'in two');
    say(bob, 'one', 'from outside');

    expect(await next(ada)).toEqual(said('ada', 'in one'));
    expect(await next(bob)).toEqual(said('bob', 'in two'));
  });

  it('takes a member who comes when the last one is going', async () => {
    for (let round = 0; round < 20; round++) {
      const last = await chat('door', 'last');
      await next(last);
      last.socket.close();
      const other = await chat('door', 'other');
      // Others may come and go meanwhile.
      for (;;) {
        const { user, change } = (await next(other)).data as { user: string; change: string };
        if (user === 'other' && change === 'joined') break;
      }
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
    await next(ada);
    await next(ada);
    await next(bob);

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

  it('shows a watcher joins, events and leaves, and first what it has missed', async () => {
    const who = { user: 'ada', room: 'lobby' };
    const ada = await chat('lobby', 'ada');
    await next(ada);
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

  it('restarts a room that is crashed, with its members, and leaves others alone (B25)', async () => {
    const watcher = await open(server.port, '/ws/watch');
    const [ada, bob] = [await chat('lobby', 'ada'), await chat('kitchen', 'bob')];
    await next(ada);
    await next(bob);
    await treeWith(watcher, 'lobby', 0, ['ada']);

    for (let crashes = 1; crashes <= 5; crashes++) {
      send(ada, 'lobby', 'crash', null);
      expect(await next(ada)).toEqual(here('ada', 'stayed', 'ada'));
      await treeWith(watcher, 'lobby', crashes, ['ada']);
    }

    say(ada, 'lobby', 'still here');
    say(bob, 'kitchen', 'nothing happened');
    expect(await next(ada)).toEqual(said('ada', 'still here'));
    expect(await next(bob)).toEqual(said('bob', 'nothing happened'));
    const late = await open(server.port, '/ws/watch');
    for (;;) {
      const { topic, detail } = (await sight(late)) as Sight;
      if (topic !== 'exited') continue;
      expect(detail).toBe('channel:chat:lobby: Error: ada has crashed lobby');
      break;
    }
  });

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'closes its clients with 1001 on %s and exits with 0',
    async (signal) => {
      const clients = [await chat('lobby', 'ada'), await open(server.port, '/echo')];

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
    const client = await open(server.port, '/echo');

    server.child.kill('SIGTERM');

    expect(await within(client.closed, 'the close')).toMatchObject({ code: 1001 });
    expect(await within(server.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
  }, 30_000);
});
