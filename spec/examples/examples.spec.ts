import { isDeepStrictEqual } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { lobby } from '../../examples/03-transfer.js';
import { feed, price, TICK } from '../../examples/08-groups.js';
import { readRetry, ws } from '../../lib/express/index.js';
import { broadcast, type GroupEvent, send } from '../../lib/index.js';
import { fakeSelf } from '../../lib/testing/marbles/fakeSelf.js';
import { message } from '../../lib/testing/marbles/message.js';
import { type Client, cleanUp, open, refusal, within } from '../express/support.js';
import { marbles } from '../support/marbles.js';
import { example, running } from './example.js';
import { json, run } from './start.js';

afterAll(cleanUp);

const connect = (path: string, headers = {}): Promise<Client> =>
  open(running().port, path, { headers });
const closeOf = (client: Client) => within(client.closed, 'the close');

example('01-echo', () => {
  it('gives back text as text and bytes as bytes', async () => {
    const client = await connect('/ws/echo');

    expect(await client.ask('hello')).toBe('hello');
    client.socket.send(Buffer.from([1, 2, 3]));
    expect(await client.next()).toEqual(Buffer.from([1, 2, 3]));
  });
});

example('02-chat', () => {
  it('broadcasts to the members of a room, and to no others', async () => {
    const [ada, bob] = [await connect('/ws/chat?user=ada'), await connect('/ws/chat?user=bob')];
    const carl = await connect('/ws/chat?room=kitchen&user=carl');

    ada.socket.send('hello');
    carl.socket.send('alone');

    const hello = { user: 'ada', text: 'hello' };
    expect([json(await ada.next()), json(await bob.next())]).toEqual([hello, hello]);
    expect(json(await carl.next())).toEqual({ user: 'carl', text: 'alone' });
  });
});

example('02b-central', () => {
  it('broadcasts within rooms, which one may change', async () => {
    const ada = await connect('/ws/chat?room=lobby&user=ada');
    const bob = await connect('/ws/chat?room=kitchen&user=bob');
    const hello = (room: string) => ({ room, user: 'ada', text: 'hello' });

    expect(json(await ada.ask('/rooms'))).toEqual({ rooms: ['lobby', 'kitchen'] });
    expect(json(await ada.ask('hello'))).toEqual(hello('lobby'));
    expect(json(await ada.ask('/join kitchen'))).toEqual({ room: 'kitchen' });
    expect(json(await ada.ask('hello'))).toEqual(hello('kitchen'));
    expect(json(await bob.next())).toEqual(hello('kitchen'));
    expect(json(await ada.ask('/rooms'))).toEqual({ rooms: ['kitchen'] });
  });
});

example('03-transfer', () => {
  const LOBBY = 'lobby: say play';
  const GAME = 'game: rock, paper or scissors?';
  const enter = async (): Promise<Client> => {
    const client = await connect('/ws/game');
    expect(await client.next()).toBe(LOBBY);
    return client;
  };

  it('hands two over to a game, and back to the lobby', async () => {
    const [ada, bob] = [await enter(), await enter()];

    for (const round of ['first', 'second']) {
      expect([round, await ada.ask('play')]).toEqual([round, 'lobby: wait']);
      expect(await bob.ask('play')).toBe(GAME);
      expect(await ada.next()).toBe(GAME);
      ada.socket.send('rock');
      bob.socket.send('scissors');
      expect([await ada.next(), await bob.next()]).toEqual(['game: you win', 'game: you lose']);
      expect([await ada.next(), await bob.next()]).toEqual([LOBBY, LOBBY]);
    }
  });

  it('takes no move that every object has', async () => {
    const [ada, bob] = [await enter(), await enter()];
    await ada.ask('play');
    expect([await bob.ask('play'), await ada.next()]).toEqual([GAME, GAME]);

    for (const player of [ada, bob]) player.socket.send('toString');
    ada.socket.send('rock');
    bob.socket.send('scissors');
    expect([await ada.next(), await bob.next()]).toEqual(['game: you win', 'game: you lose']);
    for (const player of [ada, bob]) player.socket.terminate();
  });

  it('brings a player back whose opponent is gone', async () => {
    const [ada, bob] = [await enter(), await enter()];
    await ada.ask('play');
    await bob.ask('play');
    expect(await ada.next()).toBe(GAME);

    bob.socket.terminate();

    expect(await ada.next()).toBe('game: you are alone');
    expect(await ada.next()).toBe(LOBBY);
  });

  it(
    'does not pair a player who has left the lobby',
    marbles(({ hot, run, expectObservable }) => {
      const ada = { client_pid: 'a', metadata: {} };
      const bob = { client_pid: 'b', metadata: {} };
      const play = { type: 'text', data: 'play' } as const;
      const inbox = hot(' -a--b--A--', {
        a: message(ws.message, { ...ada, ...play }),
        A: message(ws.message, { ...bob, ...play }),
        b: message(ws.leave, { ...ada, reason: 'client closed' }),
      });
      const expected = '  -w-----x--';
      const wait = { type: 'text', data: 'lobby: wait' } as const;

      expectObservable(run(lobby, inbox)).toBe(expected, {
        w: send('a', ws.send, wait),
        x: send('b', ws.send, wait),
      });
    }),
  );
});

example('04-generator', () => {
  it('tells all what one says, and how many they are', async () => {
    const ada = await connect('/ws/hall');
    expect(json(await ada.next())).toEqual({ event: 'clients', value: 1 });
    const bob = await connect('/ws/hall');
    expect(json(await ada.next())).toEqual({ event: 'clients', value: 2 });
    expect(json(await bob.next())).toEqual({ event: 'clients', value: 2 });

    const said = { event: 'said', value: { n: 1 } };
    expect(json(await ada.ask('{"n":1}'))).toEqual(said);
    expect(json(await bob.next())).toEqual(said);

    bob.socket.send('no JSON');
    expect(await closeOf(bob)).toEqual({ code: 1003, reason: 'send JSON' });
    expect(json(await ada.next())).toEqual({ event: 'clients', value: 1 });
  });
});

example('05-auth', () => {
  const login = (user: string): Promise<Response> => {
    const body = new URLSearchParams({ user });
    return fetch(`http://127.0.0.1:${running().port}/login`, { method: 'POST', body });
  };

  it('answers 401 to who has not logged in', async () => {
    const { status, body } = await refusal(running().port, '/ws/me');

    expect([status, body]).toEqual([401, 'Log in first']);
  });

  const cookieOf = async (user: string): Promise<string> =>
    String((await login(user)).headers.get('set-cookie')).split(';')[0] as string;

  it('closes all connections of a user who logs out, and no other', async () => {
    const [ada, bob] = [await cookieOf('ada'), await cookieOf('bob')];
    const clients = await Promise.all(
      [ada, ada, bob].map((cookie) => connect('/ws/me', { cookie })),
    );
    for (const client of clients) await client.next();
    const logout = () =>
      fetch(`http://127.0.0.1:${running().port}/logout`, {
        method: 'POST',
        headers: { cookie: ada },
      });

    expect((await logout()).status).toBe(200);
    for (const client of clients.slice(0, 2)) {
      expect(await closeOf(client)).toMatchObject({ code: 4001, reason: 'logged out' });
    }
    expect(await clients[2]?.ask('hi')).toBe('bob: you said hi');
    expect((await refusal(running().port, '/ws/me', { headers: { cookie: ada } })).status).toBe(
      401,
    );
    expect((await logout()).status).toBe(401);
  });

  it('knows who has logged in', async () => {
    const cookie = await cookieOf('ada');
    const client = await connect('/ws/me', { cookie });

    expect(await client.next()).toBe('ada: hello');
    expect(await client.ask('hi')).toBe('ada: you said hi');
    expect((await login('')).status).toBe(400);
  });
});

example('11b-token', () => {
  const path = '/ws/me';
  const tokenOf = async (user: string): Promise<string> => {
    const body = new URLSearchParams({ user });
    const url = `http://127.0.0.1:${running().port}/token`;
    return `token.${await (await fetch(url, { method: 'POST', body })).text()}`;
  };

  it('knows who has the token, and answers with the other protocol (H18)', async () => {
    const protocols = ['chat.v1', await tokenOf('ada')];
    const client = await open(running().port, path, { protocols });

    expect(client.upgrade['sec-websocket-protocol']).toBe('chat.v1');
    expect(await client.ask('hi')).toBe('ada: you said hi');
  });

  it('answers 401 to who has none of its own', async () => {
    const [, until, signature] = (await tokenOf('ada')).split('.').slice(1);
    const forged = `token.${Buffer.from('bob').toString('base64url')}.${until}.${signature}`;

    for (const protocols of [[], ['chat.v1'], ['chat.v1', 'token.x'], ['chat.v1', forged]]) {
      expect((await refusal(running().port, path, { protocols })).status).toBe(401);
    }
  });
});

example('06-supervised', () => {
  it('answers again after the worker has crashed, on the same connections', async () => {
    const [ada, bob] = [await connect('/ws/double'), await connect('/ws/double')];

    expect(await ada.ask('21')).toBe('42');
    expect(await ada.ask('boom')).toBe('failed: Unavailable');
    expect(await bob.ask('4')).toBe('8');
    expect(await ada.ask('boom')).toBe('failed: Unavailable');
    expect(await ada.ask('5')).toBe('10');
  });
});

example('08-groups', () => {
  /** Reads on until this comes: prices come whenever it is time. */
  const until = async (client: Client, wanted: unknown): Promise<void> => {
    for (;;) if (isDeepStrictEqual(json(await client.next()), wanted)) return;
  };

  it('tells a price to all who follow it, and a client only what it follows', async () => {
    const [ada, bob] = [await connect('/ws/prices'), await connect('/ws/prices')];

    expect(json(await ada.ask('ABC'))).toEqual({ symbol: 'ABC', cents: 1_000 });
    await until(ada, json(await bob.ask('ABC')));
    for (const text of ['ABC', 'nothing', 'XYZ']) ada.socket.send(text);
    await until(ada, { symbol: 'XYZ', cents: 1_000 });
    expect(json(await ada.next())).toEqual({ symbol: 'XYZ', cents: 1_001 });
    expect(json(await bob.next())).toMatchObject({ symbol: 'ABC' });
  });

  it(
    'quotes while somebody follows, and does nothing otherwise',
    marbles(({ cold, run, expectObservable, expectSubscriptions }) => {
      const event = (kind: GroupEvent['kind'], ...PIDs: string[]): GroupEvent => ({
        system: 'pg',
        kind,
        path: 'ABC',
        data: { Group: 'ABC', PIDs },
      });
      const ms = `${TICK}ms`;
      const group = cold(`m - a ${ms} - b - c - d -`, {
        m: event('members'),
        a: event('member.joined', 'a'),
        b: event('member.joined', 'b', 'b'),
        c: event('member.left', 'b', 'b'),
        d: event('member.left', 'a'),
      });
      const expected = `   - - 0 ${TICK - 1}ms 1`;
      const quote = (cents: number) => broadcast('ABC', price, { symbol: 'ABC', cents });

      const self = fakeSelf({ args: ['ABC'], monitorGroup: { ABC: group } });

      expectObservable(run(feed, cold('-'), self)).toBe(expected, {
        '0': quote(1_000),
        '1': quote(1_001),
      });
      expectSubscriptions(group.subscriptions).toBe('^');
    }),
  );
});

example('09-call-reply', () => {
  it.each([
    { supplier: 'quick', status: 200, body: { thing: 'apples', cents: 60 } },
    { supplier: 'nobody', status: 404, body: { error: 'NotFound' } },
    { supplier: 'broken', status: 503, body: { error: 'Unavailable' } },
    { supplier: 'slow', status: 504, body: { error: 'Timeout' } },
  ])('asks $supplier and answers $status', async ({ supplier, status, body }) => {
    const url = `http://127.0.0.1:${running().port}/price/${supplier}/apples`;
    const answer = await fetch(url, { headers: { connection: 'close' } });

    expect([answer.status, await answer.json()]).toEqual([status, body]);
  });
});

example('11c-drain', () => {
  it('at SIGTERM tells each client to come back, and when', async () => {
    const clients = [await connect('/ws/echo'), await connect('/ws/echo')];
    expect(await clients[0]?.ask('hi')).toBe('hi');
    running().child.kill('SIGTERM');

    for (const { code, reason } of await Promise.all(clients.map(closeOf))) {
      expect(code).toBe(1012);
      expect(readRetry(reason)).toBeGreaterThanOrEqual(1_000);
      expect(readRetry(reason)).toBeLessThanOrEqual(6_000);
    }
  });
});

example('15-config', () => {
  it('answers where its file says, with a process for a room and with a handler (CF1)', async () => {
    const room = await connect('/ws/rooms/lobby');
    const me = await connect('/ws/me?user=ada', { origin: 'https://app.example.com' });

    expect(await room.next()).toBe('{"room":"lobby"} hello');
    expect(await room.ask('hi')).toBe('{"room":"lobby"} hi');
    expect(await me.next()).toBe('{"user":"ada"} hello');
  });

  it('refuses whom its file or its handler refuses (CF2)', async () => {
    const { status } = await refusal(running().port, '/ws/me', { origin: 'https://evil.example' });

    expect([status, (await refusal(running().port, '/ws/me')).status]).toEqual([403, 401]);
  });
});

describe('examples/07-supervision-tree', () => {
  it('shows its tree whole, with a feed that is down, and whole again, run as it says; then it ends', async () => {
    const { printed, complained, exited } = run(
      'node --import tsx examples/07-supervision-tree.ts',
    );
    const tree = (feed: string): string =>
      `app running
  rooms running
    room#1 running
    room#2 running
  feeds running
    feed ${feed}

`;

    expect(await within(exited, 'the exit', 20_000)).toEqual({ code: 0, signal: null });
    expect(complained()).toBe('');
    expect(printed()).toBe(tree('running') + tree('restarting') + tree('running'));
  });
});
