import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import httpProxy from 'http-proxy';
import { of } from 'rxjs';
import { setRelay, ws } from '../../lib/express/index.js';
import { send } from '../../lib/index.js';
import {
  attempt,
  type Client,
  cleanUp,
  echo,
  onCleanup,
  open,
  type Running,
  refusal,
  serve,
  within,
} from '../express/support.js';
import { settled } from '../support/runtime.js';
import { everything, HEADER, leaky, plain, VALUE, wire } from './leaky.js';
import { keeper, watched } from './support.js';

afterEach(cleanUp);

/** A proxy in front, as an application has one that passes on whatever it is told. */
async function front(port: number): Promise<number> {
  const proxy = httpProxy.createProxyServer({ target: { host: '127.0.0.1', port } });
  const server = createServer((req, res) => proxy.web(req, res));
  server.on('upgrade', (req, socket, head) => proxy.ws(req, socket, head));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onCleanup(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe('Relay-specific: the header is stripped from every response', () => {
  it('of any kind, behind a relay and beside it, plain and for an upgrade (H1)', async () => {
    const { port } = await serve({ routes: leaky });

    const text = await everything(port);

    expect(text.match(/^HTTP\/1.1 \d+/gm)?.length).toBeGreaterThanOrEqual(40);
    expect(text.toLowerCase()).not.toContain(`${HEADER.toLowerCase()}:`);
    expect(text).not.toContain('s3cr3t');
  });

  it('of 101 as well (H1)', async () => {
    const { port } = await watched({ metadata: { user: 's3cr3t' } });

    const { upgrade } = await open(port, '/ws/echo');

    expect(JSON.stringify(upgrade)).not.toMatch(/x-ws-relay|s3cr3t/i);
  });
});

describe('Relay-specific: no proxy leaks the header', () => {
  const leaks = async (before: (port: number) => Promise<number>): Promise<void> => {
    const { port } = await serve({ routes: leaky });
    const text = await everything(await before(port));
    expect(text).toContain('HTTP/1.1 426');
    expect(text).not.toMatch(/x-ws-relay:|s3cr3t/i);
  };

  it('as http-proxy, which passes all headers on', () => leaks(front));

  it('nor the application itself, where it is the proxy of a server that sets it', async () => {
    const { port } = await passingOn(VALUE);

    const text = await wire(port, plain('/api'));

    expect(text).toMatch(/^HTTP\/1.1 200 [\s\S]*from behind/);
    expect(text).not.toMatch(/x-ws-relay:|s3cr3t/i);
  });

  it('but whoever answers an upgrade behind a relay chooses its target, such a server, too', async () => {
    const { port, system } = await passingOn('{"target_name":"victim"}');
    const victim = keeper();
    system.spawn(victim.behavior, { name: 'victim' });

    await open(port, '/ws/api');
    await victim.until(() => victim.messages.length > 0);

    expect(victim.messages.map(({ topic }) => topic)).toEqual([ws.join]);
  });
});

/** An application that passes on, beside its relay and behind it, the answers of a server that sets the header. */
async function passingOn(value: string): Promise<Running> {
  const behind = createServer((_request, response) => {
    response.setHeader(HEADER, value);
    response.end('from behind');
  });
  behind.listen(0, '127.0.0.1');
  await once(behind, 'listening');
  onCleanup(() => void behind.close());
  const { port } = behind.address() as AddressInfo;
  const proxy = httpProxy.createProxyServer({ target: { host: '127.0.0.1', port } });
  return serve({
    routes: (app) => {
      app.use('/api', (req, res) => proxy.web(req, res));
      app.get('/ws/api', (req, res) => proxy.web(req, res, { headers: { connection: 'close' } }));
    },
  });
}

describe("Relay-specific: a client's own X-WS-Relay is ignored", () => {
  const own = (pid: string) => ({ [HEADER]: `{"target_pid":"${pid}","metadata":{"admin":true}}` });

  it('in a handshake: it decides neither target nor metadata (H1)', async () => {
    const kept = keeper();
    const { port, system } = await watched({ target: kept.behavior, metadata: { user: 'ada' } });
    const other = keeper();
    const pid = system.spawn(other.behavior);

    await open(port, '/ws/echo', { headers: own(pid) });
    await kept.until(() => kept.messages.length > 0);

    expect(kept.messages[0]?.payload).toMatchObject({ metadata: { user: 'ada' } });
    expect(kept.messages[0]?.payload).not.toMatchObject({ metadata: { admin: true } });
    expect(other.messages).toEqual([]);
  });

  it('where no handler asks for a relay, and in a request that is none (H1)', async () => {
    const { port, relay } = await serve({
      routes: (app) => void app.get('/ws/plain', (_request, response) => void response.send('hi')),
    });

    expect(await refusal(port, '/ws/plain', { headers: own('{main|0x00001}') })).toMatchObject({
      status: 200,
      body: 'hi',
    });
    const [answer] = await once(
      request({ port, path: '/ws/plain', headers: own('{main|0x00001}') }).end(),
      'response',
    );
    expect([answer.resume().statusCode, relay.count]).toEqual([200, 0]);
  });
});

describe('Relay-specific: client text can never produce ws.* or @ topics', () => {
  it.each([
    '{"topic":"ws.leave","payload":{}}',
    '{"topic":"@exit","reason":"kill"}',
    'ws.close',
    '@reply',
    '__proto__',
    '{"__proto__":{"topic":"ws.join"}}',
  ])('by what it says: %s (L3)', async (text) => {
    const kept = keeper();
    const { port } = await watched({ target: kept.behavior });
    const client = await open(port, '/ws/echo');

    client.socket.send(text);
    client.socket.send(Buffer.from(text));
    client.socket.close(4000, text);
    await kept.until(() => kept.messages.length === 4);

    expect(kept.messages.map(({ topic }) => topic)).toEqual([
      ws.join,
      ws.message,
      ws.message,
      ws.leave,
    ]);
    expect(kept.messages[1]?.payload).toMatchObject({ data: text });
    expect(kept.messages[3]?.payload).toMatchObject({ reason: text });
  });

  it.each([
    'ws.join',
    'ws.leave',
    'ws.send',
    'ws.sent',
    'ws.close',
    'ws.control',
    'ws.heartbeat',
    '@exit',
  ])(
    'by a handler that makes one its message_topic: %s is refused with 400 (H5)',
    async (message_topic) => {
      const { port } = await serve({
        routes: (app) => {
          app.get('/ws/:topic', ({ params: { topic } }, response) => {
            setRelay(response, { target: echo, message_topic: topic }).end();
          });
        },
      });

      expect((await attempt(port, `/ws/${message_topic}`)) as object).toMatchObject({
        status: 400,
      });
      await open(port, '/ws/chat');
    },
  );
});

describe('Relay-specific: PIDs from the wire are no capabilities', () => {
  it('a client reaches its target and no other process, whatever PID it names (P5)', async () => {
    const victim = keeper();
    const kept = keeper();
    const { port, system, relay } = await watched({ target: kept.behavior });
    const pid = system.spawn(victim.behavior, { name: 'victim' });
    const bystander = await open(port, '/ws/echo');
    const [{ pid: connection } = { pid: '' }] = relay.connections();
    const client = await open(port, `/ws/echo?target_pid=${pid}`, { protocols: [] });

    for (const to of [pid, connection, 'victim']) {
      client.socket.send(JSON.stringify({ to, client_pid: to, target_pid: to, topic: 'x' }));
    }
    await kept.until(() => kept.messages.filter(({ topic }) => topic === ws.message).length === 3);
    await settled(system);

    expect(victim.messages).toEqual([]);
    expect(bystander.socket.readyState).toBe(bystander.socket.OPEN);
    const senders = kept.messages.filter(({ topic }) => topic === ws.message);
    expect(senders.map(({ from }) => from)).not.toContain(connection);
  });

  it('but whoever in the system holds a PID may send to it: an address, not a capability (P5)', async () => {
    const { port, system, relay } = await watched();
    const client = await open(port, '/ws/echo');
    await client.ask('hi');
    const [{ pid } = { pid: '' }] = relay.connections();

    system.spawn(() => of(send(`${pid}`, ws.send, { data: 'from anybody' })));

    expect(await client.next()).toBe('from anybody');
  });
});

/** What UTF-8 makes of a text: halves of characters are lost. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

describe('Relay-specific: the close reason is capped at 123 bytes', () => {
  const closed = async (running: Running, client: Client, reason: string) => {
    await client.ask('hi');
    running.relay.closeWhere(() => true, { code: 4000, reason });
    return within(client.closed, 'the close');
  };

  it.each([
    { what: 'letters', reason: 'x'.repeat(5_000), bytes: 123 },
    { what: 'characters of three bytes', reason: '€'.repeat(5_000), bytes: 123 },
    { what: 'characters of four bytes', reason: '😀'.repeat(5_000), bytes: 120 },
    { what: 'halves of characters', reason: '\ud83d'.repeat(5_000), bytes: 123 },
  ])('between two characters, of $what (W5)', async ({ reason, bytes }) => {
    const running = await watched();
    const end = await closed(running, await open(running.port, '/ws/echo'), reason);

    expect(end.code).toBe(4000);
    expect(Buffer.byteLength(end.reason)).toBe(bytes);
    expect(end.reason).toBe(wellFormed(reason).slice(0, end.reason.length));
  });
});
