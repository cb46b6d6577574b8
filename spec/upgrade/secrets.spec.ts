import { inspect } from 'node:util';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { NEVER } from 'rxjs';
import { kernelOf } from '../../lib/runtime/index.js';
import type { RelayOptions } from '../../lib/upgrade/index.js';
import { cleanUp, echo, handshake, onCleanup } from '../express/support.js';
import { DOORS, type Reply, serveAt } from './doors.js';

afterEach(cleanUp);

const SECRET = 's3cr3t';
/** Where a client may have its token: what the refusals are about is not among them. */
const HEADERS = {
  Cookie: `sid=${SECRET}`,
  Authorization: `Bearer ${SECRET}`,
  'Sec-WebSocket-Protocol': `chat.v1, token.${SECRET}`,
  'X-Anything': SECRET,
};
const METADATA = { token: SECRET };

interface Row {
  readonly row: string;
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** What becomes of the text of the handshake. */
  readonly text?: (text: string) => string;
  readonly options?: RelayOptions;
  readonly reply?: (served: Served) => Reply | Promise<Reply>;
  readonly first?: (served: Served) => unknown;
}
type Served = Awaited<ReturnType<typeof serveAt>>;

const throwing = (): never => {
  throw new Error('boom');
};
const enter = (served: Served): Promise<string> =>
  served
    .connect()
    .write(handshake('/first'))
    .until(/^HTTP\/1.1 101 /);

const ROWS: readonly Row[] = [
  { row: '1', status: 503, first: ({ relay }) => relay.shutdown() },
  { row: '2a', status: 405, text: (text) => text.replace('GET', 'PUT') },
  { row: '2b', status: 400, text: (text) => text.replace('HTTP/1.1', 'HTTP/1.0') },
  { row: '2c', status: 400, headers: { 'Sec-WebSocket-Version': '8' } },
  { row: '2d', status: 400, headers: { 'Sec-WebSocket-Key': SECRET } },
  { row: '2e', status: 400, text: (text) => text.replace('Host: localhost\r\n', '') },
  { row: '2f', status: 400, headers: { 'Content-Length': '3' } },
  { row: '3', status: 403, headers: { Origin: 'https://evil.example' } },
  { row: '3 (no Origin)', status: 403, options: { requireOrigin: true } },
  { row: '3b', status: 503, options: { maxConnections: 1 }, first: enter },
  { row: '3c', status: 500, options: { connectionKey: throwing } },
  { row: '3c (no text)', status: 500, options: { connectionKey: () => [SECRET] as never } },
  { row: '3d', status: 429, options: { connectionKey: () => SECRET, maxPerKey: 1 }, first: enter },
  {
    row: '3e',
    status: 503,
    options: { upgradesPerSecond: 1 },
    first: (served) => {
      // No second passes.
      const clock = jest.spyOn(served.system[kernelOf], 'uptime').mockReturnValue(0);
      onCleanup(() => clock.mockRestore());
      return enter(served);
    },
  },
  { row: '4a', status: 200, reply: () => ({ status: 200 }) },
  { row: '4c', status: 500, reply: throwing },
  {
    row: '4c (metadata that is no JSON)',
    status: 500,
    reply: () => ({ target: echo, metadata: { ...METADATA, bad: () => SECRET } as never }),
  },
  { row: '4d', status: 401, reply: () => ({ status: 401 }) },
  {
    row: '6e',
    status: 400,
    reply: () => ({ target: echo, metadata: METADATA, message_topic: 7 as never }),
  },
  { row: '7b', status: 400, reply: () => ({ target_pid: 'nobody' as never, metadata: METADATA }) },
  {
    row: '8b',
    status: 400,
    reply: () => ({ target: echo, metadata: METADATA, message_topic: '@x' }),
  },
  {
    row: '9',
    status: 404,
    reply: () => ({ target_pid: '{main|0x99999}' as never, metadata: METADATA }),
  },
  {
    row: '9b',
    status: 503,
    reply: ({ system }) => {
      const target_pid = system.spawn(() => NEVER);
      for (let n = 0; n < 2_000; n++) system.send(target_pid, 'x');
      return { target_pid, metadata: METADATA };
    },
  },
  {
    row: 'H11',
    status: 503,
    options: { handshakeTimeout: 20 },
    reply: () => new Promise(() => {}),
  },
  {
    row: '12',
    status: 101,
    reply: () => ({ target: echo, metadata: METADATA, protocol: 'chat.v1' }),
  },
  {
    row: '12 (a protocol that was not offered)',
    status: 101,
    reply: () => ({
      target: echo,
      metadata: METADATA,
      protocol: HEADERS['Sec-WebSocket-Protocol'],
    }),
  },
];

describe.each([DOORS[0], DOORS[2]])(
  'a token in protocol list, query or cookie (door $door)',
  (at) => {
    it.each(ROWS)('is in no line, event or answer of H2 row $row (H18)', async (row) => {
      const { headers = {}, text = (same: string) => same, options = {}, first } = row;
      const told: string[] = [];
      const tell = (...args: unknown[]) => void told.push(inspect(args, { depth: 9 }));
      for (const [object, method] of [
        ...(['log', 'info', 'warn', 'error', 'debug'] as const).map(
          (name) => [console, name] as const,
        ),
        ...([[process, 'emitWarning']] as const),
      ]) {
        const spy = jest.spyOn(object as typeof console, method as 'log').mockImplementation(tell);
        onCleanup(() => spy.mockRestore());
      }
      const reply = (path: string) =>
        path === '/first' ? { target: echo } : (row.reply?.(served) ?? { target: echo });
      const logger = { warn: tell, error: tell };
      const served: Served = await serveAt(at, reply, options, { logger });
      served.system.events$.subscribe(tell);
      await first?.(served);
      const head = text(handshake(`/ws?token=${SECRET}`, { ...HEADERS, ...headers }));
      const client = served.connect().write(head);
      const answer = await (row.status === 101 ? client.until(/\r\n\r\n/) : client.end());

      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${row.status} `));
      expect([answer, ...told].filter((line) => line.includes(SECRET))).toEqual([]);
    });
  },
);
