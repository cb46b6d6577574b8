import { describe, expect, it } from '@jest/globals';
import { type ClientOptions, connectChannels } from '../../lib/client/index.js';
import { leastWait } from '../../lib/client/waitAfter.js';
import { closeCode, closeCodes } from '../../lib/protocol/index.js';
import { fakeServer, serves } from '../../lib/testing/index.js';
import { does, play } from './support.js';

const { hello, close } = serves;

describe('connectChannels', () => {
  it('dials at once, and is open when the server has said hello (CC1, CP20)', () => {
    expect(play([[10, hello()]], {})).toEqual(['0 dial', '0 connecting 0', '10 open connection-1']);
  });

  const uses = [
    { what: 'subscribes', use: does(({ client }) => client.channel('a').messages$.subscribe()) },
    {
      what: 'asks',
      use: does(({ client }) => client.request('a', 1).subscribe({ error: () => {} })),
    },
  ];
  it.each(uses)('dials when somebody $what, if it is lazy (CC1)', ({ use }) => {
    expect(play([[5, use]], { lazy: true })).toEqual(['0 idle', '5 connecting 0', '5 dial']);
  });

  it('offers its version, the token in base64url, and that it can read a close code (CP3)', () => {
    const protocols: unknown[] = [];
    play([], { token: () => 'ä?>~', over: 1 }, ({ server }) => {
      server.heard$.subscribe((act) => act.type === 'dial' && protocols.push(...act.protocols));
    });

    const bearer = `rx-process.bearer.${Buffer.from('ä?>~').toString('base64url')}`;
    expect(protocols).toEqual(['rx-process.v1', bearer, 'rx-process.unsupported']);
  });

  it('gives a server 10 s from the dial to its hello, then dials anew (CC7)', () => {
    expect(play([[1, serves.open]], { over: 10_260 })).toEqual([
      '0 dial',
      '0 connecting 0',
      '10000 close 4408 no hello',
      '10000 waiting 4408 until 10250',
      '10250 connecting 1',
      '10250 dial',
    ]);
  });

  it('waits longer after each failure, from the first on, up to the cap (CC7)', () => {
    const waits = play([], { over: 400_000, diagnose: false })
      .filter((each) => each.includes('waiting'))
      .map((each) => each.split(' '))
      .map(([at, , , , until]) => Number(until) - Number(at));

    // Half of what is possible: 500 ms, twice as much each time, at most 20 s.
    expect(waits.slice(0, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  const lives = [
    { what: 'begins to count anew after 5 s with a hello', held: 5_000, wait: 250 },
    { what: 'goes on counting before that', held: 4_999, wait: 500 },
  ];
  it.each(lives)('$what (CC7)', ({ held, wait }) => {
    const lines = play([
      [0, close()],
      [300, hello()],
      [300 + held, close()],
    ]);

    expect(lines.at(-1)).toBe(`${300 + held} waiting 1006 until ${300 + held + wait}`);
  });

  it('is closed after so many attempts as it is allowed (CC7)', () => {
    const lines = play([], { over: 30_000, backoff: { attempts: 1 }, diagnose: false });

    expect(lines.slice(-3)).toEqual([
      '10250 dial',
      '20250 close 4408 no hello',
      '20250 closed 4408 no hello',
    ]);
  });

  const ends = [
    { code: 1006, reason: '', next: 'waiting 1006 until 250' },
    { code: 1013, reason: 'slow', next: 'waiting 1013 until 5250' },
    { code: 4429, reason: '', next: 'waiting 4429 until 10250' },
    { code: 1000, reason: 'done', next: 'closed 1000 done' },
    { code: 4409, reason: '', next: 'closed 4409' },
    { code: 4401, reason: 'expired', next: 'closed 4401 expired' },
    { code: 1012, reason: 'moving; retry=2000', next: 'waiting 1012 until 2000' },
    { code: 1012, reason: 'retry=never', next: 'closed 1012 retry=never' },
    { code: 4403, reason: 'later; retry=100', next: 'waiting 4403 until 100' },
    { code: 1001, reason: 'retry=9999999', next: 'waiting 1001 until 600000' },
  ];
  it.each(ends)('is $next after $code "$reason" (CP30, 1.7)', ({ code, reason, next }) => {
    const lines = play([
      [0, hello()],
      [0, close(code, reason)],
    ]);

    expect(lines.at(-1)).toBe(`0 ${next}`);
  });

  it('waits for a hint up to 10 % longer or shorter (CP30)', () => {
    const until = (random: number): unknown =>
      play(
        [
          [0, hello()],
          [0, close(1012, 'retry=1000')],
        ],
        { random: () => random },
      ).at(-1);

    expect([until(0), until(0.75)]).toEqual([
      '0 waiting 1012 until 900',
      '0 waiting 1012 until 1050',
    ]);
  });

  it('is not obeyed when it says "at once" time after time: from the second on it waits as ever (CP30, CC7)', () => {
    const quickly = [close(1012, 'retry=0'), hello(), close(1012, 'retry=0')] as const;
    const lines = play([
      [0, hello()],
      [0, quickly[0]],
      [1, quickly[1]],
      [1, quickly[2]],
    ]);

    expect(lines.filter((each) => each.includes('waiting'))).toEqual([
      '0 waiting 1012 until 0',
      '1 waiting 1012 until 501',
    ]);
  });

  const decisions = [
    { decision: { retry: false }, next: 'closed 1012 retry=1' },
    { decision: { retry: true, after: 70 }, next: 'waiting 1012 until 70' },
    { decision: { retry: true }, next: 'waiting 1012 until 250' },
    { decision: undefined, next: 'waiting 1012 until 1' },
  ];
  it.each(decisions)('lets the application decide: $decision (CP30)', ({ decision, next }) => {
    const asked: unknown[] = [];
    const shouldReconnect: ClientOptions['shouldReconnect'] = (end) => {
      asked.push(end);
      return decision;
    };
    const lines = play(
      [
        [0, hello()],
        [0, close(1012, 'retry=1')],
      ],
      { shouldReconnect },
    );

    expect(lines.at(-1)).toBe(`0 ${next}`);
    expect(asked).toEqual([{ code: 1012, reason: 'retry=1', opened: true, attempt: 0 }]);
  });

  it('goes on dialling where its socket throws', () => {
    const WebSocket = class {
      constructor() {
        throw new Error('not from an https page');
      }
    };
    const lines = play([], { WebSocket });

    expect(lines.at(-1)).toBe('0 waiting 1006 until 250');
  });

  it('refuses what is no URL, and to be without a class of WebSockets', () => {
    const { WebSocket } = fakeServer();
    const real = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    try {
      expect(() => connectChannels('/ws', { WebSocket })).toThrow('Invalid URL');
      expect(() => connectChannels('ws://test')).toThrow('no WebSocket: give { WebSocket }');
    } finally {
      if (real) globalThis.WebSocket = real;
    }
  });

  it('takes the URL of a page for that of a socket', () => {
    const urls: unknown[] = [];
    const server = fakeServer();
    server.heard$.subscribe((act) => act.type === 'dial' && urls.push(act.url));
    for (const url of ['https://test/ws?a=1', new URL('http://test/ws')]) {
      connectChannels(url, { WebSocket: server.WebSocket }).close();
    }

    expect(urls).toEqual(['wss://test/ws?a=1', 'ws://test/ws']);
  });
});

describe('leastWait', () => {
  it('says what the table of close codes says, for each code there is (1.7)', () => {
    const codes = [...closeCodes.map(({ code }) => code as number), 3000, 3999, 4000, 4402, 4999];
    const wanted = codes.map((code) => {
      const { reconnect, after } = closeCode(code) ?? {};
      return { code, wait: reconnect === 'no' ? Infinity : after };
    });

    expect(codes.map((code) => ({ code, wait: leastWait(code) }))).toEqual(wanted);
  });
});
