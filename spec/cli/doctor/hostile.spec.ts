import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type WebSocket, WebSocketServer } from 'ws';
import { idle } from '../../../lib/cli/doctor/idle.js';
import { cleanUp, onCleanup } from '../../express/support.js';
import { examined, linesOf } from './examined.js';

afterEach(cleanUp);

/** A server that answers handshakes by hand, and all else by 404; its URL. */
async function listen(
  upgrade: (request: IncomingMessage, socket: Socket) => void,
): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((_request, response) => void response.writeHead(404).end());
  server.on('connection', (socket) => void sockets.add(socket.on('error', () => {})));
  server.on('upgrade', upgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
}

/** One that lets everybody in, and does this with them. */
function welcome(then: (webSocket: WebSocket) => void): Promise<string> {
  const server = new WebSocketServer({ noServer: true });
  return listen((request, socket) => {
    server.handleUpgrade(request, socket, Buffer.alloc(0), (webSocket) => {
      webSocket.on('error', () => {});
      then(webSocket);
    });
  });
}

describe('doctor, of a server that means it no good', () => {
  it('waits for the whole of an answer, and not for each byte of it (CL7)', async () => {
    const url = await listen((_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n');
      const timer = setInterval(() => socket.write('X-More: 1\r\n'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    const { lines } = await examined(url, '--timeout', '200ms');

    expect(linesOf(lines, 'upgrade')[0]).toBe('FAIL upgrade no answer within 200ms');
  });

  it('prints nothing that a terminal would obey, in JSON neither (CL7)', async () => {
    const orders = '\u001b]0;owned\u0007\u009b31m\u202e';
    const url = await welcome((webSocket) => webSocket.close(4_000, orders));
    const [text, json] = [await examined(url), await examined(url, '--json')];
    const printed = [...text.lines, ...json.lines].join('');

    expect(printed).toContain(String.raw`"\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}"`);
    expect(printed).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  it.each(['1e308', '-1.5', '"much"', 'null', '0'])(
    'takes a payload of %s in a hello for none that is said (CL10)',
    async (payload) => {
      const url = await welcome((webSocket) => {
        webSocket.send(`{"hello":{"limits":{"payload":${payload}}}}`);
      });
      const { lines } = await examined(url, '--timeout', '1s');

      expect(linesOf(lines, 'payload')[0]).toMatch(
        /^warn payload not tried: what answers is no relay/,
      );
      expect(linesOf(lines, 'idle')[0]).toMatch(/^ok idle open after 0.1s/);
    },
  );

  it('reads no end of messages (CL10)', () => {
    const heard = Array.from({ length: 200_000 }, (_, at) => at / 10);
    const end = { code: 1006, reason: '', after: 50_000 };

    expect(idle({ idle: 65_000, pings: [], heard, end }).text).toMatch(/after 30s of silence/);
  });
});
