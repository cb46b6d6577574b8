import { afterAll, expect, it } from '@jest/globals';
import { type Client, cleanUp, open, refusal, within } from '../express/support.js';
import { example, running } from './example.js';
import { json } from './start.js';

afterAll(cleanUp);

interface Frame {
  readonly id?: number;
  readonly ok?: boolean;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
  readonly payload: { readonly event: string; readonly data: unknown };
}

/** Somebody with a name, in no room yet. */
async function visitor(user: string): Promise<Client> {
  const client = await open(running().port, `/ws?user=${user}`);
  expect(json(await client.next())).toMatchObject({ payload: 'WebSocket connected' });
  return client;
}

const next = async (client: Client): Promise<Frame> => json(await client.next()) as Frame;
const heard = async (client: Client) => (await next(client)).payload;

/** The reply to a request; what comes before it is left out. */
async function ask(client: Client, message: object): Promise<Frame> {
  client.socket.send(JSON.stringify({ id: 1, ...message }));
  for (;;) {
    const frame = await next(client);
    if (frame.id === 1) return frame;
  }
}

const enter = (client: Client, channel: string): Promise<Frame> =>
  ask(client, { type: 'system', payload: { command: 'subscribe', channel } });
const tell = (client: Client, channel: string, event: string, data: object | null) =>
  ask(client, { type: 'event', channel, payload: { event, data } });
const here = (moderator: string, ...users: string[]) => ({
  event: 'here',
  data: { users, moderator },
});

/** A room of these, who have heard of each other. */
async function roomOf(channel: string, ...users: string[]): Promise<Client[]> {
  const clients: Client[] = [];
  for (const user of users) {
    const client = await visitor(user);
    expect((await enter(client, channel)).ok).toBe(true);
    clients.push(client);
    const [first = ''] = users;
    const all = here(first, ...users.slice(0, clients.length));
    for (const each of clients) expect(await heard(each)).toEqual(all);
  }
  return clients;
}

example('12b-channel-chat', () => {
  it('lets a room talk, and shows who comes later what was said', async () => {
    const [ada, bob] = (await roomOf('chat:talk', 'ada', 'bob')) as [Client, Client];

    expect(await tell(ada, 'chat:talk', 'say', { text: 'hello' })).toMatchObject({ ok: true });
    const line = { user: 'ada', text: 'hello' };
    expect(await heard(bob)).toEqual({ event: 'said', data: line });

    const cy = await visitor('cy');
    const { result } = await enter(cy, 'chat:talk');
    expect(result).toEqual({ channel: 'chat:talk', state: { lines: [line] } });
  });

  it('tells the others who is typing, and one alone what is for one', async () => {
    const [ada, bob] = (await roomOf('chat:aside', 'ada', 'bob')) as [Client, Client];

    ada.socket.send(
      JSON.stringify({
        type: 'event',
        channel: 'chat:aside',
        payload: { event: 'typing', data: null },
      }),
    );
    expect(await heard(bob)).toEqual({ event: 'typing', data: { user: 'ada' } });
    const direct = (to: string) => tell(ada, 'chat:aside', 'direct', { to, text: 'psst' });
    expect(await direct('bob')).toMatchObject({ ok: true });
    expect(await heard(bob)).toEqual({ event: 'told', data: { user: 'ada', text: 'psst' } });
    const { error } = await direct('eve');
    expect(error).toMatchObject({ code: 'not_found', message: 'no such user' });
  });

  it.each([
    { what: 'no text', event: 'say', data: {}, code: 'invalid_data' },
    { what: 'a long text', event: 'say', data: { text: 'x'.repeat(2_001) }, code: 'invalid_data' },
    { what: 'an event that there is not', event: 'shout', data: {}, code: 'unknown_event' },
    { what: 'a kick by no moderator', event: 'kick', data: { user: 'ada' }, code: 'denied' },
  ])('answers $what with $code', async ({ what, event, data, code }) => {
    const channel = `chat:${what}`;
    const [, bob] = (await roomOf(channel, 'ada', 'bob')) as [Client, Client];

    expect((await tell(bob, channel, event, data)).error?.code).toBe(code);
  });

  it('lets into a private room whom its moderator invites, and kicks out again', async () => {
    const channel = 'chat:private:board';
    const [ada] = (await roomOf(channel, 'ada')) as [Client];
    const bob = await visitor('bob');

    expect((await enter(bob, channel)).error?.code).toBe('denied');
    await tell(ada, channel, 'invite', { user: 'bob' });
    expect((await enter(bob, channel)).ok).toBe(true);
    expect(await heard(ada)).toEqual(here('ada', 'ada', 'bob'));
    await tell(ada, channel, 'kick', { user: 'bob' });
    expect(await heard(ada)).toEqual(here('ada', 'ada'));
    expect((await enter(bob, channel)).error?.code).toBe('denied');
  });

  it('closes all connections of who logs out, and has another moderate', async () => {
    const [ada, bob] = (await roomOf('chat:out', 'ada', 'bob')) as [Client, Client];
    const other = await visitor('ada');

    const url = `http://127.0.0.1:${running().port}/logout/ada`;
    expect((await fetch(url, { method: 'POST' })).status).toBe(204);

    for (const client of [ada, other]) {
      expect(await within(client.closed, 'the close')).toEqual({
        code: 4001,
        reason: 'logged out',
      });
    }
    expect(await heard(bob)).toEqual(here('bob', 'bob'));
  });

  it('knows nobody without a name', async () => {
    expect((await refusal(running().port, '/ws')).status).toBe(401);
  });
});
