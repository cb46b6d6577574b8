import { afterEach, describe, expect, it } from '@jest/globals';
import { WebSocketMessage } from '../../../lib/channels/index.js';
import { adminRoutes } from '../../../lib/express/index.js';
import { cleanUp } from '../../express/support.js';
import { serveChannels, welcomed } from '../served.js';

const TOKEN = 'a token of 24 characters'.replaceAll(' ', '-');

describe('adminRoutes of a manager', () => {
  afterEach(cleanUp);

  it('tell of its routes, and of what it has done (CL2, CL4)', async () => {
    const { app, port, manager } = await serveChannels({
      allowedOrigins: 'https://app.example.com',
      maxPayload: 2_000,
      maxBuffered: 3_000,
      maxConnections: 4,
    });
    app.use(adminRoutes(manager, { token: TOKEN }));
    const get = async (page: string) => {
      const headers = { Authorization: `Bearer ${TOKEN}` };
      return (await fetch(`http://127.0.0.1:${port}/_rx/${page}`, { headers })).json();
    };
    const client = await welcomed(port, '/ws/chat:room1');
    manager.broadcast(WebSocketMessage.text('hello'));
    await client.next();

    expect(await get('info')).toMatchObject({
      endpoints: [
        { path: '/ws', kind: 'main' },
        { path: '/ws/:channel', kind: 'channel' },
      ],
      limits: { connections: 4, payload: 2_000, channels: 128, buffered: 3_000 },
      origins: ['https://app.example.com'],
    });
    expect(await get('stats')).toMatchObject({
      admin: 1,
      connections: { total: 1, active: 1, idle: 0, opened: 1 },
      channels: { total: 1, with_subscribers: 1, subscriptions: 1, processes: 0 },
      messages: { sent: 2, received: 0, broadcast: 1, sent_per_second: 0.2 },
      ...{ drops: {}, closed: {} },
    });
  });

  it('name the endpoints by the path of the routes', async () => {
    const { manager } = await serveChannels({ path: '/' });

    expect(manager.info().endpoints).toEqual([
      { path: '/', kind: 'main' },
      { path: '/:channel', kind: 'channel' },
    ]);
    expect(manager.info().limits).toMatchObject({ connections: 65_536, payload: 2 ** 20 });
  });
});
