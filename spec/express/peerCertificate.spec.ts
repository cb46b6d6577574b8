import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import WebSocket from 'ws';
import { acceptUpgrades, setRelay, websocketRelay } from '../../lib/express/index.js';
import { createSystem } from '../../lib/index.js';
import { certificate } from './certificate.js';
import { cleanUp, deferred, echo, onCleanup, within } from './support.js';

afterEach(cleanUp);

describe('a relayed request', () => {
  it("shows the client's certificate when its response has finished (H12)", async () => {
    const [own, client] = [certificate('localhost'), certificate('ada')];
    const system = createSystem({ logger: false });
    const relay = websocketRelay(system);
    const app = express().use('/ws', relay);
    const seen = deferred<string>();
    app.get('/ws', (req, res) => {
      res.on('finish', () => {
        const socket = req.socket as TLSSocket;
        seen.resolve(`${socket.getPeerCertificate().subject.CN}`);
        socket.destroy();
      });
      setRelay(res, { target: echo }).end();
    });
    const options = { ...own, requestCert: true, rejectUnauthorized: false };
    const server = createServer(options, app).listen(0, '127.0.0.1');
    acceptUpgrades(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, {
      ...client,
      ca: own.cert,
      rejectUnauthorized: false,
    });
    onCleanup(async () => {
      socket.terminate();
      await relay.shutdown();
      await system.shutdown();
      server.close();
    });

    await within(once(socket, 'open'), 'the WebSocket');
    expect(await within(seen.promise, 'the certificate')).toBe('ada');
    socket.send('still here');
    expect(String((await within(once(socket, 'message'), 'the echo'))[0])).toBe('still here');
  });
});
