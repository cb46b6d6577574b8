import { afterEach, describe, expect, it } from '@jest/globals';
import { toArray } from 'rxjs';
import { createSystem } from '../../../lib/index.js';
import {
  BINARY,
  CLOSE_CODES,
  connect,
  type OutboundConnection,
  TEXT,
  TYPE_BINARY,
  TYPE_TEXT,
} from '../../../lib/ws/index.js';
import { cleanUp, within } from '../../express/support.js';
import { collect, puppet, refused, turns } from '../../support/runtime.js';
import { connected, errorOf, other } from './support.js';

afterEach(cleanUp);

const GONE = refused('Unavailable', { message: 'websocket connection closed' });

/** The next messages, pulled one by one. */
async function pull(connection: OutboundConnection, count: number): Promise<unknown[]> {
  const data: unknown[] = [];
  while (data.length < count) {
    for await (const message of connection) {
      data.push(message.data);
      break;
    }
  }
  return data;
}

describe('connect', () => {
  it('resolves when the server has agreed, with the subprotocol that it has chosen (A1, A7)', async () => {
    const { connection, other } = await connected(
      { headers: { authorization: 'Bearer abc' }, protocols: ['a.v2', 'a.v1'] },
      { handleProtocols: () => 'a.v1' },
    );

    expect(connection.protocol).toBe('a.v1');
    expect(connection.pid).toBeUndefined();
    expect(other.request().headers).toMatchObject({
      authorization: 'Bearer abc',
      'sec-websocket-protocol': 'a.v2,a.v1',
    });
    expect(other.request().headers).not.toHaveProperty('sec-websocket-extensions');
  });

  it('takes a URL as well, with its query and its user (A1)', async () => {
    const { url, request, next } = await other();
    const given = new URL(`${url}?token=abc`);
    given.username = 'ann';
    given.password = 'pw';
    const connection = await connect(given);
    await next();

    expect(request().url).toBe('/feed?token=abc');
    expect(request().headers.authorization).toBe(`Basic ${btoa('ann:pw')}`);
    await connection.close();
  });
});

describe('messages', () => {
  it('are texts and bytes, in order, also what comes right behind the handshake (A3)', async () => {
    const { url, next } = await other();
    const opening = connect(url);
    const { socket } = await next();
    for (const data of ['a', Buffer.of(0, 255), '']) socket.send(data);
    const connection = await opening;
    const all = collect(connection.messages$);
    socket.close();
    await within(connection.closed, 'the end');

    expect(all).toEqual([
      { type: TYPE_TEXT, data: 'a' },
      { type: TYPE_BINARY, data: Uint8Array.of(0, 255) },
      { type: 'text', data: '' },
    ]);
  });

  it.each([
    {
      what: 'the server closes',
      end: 'remote',
      closed: { code: 4001, reason: 'bye', clean: true },
    },
    { what: 'we close', end: 'local', closed: { code: 1000, reason: '', clean: true } },
    {
      what: 'the connection is lost',
      end: 'lost',
      closed: { code: 1006, reason: 'connection lost', clean: false },
    },
  ])(
    'complete behind the last one when $what, and closed says how (A3)',
    async ({ end, closed }) => {
      const { connection, server } = await connected({ channelCapacity: 2 });
      for (let i = 0; i < 5; i++) server.socket.send(String(i));
      await within(new Promise((done) => server.socket.ping('', false, done)), 'the writing');
      await turns(8);
      if (end === 'remote') server.socket.close(4001, 'bye');
      else if (end === 'lost') server.socket.terminate();
      else await connection.close();
      const data: unknown[] = [];
      for await (const message of connection) data.push(message.data);

      // There was room for two, and none was lost.
      expect(data).toEqual(['0', '1', '2', '3', '4']);
      expect(await within(connection.closed, 'the end')).toEqual(closed);
      expect(collect(connection.messages$.pipe(toArray()))).toEqual([[]]);
    },
  );

  it('hold the server back while nobody reads them, and none is dropped (A4)', async () => {
    const { connection, server } = await connected({ channelCapacity: 3 });
    const COUNT = 400;
    const chunk = 'x'.repeat(50_000);
    for (let i = 0; i < COUNT; i++) server.socket.send(`${i} ${chunk}`);
    await turns(200);
    // What the kernels on both ways have no room for waits at the server.
    expect(server.socket.bufferedAmount).toBeGreaterThan(5_000_000);

    let next = 0;
    for await (const { data } of connection) {
      expect(String(data).split(' ')[0]).toBe(String(next));
      if (++next === COUNT) break;
    }
  });

  it('go to all who are subscribed, the first of whom gets what has waited (A7)', async () => {
    const { connection, server } = await connected();
    server.socket.send('early');
    await turns(20);
    const first = collect(connection.messages$, ({ data }) => data);
    const second = collect(connection.messages$, ({ data }) => data);
    server.socket.send('late');
    server.socket.close();
    await within(connection.closed, 'the end');

    expect({ first, second }).toEqual({ first: ['early', 'late'], second: ['late'] });
  });

  it('are read in one of two ways, and of several pulls each gets one (A7)', async () => {
    const { connection, server } = await connected();
    const pulls = [pull(connection, 1), pull(connection, 1)];
    await turns(2);
    const errors: unknown[] = [];
    connection.messages$.subscribe({ error: (error) => errors.push(error) });
    server.socket.send('a');
    server.socket.send('b');

    expect(errors).toEqual([refused('Invalid')]);
    expect((await within(Promise.all(pulls), 'both')).flat()).toEqual(['a', 'b']);
    connection.messages$.subscribe();
    await expect(pull(connection, 1)).rejects.toEqual(refused('Invalid'));
  });
});

describe('send', () => {
  it('sends a text, or bytes, as told, and is done when they have left (A5)', async () => {
    const { connection, server } = await connected();
    const view = new DataView(Uint8Array.of(9, 1, 2, 9).buffer, 1, 2);
    await connection.send('grüß dich');
    await connection.send(view);
    await connection.send('as bytes', BINARY);
    await connection.send('as text', TEXT);

    expect(await server.next()).toBe('grüß dich');
    expect(await server.next()).toEqual(Buffer.of(1, 2));
    expect(await server.next()).toEqual(Buffer.from('as bytes'));
    expect(await server.next()).toBe('as text');
  });

  it('refuses what is neither, and another type (A5)', async () => {
    const { connection } = await connected();
    const send = connection.send as (data: unknown, type?: unknown) => Promise<void>;

    for (const args of [
      [{}],
      [undefined],
      [Uint8Array.of(1), TEXT],
      ['a', 3],
      ['a', 'text'],
    ] as const)
      await expect(send.apply(connection, [...args])).rejects.toEqual(refused('Invalid'));
  });

  it('is refused after the end, whoever has brought that about, and so is ping (A5)', async () => {
    const { connection, server } = await connected();
    await connection.ping();
    server.socket.close();
    await within(connection.closed, 'the end');

    await expect(connection.send('late')).rejects.toEqual(GONE);
    await expect(connection.ping()).rejects.toEqual(GONE);
  });

  it('is refused if the connection is lost before it has left (A5)', async () => {
    const { connection, server } = await connected({ maxBuffered: 100_000_000 });
    server.socket.pause();
    const sends = Array.from({ length: 40 }, () => connection.send('x'.repeat(1_000_000)));
    const outcomes = Promise.allSettled(sends);
    await turns(50);
    server.socket.terminate();

    expect((await within(outcomes, 'the outcomes')).at(-1)).toEqual({
      status: 'rejected',
      reason: GONE,
    });
  });
});

describe('close', () => {
  it('closes with 1000, once, behind what was sent before (A5)', async () => {
    const { connection, server } = await connected();
    const sent = connection.send('last words');
    await Promise.all([connection.close(), connection.close(4000, 'second')]);
    await sent;

    expect(await server.next()).toBe('last words');
    expect(await server.closed).toEqual({ code: CLOSE_CODES.NORMAL, reason: '' });
    await connection.close(4000, 'third');
  });

  it('cuts a reason that is too long, and refuses a code that no frame may have (A5, W4, W5)', async () => {
    const { connection, server } = await connected();
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, Number.NaN])
      await expect(connection.close(code)).rejects.toEqual(refused('Invalid'));
    await expect(connection.close(1000, 7 as never)).rejects.toEqual(refused('Invalid'));
    await connection.close(3999, 'ü'.repeat(100));

    expect(await server.closed).toEqual({ code: 3999, reason: 'ü'.repeat(61) });
  });

  it('drops what comes from then on (A3)', async () => {
    const { connection, server } = await connected();
    const all = collect(connection.messages$);
    const closing = connection.close();
    server.socket.send('crossing');
    await closing;

    expect(all).toEqual([]);
  });
});

describe('the owner', () => {
  it('closes it with 1001 by its end, however that comes (A6, A7)', async () => {
    const system = createSystem({ logger: false });
    const { pid, self } = await puppet(system);
    const { connection, server } = await connected({ owner: self });
    expect(connection.pid).toBe(pid);
    system.terminate(pid);

    expect(await within(server.closed, 'the close')).toEqual({
      code: 1001,
      reason: 'owner exited',
    });
    expect(await connection.closed).toEqual({ code: 1001, reason: 'owner exited', clean: true });
  });

  it('is not asked to stop in another way because of it (V3)', async () => {
    const system = createSystem({ logger: false });
    const { pid, self } = await puppet(system);
    const { server } = await connected({ owner: self });
    await within(system.shutdown(), 'the shutdown', 1_000);

    expect(system.info(pid)).toBeUndefined();
    expect(await within(server.closed, 'the close')).toMatchObject({ code: 1001 });
  });

  it('has to be a process (A7)', async () => {
    const { url } = await other();
    await expect(connect(url, { owner: {} as never })).rejects.toEqual(refused('Invalid'));
  });
});

describe('the signal', () => {
  it('closes it with 1001 (A7)', async () => {
    const control = new AbortController();
    const { connection, server } = await connected({ signal: control.signal });
    control.abort();

    expect(await within(server.closed, 'the close')).toEqual({ code: 1001, reason: 'aborted' });
    expect(await connection.closed).toMatchObject({ code: 1001 });
  });

  it('has it not even try, if it has aborted before (A7)', async () => {
    const reason = new Error('never mind');
    expect(await errorOf(connect('ws://127.0.0.1:1', { signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
  });
});

describe('an option', () => {
  const { url } = { url: 'ws://127.0.0.1:1/feed?token=s3cret' };
  it.each<[what: string, options: object, text: string]>([
    ['compressionThreshold', { compressionThreshold: 100 * 2 ** 20 + 1 }, 'from 0 to 104857600'],
    ['compressionThreshold', { compressionThreshold: -1 }, 'from 0 to 104857600'],
    ['readLimit', { readLimit: 128 * 2 ** 20 + 1 }, 'from 0 to 134217728'],
    ['channelCapacity', { channelCapacity: 0 }, 'from 1 to 10000'],
    ['channelCapacity', { channelCapacity: 10_001 }, 'from 1 to 10000'],
    ['maxBuffered', { maxBuffered: 0 }, 'from 1'],
    ['compression', { compression: 3 }, 'COMPRESSION'],
    ['dialTimeout', { dialTimeout: '30' }, 'no duration'],
    ['readTimeout', { readTimeout: -1 }, 'no duration'],
    ['writeTimeout', { writeTimeout: 'soon' }, 'no duration'],
    ['pingInterval', { pingInterval: 'often' }, 'no duration'],
    [
      'headers',
      { headers: { 'x-a': 'b\r\nx-c: s3cret' } },
      'Invalid character in header content ["x-a"]',
    ],
    ['headers', { headers: { 'x a': 's3cret' } }, 'Header name must be a valid HTTP token ["x a"]'],
    ['headers', { headers: { 'x-a': 7 } }, '"x-a" is a text'],
    ['headers', { headers: 7 }, 'give an object'],
    ['protocols', { protocols: ['a', 'a'] }, 'none of them twice'],
    ['protocols', { protocols: ['a b'] }, 'a list of names'],
    ['protocols', { protocols: 'a' }, 'a list of names'],
    ["unknown option 'readlimit'", { readlimit: 1 }, 'readLimit'],
  ])('out of range is Invalid, and the text says so: %s (A2, A10)', async (what, options, text) => {
    const error = await errorOf<Error>(connect(url, options));

    expect(error).toEqual(refused('Invalid'));
    expect(error.message).toContain(what);
    expect(error.message).toContain(text);
    expect(error.message).not.toContain('s3cret');
  });

  it.each([
    'http://a.example',
    'a.example',
    '',
    'ws://a.example/#s3cret',
    'ftp://u:s3cret@a.example',
    null,
  ])('and so is a URL that is none for this: %s (A1, A10)', async (url) => {
    const error = await errorOf<Error>(connect(url as string));

    expect(error).toEqual(refused('Invalid'));
    expect(error.message).toMatch(/^url: /);
    expect(error.message).not.toContain('s3cret');
  });
});
