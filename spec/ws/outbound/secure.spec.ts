import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { connect, type DialError } from '../../../lib/ws/index.js';
import { certificate } from '../../express/certificate.js';
import { cleanUp, onCleanup } from '../../express/support.js';
import { errorOf } from './support.js';

let pair: ReturnType<typeof certificate>;
beforeAll(() => {
  pair = certificate('localhost');
});
afterEach(cleanUp);

/** A server whose certificate nobody has signed but itself; its port. */
async function secure(): Promise<number> {
  const server = createServer(pair);
  const webSockets = new WebSocketServer({ server });
  webSockets.on('connection', (socket) => socket.send('hello'));
  server.listen(0, 'localhost');
  await once(server, 'listening');
  onCleanup(() => {
    for (const client of webSockets.clients) client.terminate();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Has this process trust the certificate, as NODE_EXTRA_CA_CERTS would. */
function trust(): void {
  const { connect: original } = tls;
  const trusting = (options: tls.ConnectionOptions) => original({ ...options, ca: pair.cert });
  const spy = jest.spyOn(tls, 'connect').mockImplementation(trusting as typeof tls.connect);
  onCleanup(() => spy.mockRestore());
}

describe('connect by wss', () => {
  it('refuses a certificate that nobody it trusts has signed (A10)', async () => {
    const port = await secure();
    const error = await errorOf<DialError>(connect(`wss://localhost:${port}/?token=s3cret`));

    // As Node says it, which from 24 on has advice behind it.
    const said = (error.cause as Error).message;
    expect(said).toMatch(/^self-signed certificate/);
    expect(error.message).toBe(`cannot connect to wss://localhost:${port}/: ${said}`);
    expect(error.cause).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });

  it('refuses the certificate of another host (A10)', async () => {
    const port = await secure();
    trust();
    const error = await errorOf<DialError>(connect(`wss://127.0.0.1:${port}/`));

    expect(error.cause).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('reads and writes by TLS where all is right (A10)', async () => {
    const port = await secure();
    trust();
    const connection = await connect(`wss://localhost:${port}/`);
    await connection.send('x'.repeat(1_000_000));

    for await (const { data } of connection) {
      expect(data).toBe('hello');
      break;
    }
    await connection.close();
  });
});
