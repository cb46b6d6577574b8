import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { app, system } from '../../examples/02c-whole-chat.js';
import { acceptUpgrades } from '../../lib/express/index.js';
import { type Client, cleanUp, onCleanup, open, refusal, within } from '../express/support.js';
import { json, type Started, start } from './start.js';

const EXAMPLE = 'examples/02c-whole-chat.ts';
const error = (text: string) => ({ type: 'error', error: text });
const BAD = error('bad message');

let started: Started;
const path = (query: Record<string, string>) => `/ws/chat?${new URLSearchParams(query)}`;
const next = async (client: Client): Promise<unknown> => json(await client.next());
const say = (client: Client, message: object): void => client.socket.send(JSON.stringify(message));
/** What a client is told next: of itself only that it has sent garbage, which comes behind all else. */
const nothingMore = async (client: Client): Promise<void> => {
  expect(json(await client.ask('garbage{'))).toEqual(BAD);
};

/** Enters a room that has users in it already, and has all of them read of it. */
async function enter(room: string, user: string, there: Map<string, Client> = new Map()) {
  const client = await open(started.port, path({ room, user }));
  expect(await next(client)).toMatchObject({ type: 'history' });
  there.set(user, client);
  const joined = { type: 'joined', user, users: [...there.keys()] };
  for (const each of there.values()) expect(await next(each)).toEqual(joined);
  return client;
}

/** A room of its own, with so many in it. */
async function roomOf<const U extends readonly string[]>(room: string, ...users: U) {
  const there = new Map<string, Client>();
  for (const user of users) await enter(room, user, there);
  return Object.fromEntries(there) as Record<U[number], Client>;
}

const fetchFrom = (to: string, method = 'GET') =>
  fetch(`http://127.0.0.1:${started.port}${to}`, { method });

afterAll(cleanUp);

describe('examples/02c-whole-chat', () => {
  beforeAll(async () => {
    started = await start(EXAMPLE);
  }, 30_000);

  it.each([
    { what: 'no user', to: '/ws/chat?room=lobby', status: 401 },
    { what: 'an empty user', to: '/ws/chat?user=', status: 401 },
    { what: 'two rooms', to: '/ws/chat?user=ada&room=a&room=b', status: 400 },
  ])('answers $status to $what', async ({ to, status }) => {
    expect((await refusal(started.port, to)).status).toBe(status);
  });

  it('tells who has come and gone, and who is there', async () => {
    const { ada, bob } = await roomOf('doors', 'ada', 'bob');

    bob.socket.close();

    expect(await next(ada)).toEqual({ type: 'left', user: 'bob', users: ['ada'] });
  });

  it('hands what one says, and that one types, to all others of the room', async () => {
    const { ada, bob, cy } = await roomOf('talk', 'ada', 'bob', 'cy');
    const { eve } = await roomOf('elsewhere', 'eve');

    say(ada, { type: 'typing' });
    say(ada, { type: 'say', text: 'grüß dich' });

    for (const other of [bob, cy]) {
      expect(await next(other)).toEqual({ type: 'typing', user: 'ada' });
      expect(await next(other)).toEqual({ type: 'said', user: 'ada', text: 'grüß dich' });
    }
    await nothingMore(ada);
    await nothingMore(eve);
  });

  it('shows the last 20 messages to who joins', async () => {
    const { ada, bob } = await roomOf('history', 'ada', 'bob');

    for (let n = 1; n <= 25; n++) say(ada, { type: 'say', text: `${n}` });
    for (let n = 1; n <= 25; n++) await next(bob);

    const messages = Array.from({ length: 20 }, (_, i) => ({ user: 'ada', text: `${i + 6}` }));
    const cy = await open(started.port, path({ room: 'history', user: 'cy' }));
    expect(await next(cy)).toEqual({ type: 'history', messages });
  });

  it('hands a direct message to its user, in the same room only', async () => {
    const { ada, bob, cy } = await roomOf('direct', 'ada', 'bob', 'cy');
    const { eve } = await roomOf('secrets', 'eve');

    say(ada, { type: 'direct', to: 'bob', text: 'psst' });
    say(ada, { type: 'direct', to: 'eve', text: 'psst' });

    expect(await next(bob)).toEqual({ type: 'direct', user: 'ada', text: 'psst' });
    expect(await next(ada)).toEqual(error('no such user'));
    await nothingMore(cy);
    await nothingMore(eve);
  });

  it.each([
    { what: 'no JSON', frame: 'garbage{' },
    { what: 'bytes', frame: Buffer.from('{"type":"typing"}') },
    { what: 'null', frame: 'null' },
    { what: 'an unknown type', frame: '{"type":"constructor"}' },
    { what: 'a text that is none', frame: '{"type":"say","text":5}' },
    { what: 'no text', frame: '{"type":"direct","to":"ada"}' },
    { what: 'a text of 2,001', frame: JSON.stringify({ type: 'say', text: 'a'.repeat(2_001) }) },
  ])('tells the sender of $what, and nobody else', async ({ what, frame }) => {
    const { ada, bob } = await roomOf(what, 'ada', 'bob');

    ada.socket.send(frame);

    expect(await next(ada)).toEqual(BAD);
    await nothingMore(bob);
  });

  it('goes on after a bug, with everybody in the room and its history', async () => {
    const { ada, bob } = await roomOf('bug', 'ada', 'bob');
    say(ada, { type: 'say', text: 'before' });

    for (let n = 1; n <= 3; n++) say(ada, { type: 'bug' });
    say(ada, { type: 'say', text: 'after' });

    for (const text of ['before', 'after']) expect(await next(bob)).toMatchObject({ text });
    const cy = await open(started.port, path({ room: 'bug', user: 'cy' }));
    expect(await next(cy)).toMatchObject({ messages: [{ text: 'before' }, { text: 'after' }] });
    expect(started.complained()).toContain('Error: a bug');
  });

  it('lists the rooms that somebody is in, whatever they are called', async () => {
    await roomOf('list', 'ann', 'ben');
    await roomOf('__proto__', 'cat');

    const rooms = await (await fetchFrom('/rooms')).text();

    expect(rooms).toContain('"list":["ann","ben"]');
    expect(rooms).toContain('"__proto__":["cat"]');
  });

  it('closes all connections of a user who is logged out', async () => {
    const { max, mia } = await roomOf('logout', 'max', 'mia');
    const { max: other } = await roomOf('logout too', 'max');

    expect((await fetchFrom('/logout/max', 'POST')).status).toBe(204);

    for (const client of [max, other]) {
      expect(await within(client.closed, 'the close')).toEqual({
        code: 4001,
        reason: 'logged out',
      });
    }
    expect(await next(mia)).toEqual({ type: 'left', user: 'max', users: ['mia'] });
  });

  it('ends with SIGTERM, and closes its clients with 1001', async () => {
    const { ada } = await roomOf('end', 'ada');

    started.child.kill('SIGTERM');

    expect(await within(ada.closed, 'the close')).toMatchObject({ code: 1001 });
    expect(await within(started.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
  });
});

describe('a room of examples/02c-whole-chat that ends', () => {
  it('closes its clients with 1011, and is there again for who comes back', async () => {
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    acceptUpgrades(server);
    onCleanup(async () => {
      server.close();
      await system.shutdown();
    });
    const { port } = server.address() as AddressInfo;
    const lobby = path({ room: 'lobby', user: 'ada' });
    const ada = await open(port, lobby);

    for (const { id, pid } of system.tree()[0]?.children ?? []) {
      if (id === 'lobby' && pid !== undefined) system.terminate(pid);
    }

    expect(await within(ada.closed, 'the close')).toMatchObject({ code: 1011 });
    expect(await next(await open(port, lobby))).toEqual({ type: 'history', messages: [] });
  });
});
