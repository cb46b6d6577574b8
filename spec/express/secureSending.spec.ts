import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import WebSocket from 'ws';
import { acceptUpgrades, setRelay, websocketRelay, ws } from '../../lib/express/index.js';
import { createSystem } from '../../lib/index.js';
import { probe } from '../../lib/testing/live/probe.js';
import { turns } from '../support/runtime.js';
import { certificate } from './certificate.js';
import { cleanUp, onCleanup, within } from './support.js';

afterEach(cleanUp);

describe('frames that wait on a connection with TLS', () => {
  it('are replaced, acknowledged and sent on as on any other (W7–W9)', async () => {
    const system = createSystem({ logger: false });
    const relay = websocketRelay(system);
    const target = probe(system);
    const app = express();
    app.get('/ws', relay, (_req, res) => void setRelay(res, { target_pid: target.pid }).end());
    const server = createServer(certificate('localhost'), app);
    acceptUpgrades(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(async () => {
      await relay.shutdown();
      await system.shutdown();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`wss://127.0.0.1:${port}/ws`, { rejectUnauthorized: false });
    onCleanup(() => socket.terminate());
    await within(once(socket, 'open'), 'the 101');
    const { client_pid } = (await target.expect(ws.join)).payload;
    const texts: string[] = [];
    socket.on('message', (data, isBinary) => void (isBinary || texts.push(String(data))));
    socket.pause();
    // More than the kernel takes, so that it stands still; `ack` says which has not left.
    for (let n = 0; n < 200; n++) {
      const frame = { data: new Uint8Array(64 * 1024), overflow: 'dropOldest' } as const;
      target.self.send(client_pid, ws.send, frame);
      await turns(2);
    }
    for (let n = 0; n < 1_000; n++) {
      target.self.send(client_pid, ws.send, { data: `${n}`, key: `${n % 2}`, ack: n });
    }
    const outcomes: string[] = [];
    const outcomesUntil = async (count: number) => {
      while (outcomes.length < count) {
        outcomes.push((await target.expect(ws.sent)).payload.outcome);
      }
    };
    // Only then may the client read: a frame that could leave meanwhile would be replaced by none.
    await outcomesUntil(998);
    expect(outcomes).toEqual(Array(998).fill('dropped'));
    socket.resume();
    await outcomesUntil(1_000);

    expect(outcomes.slice(998)).toEqual(['sent', 'sent']);
    while (texts.length < 2) await turns(1);
    expect(texts).toEqual(['998', '999']);
  });
});
