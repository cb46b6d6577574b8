import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { COMPRESSION, connect, type OutboundConnection } from '../../lib/ws/index.js';
import { within } from '../express/support.js';
import { describeWith } from './need.js';

const PYTHON = '/usr/bin/python3';
const SERVER = fileURLToPath(new URL('server.py', import.meta.url));

describeWith({
  command: PYTHON,
  args: ['-c', 'import websockets'],
  cure: 'apt-get install python3-websockets',
})('a server of python3-websockets', () => {
  let server: ChildProcess;
  let url: string;
  beforeAll(async () => {
    server = spawn(PYTHON, [SERVER], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = await within(
      once(server.stdout as NodeJS.ReadableStream, 'data'),
      'a port',
      20_000,
    );
    url = `ws://127.0.0.1:${Number(port)}/`;
  }, 30_000);
  afterAll(() => {
    server.kill();
  });

  const ask = async (
    connection: OutboundConnection,
    data: string | Uint8Array,
  ): Promise<unknown> => {
    await connection.send(data);
    for await (const message of connection) return message.data;
    return connection.closed;
  };

  it.each(Object.entries(COMPRESSION))(
    'is understood by connect, and understands it: compression %s (A1, A3, A5)',
    async (_, compression) => {
      const connection = await connect(url, { compression, compressionThreshold: 0 });
      const big = 'grüß dich '.repeat(50_000);

      expect(await ask(connection, 'grüß dich')).toBe('grüß dich');
      expect(await ask(connection, Uint8Array.of(0, 1, 255))).toEqual(Uint8Array.of(0, 1, 255));
      for (let i = 0; i < 3; i++) expect((await ask(connection, big)) === big).toBe(true);
      expect(await ask(connection, '')).toBe('');
      expect(await ask(connection, 'fragments')).toBe('fragmented');
      expect(await ask(connection, 'pong')).toBe('pong');
      expect(await ask(connection, 'extensions')).toBe(
        compression === 0 ? '' : 'permessage-deflate',
      );
      expect(await ask(connection, 'close')).toEqual({
        code: 4403,
        reason: 'not you',
        clean: true,
      });
    },
  );

  it('says why it closes: more than it takes (A3)', async () => {
    const connection = await connect(url);
    await connection.send('x'.repeat(2 ** 20 + 1));

    expect(await within(connection.closed, 'the end')).toMatchObject({ code: 1009, clean: true });
  });
});
