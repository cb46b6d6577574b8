import { afterEach, describe, expect, it } from '@jest/globals';
import { type ClientOptions, connectChannels } from '../../lib/client/index.js';
import { fakeServer, serves } from '../../lib/testing/index.js';
import { does, play } from './support.js';

const { hello, close } = serves;

/** Gives one after the other, then the last one again. */
const tokens = (...all: readonly unknown[]): NonNullable<ClientOptions['token']> => {
  let at = 0;
  return () => {
    const next = all[Math.min(at++, all.length - 1)];
    if (next instanceof Error) throw next;
    return next as string;
  };
};

describe('a token', () => {
  it('is asked for before the first dial, and kept for the next (CC9)', () => {
    let asked = 0;
    const token = (): string => `t${++asked}`;
    play(
      [
        [0, hello()],
        [1, close()],
        [300, hello()],
      ],
      { token },
    );

    expect(asked).toBe(1);
  });

  it('is asked for anew after 4401, which helps twice in a row at most (CC9)', () => {
    const lines = play(
      [
        [0, close(4401)],
        [300, close(4401)],
        [900, close(4401)],
      ],
      {
        token: tokens('a', 'b', 'c', 'd'),
      },
    );

    expect(lines.filter((each) => !each.includes('dial') && !each.includes('connecting'))).toEqual([
      '0 waiting 4401 until 250',
      '300 waiting 4401 until 800',
      '900 closed 4401',
    ]);
  });

  it('that is the same again after 4401 closes (CC9)', () => {
    const lines = play(
      [
        [0, hello()],
        [1, close(4401)],
      ],
      { token: tokens('a'), over: 300 },
    );

    expect(lines.at(-1)).toBe('251 closed 4401 no new token');
  });

  const refusals = [
    { what: 'is none', token: tokens(undefined), next: 'closed 4401 no new token' },
    {
      what: 'cannot be had, for good',
      token: tokens(Object.assign(new Error('logged out'), { retry: false })),
      next: 'closed 4401 logged out',
    },
    {
      what: 'cannot be had now',
      token: tokens(new Error('no network')),
      next: 'waiting 1006 until 250',
    },
  ];
  it.each(refusals)('that $what: $next (CC9)', ({ token, next }) => {
    const errors: string[] = [];
    const lines = play([], { token, over: 1 }, ({ client }) => {
      client.errors$.subscribe(({ message }) => errors.push(message));
    });

    expect(lines.at(-1)).toBe(`0 ${next}`);
  });

  it('is given to the server before the time of the connection is over (CC9, table 2.4 row 9)', () => {
    const lines = play(
      [
        [0, hello({ expires_in: 10_000 })],
        [9_000, serves.ok({ expires_in: 10_000 })],
      ],
      { token: tokens('a', 'b', 'c'), over: 18_000 },
    );

    // At 80 to 90 % of it.
    expect(lines.slice(3)).toEqual(['8500 1 refresh b', '17500 2 refresh c']);
  });

  it('that comes too late for its connection is kept, not sent (CC9)', async () => {
    const gives: ((token: string) => void)[] = [];
    const server = fakeServer();
    const client = connectChannels('ws://test', {
      WebSocket: server.WebSocket,
      token: () => new Promise((resolve) => gives.push(resolve)),
    });
    const dials: string[] = [];
    server.heard$.subscribe((act) => act.type === 'dial' && dials.push(act.protocols[1] ?? ''));
    client.close();
    client.open();
    gives[0]?.('late');
    await new Promise((resolve) => setImmediate(resolve));

    client.close();
    expect(dials).toEqual([]);
  });
});

describe('a refused handshake', () => {
  const fetched: string[] = [];
  const real = globalThis.fetch;
  const answer = (status: number, headers: Readonly<Record<string, string>> = {}): void => {
    globalThis.fetch = (async (url: string, init: RequestInit) => {
      fetched.push(`${url} ${new Headers(init.headers).get('x-ws-protocols')}`);
      return new Response(null, { status, headers });
    }) as never;
  };
  afterEach(() => {
    globalThis.fetch = real;
    fetched.length = 0;
  });

  const answers = [
    { status: 401, next: 'closed 4401 HTTP 401' },
    { status: 403, next: 'closed 4403 HTTP 403' },
    { status: 404, next: 'closed 4403 HTTP 404' },
    { status: 410, next: 'closed 4403 HTTP 410' },
    { status: 426, next: 'waiting 1006' },
    { status: 503, next: 'waiting 1006' },
  ];
  it.each(answers)(
    'is asked about by HTTP after the second one: $status (CC8)',
    async ({ status, next }) => {
      answer(status, { 'retry-after': '7' });
      const server = fakeServer();
      const states: string[] = [];
      const client = connectChannels('ws://test/ws', {
        WebSocket: server.WebSocket,
        backoff: { base: 0 },
      });
      client.state$.subscribe((state) => {
        if ('ended' in state)
          states.push(`${state.status} ${state.ended.code} ${state.ended.reason}`);
      });
      server.perform(close());
      await new Promise((resolve) => setTimeout(resolve, 5));
      server.perform(close());
      await new Promise((resolve) => setTimeout(resolve, 5));

      expect(fetched).toEqual(['http://test/ws rx-process.v1,rx-process.unsupported']);
      expect(states.at(-1)).toMatch(next);
      client.close();
    },
  );

  const statuses = [
    { status: 401, next: 'closed 4401 HTTP 401' },
    { status: 403, next: 'closed 4403 HTTP 403' },
    { status: 405, next: 'closed 4403 HTTP 405' },
    { status: 429, next: 'waiting 1006 until 7250' },
    { status: 502, next: 'waiting 1006 until 250' },
  ];
  it.each(statuses)('is known to Node at once: $status is $next (CP31)', ({ status, next }) => {
    type Hear = (request: object, response: object) => void;
    let tell: Hear = () => {};
    const server = fakeServer();
    const WebSocket = class extends server.WebSocket {
      on(_: string, hear: Hear): void {
        tell = hear;
      }
    };
    const headers = status === 429 ? { 'retry-after': '7' } : {};
    const step = does(() => tell({ destroy: () => {} }, { statusCode: status, headers }));

    expect(play([[0, step]], { WebSocket }).at(-1)).toBe(`0 ${next}`);
  });
});
