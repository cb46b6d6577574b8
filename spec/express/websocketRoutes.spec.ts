import { afterEach, describe, expect, it } from '@jest/globals';
import { createWebSocketManager } from '../../lib/channels/index.js';
import { websocketRoutes } from '../../lib/express/index.js';
import { cleanUp, open, serve } from './support.js';

afterEach(cleanUp);

describe('websocketRoutes', () => {
  it('are their relay, which is counted, measured and shut down by them (B4)', async () => {
    const { app, port, system } = await serve({ mount: false });
    const routes = websocketRoutes(createWebSocketManager(system));
    app.use(routes);
    const client = await open(port, '/ws/chat:a');
    await client.next();

    expect(routes.count).toBe(1);
    expect(routes.stats()).toMatchObject({ connections: 1, opened: 1 });
    await routes.shutdown();

    expect((await client.closed).code).toBe(1001);
    expect(routes.count).toBe(0);
  });
});
