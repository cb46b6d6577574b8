import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createSystem, ProcessError, type System, supervise } from '../../../lib/index.js';
import { connect, DialError, dial, type OutboundOptions } from '../../../lib/ws/index.js';
import { cleanUp, deferred, onCleanup, within } from '../../express/support.js';
import { freePort } from '../../support/freePort.js';
import { idle, puppet, refused, settled } from '../../support/runtime.js';
import { accepting, bare, errorOf, other } from './support.js';

afterEach(cleanUp);

/** What nobody may read in a log or an error. */
const SECRET = 's3cret';
const options: OutboundOptions = {
  headers: { authorization: `Bearer ${SECRET}`, cookie: SECRET },
  protocols: ['v1', `bearer.${SECRET}`],
};

/** Where a server is, with what must not be shown. */
function withSecrets(url: string): string {
  return `${url.replace('ws://', `ws://user:${SECRET}@`)}?token=${SECRET}`;
}

/** All that an error has to show, as a logger may write it. */
function everything(error: Error): string {
  return `${error.stack} ${JSON.stringify({ ...error, cause: undefined })} ${error.cause ? everything(error.cause as Error) : ''}`;
}

interface Refusal {
  readonly what: string;
  readonly answer: Parameters<typeof bare>[0];
  readonly why: string | RegExp;
  readonly status?: number;
  readonly options?: OutboundOptions;
}

const says =
  (...lines: readonly string[]): Refusal['answer'] =>
  (socket) =>
    void socket.write(`HTTP/1.1 ${lines.join('\r\n')}\r\n\r\n`);

const REFUSALS: readonly Refusal[] = [
  {
    what: '401',
    answer: says('401 Unauthorized', 'Content-Length: 0'),
    why: 'it has answered 401',
    status: 401,
  },
  {
    what: '503',
    answer: says('503 Busy', 'Retry-After: 1', 'Content-Length: 5'),
    why: 'it has answered 503',
    status: 503,
  },
  {
    what: 'a redirect, which is not followed',
    answer: says('302 Found', 'Location: ws://127.0.0.1:1/', 'Content-Length: 0'),
    why: 'it has answered 302',
    status: 302,
  },
  {
    what: '200 and a page',
    answer: says('200 OK', 'Content-Length: 99999', '', 'x'),
    why: 'it has answered 200',
    status: 200,
  },
  {
    what: 'a page without end',
    answer: (socket) => {
      socket.write('HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\n');
      const clock = setInterval(() => socket.write('3\r\nabc\r\n'), 1);
      socket.on('close', () => clearInterval(clock));
    },
    why: 'it has answered 500',
    status: 500,
  },
  {
    what: 'a subprotocol that was not offered',
    answer: accepting(undefined, 'Sec-WebSocket-Protocol: v9\r\n'),
    why: 'Server sent an invalid subprotocol',
  },
  { what: 'no subprotocol', answer: accepting(), why: 'Server sent no subprotocol' },
  {
    what: 'an extension that was not offered',
    answer: accepting(undefined, 'Sec-WebSocket-Extensions: permessage-deflate\r\n'),
    why: /extension/,
    options: { protocols: [] },
  },
  {
    what: 'a wrong key',
    answer: says(
      '101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      'Sec-WebSocket-Accept: abc',
    ),
    why: 'Invalid Sec-WebSocket-Accept header',
  },
  {
    what: 'another upgrade',
    answer: says('101 Switching Protocols', 'Upgrade: h2c', 'Connection: Upgrade'),
    why: 'Invalid Upgrade header',
  },
  {
    what: 'no HTTP',
    answer: (socket) => void socket.write('220 mail.example.com ESMTP\r\n'),
    why: /Parse Error/,
  },
  {
    what: 'headers without end',
    answer: (socket) => void socket.write(`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(100_000)}`),
    why: /Header overflow/,
  },
  { what: 'an end', answer: (socket) => void socket.end(), why: 'socket hang up' },
  { what: 'a reset', answer: (socket) => void socket.resetAndDestroy(), why: /ECONNRESET/ },
  {
    what: 'nothing',
    answer: () => {},
    why: 'no answer within 100ms',
    options: { dialTimeout: '100ms' },
  },
  {
    what: 'a head that comes byte by byte',
    answer: (socket) => {
      const clock = setInterval(() => socket.write('H'), 10);
      socket.write('HTTP/1.1 200 OK\r\nX: ');
      socket.on('close', () => clearInterval(clock));
    },
    why: 'no answer within 100ms',
    options: { dialTimeout: 100 },
  },
];

describe('connect, to a server that answers with', () => {
  it.each(REFUSALS)(
    '$what: errors retryably, with url, cause and status (A1, A9, A10)',
    async ({ answer, why, status, options: more }) => {
      const { url, closed } = await bare(answer);
      const error = await errorOf<DialError>(connect(withSecrets(url), { ...options, ...more }));

      expect(error).toBeInstanceOf(DialError);
      expect(error).toBeInstanceOf(ProcessError);
      expect({ ...error }).toMatchObject({ code: 'Internal', retryable: true, url });
      expect(error.status).toBe(status);
      expect(error.cause).toHaveProperty('message');
      expect(error.message.startsWith(`cannot connect to ${url}: `)).toBe(true);
      expect(error.message.slice(`cannot connect to ${url}: `.length)).toEqual(
        typeof why === 'string' ? why : expect.stringMatching(why),
      );
      expect(everything(error)).not.toContain(SECRET);
      await closed();
    },
  );

  it('nobody there: names the address (A1)', async () => {
    const port = await freePort();
    const error = await errorOf<DialError>(connect(`ws://127.0.0.1:${port}/?q=${SECRET}`));

    expect(error.message).toBe(
      `cannot connect to ws://127.0.0.1:${port}/: connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });
});

describe('connect, which nobody waits for any more', () => {
  it('gives up when its signal aborts, with the reason of that (A7)', async () => {
    const asked = deferred();
    const { url, closed } = await bare(() => asked.resolve());
    const control = new AbortController();
    const opening = connect(url, { signal: control.signal });
    await asked.promise;
    const reason = new Error('never mind');
    control.abort(reason);

    expect(await errorOf(opening)).toBe(reason);
    await closed();
  });

  it('gives up when its owner ends (A6)', async () => {
    const asked = deferred();
    const { url, closed } = await bare(() => asked.resolve());
    const system = createSystem({ logger: false });
    const { pid, self } = await puppet(system);
    const opening = connect(url, { owner: self });
    await asked.promise;
    system.exit(pid, 'shutdown');

    expect(await errorOf(opening)).toEqual(
      refused('Unavailable', { message: `connect: ${pid}, the owner, has ended` }),
    );
    await closed();
  });

  it('is closed if its server agrees and leaves at once', async () => {
    const { url } = await bare(accepting((socket) => void socket.end(Buffer.of(0x88, 2, 3, 0xf5))));
    const connection = await connect(url);

    expect(await within(connection.closed, 'the end')).toEqual({
      code: 1013,
      reason: '',
      clean: true,
    });
  });
});

describe('dial, while it waits for its server', () => {
  let system: System;
  beforeEach(() => {
    system = createSystem({ logger: false });
    onCleanup(() => system.shutdown());
  });

  /** A process that dials a server which never answers, when that has been asked; and how it ends. */
  async function waiting() {
    const asked = deferred();
    const { url, closed } = await bare(() => asked.resolve());
    const target = system.spawn(idle);
    const pid = system.spawn(dial(url, { target }));
    const ended = deferred<unknown>();
    system.monitor(pid).subscribe(({ reason }) => ended.resolve(reason));
    await within(asked.promise, 'the request');
    return { pid, target, end: () => within(Promise.all([ended.promise, closed()]), 'the end') };
  }

  const normal = (code: number, reason: string, retryable: boolean) => ({
    type: 'normal',
    value: { code, reason, retryable },
  });

  it('ends with its target, in the class of how that has ended (A9, Z1)', async () => {
    const { target, end } = await waiting();
    system.exit(target, 'shutdown');

    expect((await end())[0]).toEqual(normal(1001, 'target process exited', true));
  });

  it('ends as a connection does when it is cancelled (A9)', async () => {
    const { pid, end } = await waiting();
    system.cancel(pid, { reason: 'enough' });

    expect((await end())[0]).toEqual(normal(1001, 'enough', true));
  });

  it('ends when it is terminated, or the system shut down', async () => {
    const { pid, end } = await waiting();
    system.terminate(pid);
    expect((await end())[0]).toEqual({ type: 'killed' });

    const second = await waiting();
    await within(system.shutdown(), 'the shutdown', 1_000);
    await second.end();
  });

  it('cannot connect for a target that is not there (A9)', async () => {
    const { url } = await other();
    const pid = system.spawn(dial(url, { target: 'nobody' }));
    const ended = deferred<unknown>();
    system.monitor(pid).subscribe(({ reason }) => ended.resolve(reason));

    expect(await within(ended.promise, 'the exit')).toMatchObject({
      type: 'error',
      error: {
        name: 'ConnectionError',
        code: 1011,
        reason: 'target process exited',
        retryable: true,
      },
    });
  });
});

describe('dial, that cannot connect', () => {
  it('exits with that error, which a supervisor takes for a reason to try again; no log has a secret (A9, A10)', async () => {
    const written: string[] = [];
    const log = jest
      .spyOn(console, 'error')
      .mockImplementation((...line) => void written.push(String(line)));
    onCleanup(() => log.mockRestore());
    let tries = 0;
    const third = deferred();
    const { url } = await bare((socket) => {
      says('403 Forbidden', 'Content-Length: 0')(socket, '');
      if (++tries === 3) third.resolve();
    });
    const system = createSystem();
    onCleanup(() => system.shutdown());
    system.spawn(idle, { name: 'target' });
    const feed = dial(withSecrets(url), { ...options, target: 'target' });
    system.spawn(
      supervise({ children: [{ id: 'feed', behavior: feed }], backoff: { initial: 1 } }),
    );
    await within(third.promise, 'the third try');
    await settled(system);

    expect(written.join('\n')).toContain(`cannot connect to ${url}: it has answered 403`);
    expect(written.join('\n')).not.toContain(SECRET);
  });

  it.each<[what: string, options: object, text: string]>([
    ['target', {}, 'dial: target'],
    ['target', { target: '' }, 'dial: target'],
    ['metadata', { target: 'a', metadata: [] }, 'metadata'],
    ['metadata', { target: 'a', metadata: { a: new Set() } }, 'metadata.a: a Set'],
    ['message_topic', { target: 'a', message_topic: 'ws.send' }, 'ws.send is reserved'],
    ['heartbeat_interval', { target: 'a', heartbeat_interval: 'often' }, 'heartbeat_interval'],
    ['readLimit', { target: 'a', readLimit: -1 }, 'readLimit'],
    ['an option of connect', { target: 'a', owner: {} }, "unknown option 'owner'"],
  ])('is Invalid at once for %s (A2)', (_, options, text) => {
    expect(() => dial('ws://a.example', options as never)).toThrow(
      refused('Invalid', { message: expect.stringContaining(text) }) as Error,
    );
  });
});
