import { afterEach, expect, it } from '@jest/globals';
import { firstValueFrom } from 'rxjs';
import WebSocket from 'ws';
import { WebSocketMessage } from '../../lib/channels/index.js';
import { serveChannels } from '../channels/served.js';
import { serveEvents, stream } from '../express/events.js';
import { Client, cleanUp, onCleanup, within } from '../express/support.js';
import { describeWith } from './need.js';
import { eventsProxy, NEED, proxy } from './nginx.js';

describeWith(NEED)('channels behind nginx', () => {
  afterEach(cleanUp);

  it.each([
    { trust: 'loopback', address: '127.0.0.2' },
    { trust: false, address: '127.0.0.1' },
  ])(
    "know the client's address by 'trust proxy' $trust, and its user agent (B-table)",
    async ({ trust, address }) => {
      const { port: app, manager } = await serveChannels({
        before: (application) => application.set('trust proxy', trust && ['127.0.0.1']),
      });
      const port = await proxy(app, '$http_host');
      const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/chat:room1`, {
        ...{ localAddress: '127.0.0.2', headers: { 'User-Agent': 'spec/1' } },
      });
      onCleanup(() => socket.terminate());
      const client = new Client(socket);
      await client.next();

      const [id = ''] = manager.getConnectionIds();
      expect(manager.getConnectionMetadata(id)).toMatchObject({ address, userAgent: 'spec/1' });
      expect(manager.channels.getSubscribedChannels(id)).toEqual(['chat:room1']);
      manager.closeAll();
      expect(await client.closed).toEqual({ code: 1001, reason: '' });
    },
  );

  it('stream server-sent events, which no buffer holds back (SE3)', async () => {
    const served = await serveEvents();
    const port = await eventsProxy(served.port);

    const client = await stream(port, '/events/chat');
    expect(await client.payload()).toBe('Connected to channel: chat');
    served.manager.sendToChannel('chat', WebSocketMessage.text('at once'));
    expect(await client.payload()).toBe('at once');
    const ended = firstValueFrom(served.manager.connections$);
    client.leave();
    expect(await within(ended, 'the end')).toMatchObject({ type: 'left', count: 0 });
  });
});
