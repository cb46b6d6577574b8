import { afterEach, describe, expect, it } from '@jest/globals';
import { type RelayOptions, setRelay } from '../../lib/express/index.js';
import {
  cleanUp,
  echo,
  open,
  type Running,
  refusal,
  serve,
  servePending,
  within,
} from '../express/support.js';
import { everything, leaky } from '../security/leaky.js';
import { describeWith } from './need.js';
import { balancer, NEED, proxy } from './nginx.js';

const application = (relay: RelayOptions = {}): Promise<Running> =>
  serve({
    relay,
    routes: (app) => {
      app.get('/ws/echo', (_request, response) => setRelay(response, { target: echo }).end());
    },
  });

describeWith(NEED)('behind nginx', () => {
  afterEach(cleanUp);

  it('refuses its own pages while $host loses the port, and says what to do (H6)', async () => {
    const { port: app, warnings } = await application();
    const port = await proxy(app, '$host');
    const origin = `http://127.0.0.1:${port}`;

    const { status, body } = await refusal(port, '/ws/echo', { origin });

    expect([status, body]).toEqual([403, 'Origin not allowed']);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ code: 'origin_refused' });
    expect(warnings[0]?.message).toMatch(`Origin ${origin} is not Host 127.0.0.1; `);
    expect(warnings[0]?.message).toMatch('allowedOrigins');
  });

  it('knows its own pages by $http_host (H6)', async () => {
    const { port: app, warnings } = await application();
    const port = await proxy(app, '$http_host');

    const client = await open(port, '/ws/echo', { origin: `http://127.0.0.1:${port}` });

    expect(await client.ask('hello')).toBe('hello');
    expect(warnings).toEqual([]);
    expect((await refusal(port, '/ws/echo', { origin: 'http://evil.example' })).status).toBe(403);
  });

  it('knows pages by allowedOrigins, whatever the Host (H6)', async () => {
    const { port: app } = await application({ allowedOrigins: 'https://app.example.com' });
    const port = await proxy(app, '$host');

    const client = await open(port, '/ws/echo', { origin: 'https://app.example.com' });

    expect(await client.ask('hello')).toBe('hello');
  });

  it('passes close frames both ways, and bytes as they are', async () => {
    const { port: app, relay } = await application();
    const client = await open(await proxy(app, '$http_host'), '/ws/echo');
    client.socket.send(Buffer.from([0, 255]));
    expect(await client.next()).toEqual(Buffer.from([0, 255]));

    await relay.shutdown();

    expect(await client.closed).toEqual({ code: 1001, reason: 'server shutting down' });
  });

  it('passes a refusal on as it is', async () => {
    const { port: app } = await application({ maxConnections: 1 });
    const port = await proxy(app, '$http_host');
    await open(port, '/ws/echo');

    expect(await refusal(port, '/ws/echo')).toMatchObject({ status: 503 });
  });

  it('passes an upgrade that one process has no place for on to another (H16)', async () => {
    const [full, other] = [await application({ maxConnections: 1 }), await application()];
    await open(full.port, '/ws/echo');
    const port = await balancer(full.port, other.port);

    for (let n = 0; n < 4; n++) expect(await (await open(port, '/ws/echo')).ask('hi')).toBe('hi');

    expect([full.relay.count, other.relay.count]).toEqual([1, 4]);
  });

  it('gives the 503 where no process has a place (H16)', async () => {
    const [one, other] = [
      await application({ maxConnections: 1 }),
      await application({ maxConnections: 1 }),
    ];
    const port = await balancer(one.port, other.port);
    for (let n = 0; n < 2; n++) await open(port, '/ws/echo');

    expect(await refusal(port, '/ws/echo')).toMatchObject({ status: 503 });
  });

  it('has no relay header to pass on, whatever the application answers (H1)', async () => {
    const { port: app } = await serve({ routes: leaky });

    const text = await everything(await proxy(app, '$http_host'));

    expect(text).toContain('HTTP/1.1 426');
    expect(text).not.toMatch(/x-ws-relay:|s3cr3t/i);
  });

  describe('that waits no longer than a second', () => {
    const IMPATIENT = 'proxy_read_timeout 1s;';

    it.each([
      { pingInterval: 300, becomes: 'open' },
      { pingInterval: 0, becomes: 'cut off' },
    ])('a silent client is $becomes with pingInterval $pingInterval (Q1)', async (row) => {
      const { port: app } = await application({ pingInterval: row.pingInterval });
      const port = await proxy(app, '$http_host', IMPATIENT);
      // Without pings this one is cut off, so by then the other one would be, too.
      const { port: silent } = await application({ pingInterval: 0 });
      const measure = await open(await proxy(silent, '$http_host', IMPATIENT), '/ws/echo');
      const client = await open(port, '/ws/echo');

      expect(await within(measure.closed, 'the end')).toMatchObject({ code: 1006 });
      if (row.becomes === 'open') expect(await client.ask('hi')).toBe('hi');
      else expect(await within(client.closed, 'the end')).toMatchObject({ code: 1006 });
    });

    it.each([
      { handshakeTimeout: 300, status: 503 },
      { handshakeTimeout: 10_000, status: 504 },
    ])('a slow handler is a $status with handshakeTimeout $handshakeTimeout (H11)', async (row) => {
      const { port: app } = await servePending({
        relay: { handshakeTimeout: row.handshakeTimeout },
      });
      const port = await proxy(app, '$http_host', IMPATIENT);

      expect(await refusal(port, '/ws/room')).toMatchObject({ status: row.status });
    });
  });
});
