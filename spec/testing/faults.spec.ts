import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { relayUpgrades } from '../../lib/http/index.js';
import {
  type FaultOptions,
  type FaultReport,
  fragmentFlood,
  halfOpen,
  reconnectStorm,
  resetDuringUpgrade,
  slowHandshake,
  slowReader,
  vanish,
} from '../../lib/testing/index.js';
import { certificate } from '../express/certificate.js';
import { cleanUp, onCleanup, within } from '../express/support.js';
import { freePort } from '../support/freePort.js';
import { quiet, refused, settled } from '../support/runtime.js';
import { census, goodClient, settle, witnessed } from '../ws/witness.js';

afterEach(cleanUp);

/** Runs a fault against a relay, in the presence of a good client; then nothing must be left of it. */
async function survives(
  [relay, http]: Parameters<typeof witnessed>,
  fault: (url: string) => Promise<FaultReport>,
  path = '',
) {
  const server = await witnessed(relay, http);
  const serveGood = await goodClient(server);
  const baseline = await census(server);
  const { url, visit } = server.next();
  const running = fault(`${url}${path}`);
  await serveGood();
  const report = await within(running, 'the end of the fault');
  await serveGood();
  await settle(server, baseline);
  await settled(server.system);
  return { report, heard: visit.heard };
}

describe('a relay', () => {
  it('cuts off a client that answers nothing (J2, cause l)', async () => {
    const { report, heard } = await survives([{ pingInterval: 100 }], (url) => halfOpen(url));

    expect(report).toMatchObject({ status: 101, code: undefined, ended: 'ended', messages: 0 });
    expect(heard).toEqual(['join', 'leave: ping timeout']);
  });

  it('closes with 1013 on a client that does not read (J3, cause m)', async () => {
    const { report, heard } = await survives([{ maxBuffered: 65_536 }], (url) =>
      slowReader(url, { bytesPerSecond: 0, messages: ['flood'] }),
    );

    expect(report).toMatchObject({ status: 101, ended: 'reset', messages: 0 });
    expect(heard).toEqual(['join', 'flood', 'leave: slow consumer']);
  });

  it('leaves a client alone that is slow, but fast enough (J3)', async () => {
    const { report, heard } = await survives([{ maxBuffered: 64 * 2 ** 20 }], (url) =>
      slowReader(url, { bytesPerSecond: 64 * 2 ** 20, messages: ['flood'], timeout: 4_000 }),
    );

    expect(report).toMatchObject({ ended: 'timeout', messages: 12, code: undefined });
    expect(heard).toEqual(['join', 'flood', 'leave: connection lost']);
  });

  it('has Node answer a handshake that does not come to an end (J4)', async () => {
    const http = { headersTimeout: 100, connectionsCheckingInterval: 50 };

    const { report, heard } = await survives([{}, http], (url) =>
      slowHandshake(url, { bytesPerSecond: 100 }),
    );

    expect(report).toMatchObject({ status: 408, ended: 'refused' });
    expect(heard).toEqual([]);
  });

  it('forgets a handshake whose client resets TCP (J5, H2 row 11)', async () => {
    const { report, heard } = await survives([{}], (url) => resetDuringUpgrade(url), '/wait');

    expect(report).toMatchObject({ status: undefined, ended: 'left', bytesReceived: 0 });
    expect(heard).toEqual([]);
  });

  it.each(['reset', 'end'] as const)(
    'tells of a client that vanishes by $what (J6)',
    async (how) => {
      const { report, heard } = await survives([{}], (url) =>
        vanish(url, { how, messages: ['hi'] }),
      );

      expect(report).toMatchObject({ status: 101, ended: 'left' });
      expect(heard).toEqual(['join', 'hi', 'leave: connection lost']);
    },
  );

  it('closes with 1008 on too many fragments (J7, cause k)', async () => {
    const { report, heard } = await survives([{}], (url) => fragmentFlood(url));

    expect(report).toMatchObject({ ended: 'closed', code: 1008, status: 101 });
    expect(heard).toEqual(['join', 'leave: too many parts']);
  });

  it('closes with 1009 on fragments of too many bytes (J7, cause k)', async () => {
    const { report } = await survives([{ maxPayload: 1_000 }], (url) =>
      fragmentFlood(url, { size: 100 }),
    );

    expect(report).toMatchObject({ ended: 'closed', code: 1009 });
  });

  it('takes as many of a storm as there may be, and refuses the others (J8, H2 row 3b)', async () => {
    const server = await witnessed({ maxConnections: 31 });
    const serveGood = await goodClient(server);
    const baseline = await census(server);

    const report = await reconnectStorm(server.next().url, { clients: 50, rounds: 1 });
    await serveGood();
    await settle(server, baseline);

    expect(report).toMatchObject({ ended: 'left', statuses: { 101: 30, 503: 20 }, unanswered: 0 });
  });
});

const FAULTS: Readonly<Record<string, (url: string, options?: FaultOptions) => Promise<unknown>>> =
  {
    fragmentFlood,
    halfOpen,
    reconnectStorm,
    resetDuringUpgrade,
    slowHandshake,
    slowReader,
    vanish,
  };
const rows = Object.entries(FAULTS).map(([name, fault]) => ({ name, fault }));

describe.each(rows)('$name', ({ name, fault }) => {
  it('refuses what it does not know, and does nothing (J1, I7)', async () => {
    const url = 'ws://127.0.0.1:1/';

    await expect(fault(url, { timeuot: 1 } as never)).rejects.toEqual(refused('Invalid'));
    await expect(fault(url, { timeout: 'soon' })).rejects.toEqual(refused('Invalid'));
    await expect(fault('http://127.0.0.1')).rejects.toEqual(refused('Invalid'));
    for (const bad of [
      { messages: 'hi' },
      { messages: [1] },
      { protocols: 'chat' },
      { signal: 1 },
    ]) {
      await expect(fault(url, bad as never)).rejects.toEqual(refused('Invalid'));
    }
    await expect(fault(url, { headers: { a: 'b\r\nc: d' } })).rejects.toThrow(name);
  });

  it('says that there is no server (J1)', async () => {
    const report = await fault(`ws://127.0.0.1:${await freePort()}/`);

    expect(report).toMatchObject(
      name === 'reconnectStorm' ? { unanswered: 300 } : { ended: 'unreachable', status: undefined },
    );
  });

  it.each(['timeout', 'aborted'])('ends when it is given up: %s (J1)', async (how) => {
    const server = await witnessed();
    const baseline = await census(server);
    const given = new AbortController();
    const { url } = server.next();
    const running = fault(`${url}/wait`, {
      timeout: how === 'timeout' ? 20 : 0,
      signal: given.signal,
    });
    if (how === 'aborted') given.abort();

    expect(await within(running, 'the end')).toMatchObject({ ended: how });
    await settle(server, baseline);
  });

  it('does nothing by a signal that was given before (J1)', async () => {
    const report = await fault('ws://127.0.0.1:1/', { signal: AbortSignal.abort() });

    expect(report).toMatchObject({ ended: 'aborted' });
  });
});

describe('a fault', () => {
  it('goes by TLS, with headers and protocols (J1)', async () => {
    const server = createSecureServer(certificate('localhost'));
    const asked: unknown[] = [];
    server.on('upgrade', ({ headers, url }, socket) => {
      asked.push([url, headers.cookie, headers['sec-websocket-protocol']]);
      socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(() => server.close());
    const { port } = server.address() as AddressInfo;

    const report = await halfOpen(`wss://127.0.0.1:${port}/a?b=c`, {
      headers: { Cookie: 'x=1' },
      protocols: ['chat', 'v2'],
      tls: { rejectUnauthorized: false },
    });

    expect(asked).toEqual([['/a?b=c', 'x=1', 'chat, v2']]);
    expect(report).toMatchObject({ ended: 'refused', status: 401 });
  });

  it('goes without a word under TLS, too (J6)', async () => {
    const server = createSecureServer(certificate('localhost'));
    const system = quiet();
    const relay = relayUpgrades(server, system, () => ({ target: () => NEVER }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(async () => {
      await relay.shutdown();
      await system.shutdown();
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    const url = `wss://127.0.0.1:${port}/`;
    const tls = { rejectUnauthorized: false };

    expect(await vanish(url, { tls })).toMatchObject({ ended: 'left', status: 101 });
    expect(await halfOpen(url, { tls, timeout: 50 })).toMatchObject({ ended: 'timeout' });
    expect(await halfOpen(url)).toMatchObject({ ended: 'unreachable', status: undefined });
  });

  it('waits for the answer behind early hints (J1)', async () => {
    const server = createServer((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 40');
      setImmediate(() => socket.end('3 Forbidden\r\n\r\n'));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onCleanup(() => server.close());
    const { port } = server.address() as AddressInfo;

    expect(await halfOpen(`ws://127.0.0.1:${port}`)).toMatchObject({
      status: 403,
      ended: 'refused',
    });
  });
});
