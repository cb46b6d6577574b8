import { afterEach, describe, expect, it } from '@jest/globals';
import { interval, map, Subject, take, tap } from 'rxjs';
import {
  channel,
  createChannelManager,
  createWebSocketManager,
  newConnectionId,
  WebSocketMessage,
  websocketManager,
} from '../../../lib/channels/index.js';
import { createSystem } from '../../../lib/index.js';
import { testSystem } from '../../../lib/testing/live/testSystem.js';
import { cleanUp, open } from '../../express/support.js';
import { refused } from '../../support/runtime.js';
import { heard, serveChannels, welcomed } from '../served.js';

/** What the page of RustForge shows in Rust, as one writes it here. */
describe("the page's examples", () => {
  afterEach(cleanUp);

  it('messages of the server (Quick Start)', async () => {
    const { port, system } = await serveChannels();
    const [main, room] = [await welcomed(port), await welcomed(port, '/ws/chat:room1')];
    const data = { key: 'value' };

    const manager = websocketManager(system);
    manager.broadcast(WebSocketMessage.text('Hello everyone!'));
    manager.sendToChannel('chat:room1', WebSocketMessage.json(data));
    const [connectionId = ''] = manager.getConnectionIds();
    manager.sendToConnection(connectionId, WebSocketMessage.event('user.joined', { userId: 42 }));

    expect([await heard(main), await heard(main)]).toEqual([
      'Hello everyone!',
      { event: 'user.joined', data: { userId: 42 } },
    ]);
    expect([await heard(room), await heard(room)]).toEqual(['Hello everyone!', data]);
  });

  it('endpoints, and system commands of the client', async () => {
    const { port } = await serveChannels();
    const [main, room] = [await open(port, '/ws'), await open(port, '/ws/chat:room1')];
    const command = (name: string, channelName?: string) =>
      main.socket.send(
        JSON.stringify({ type: 'system', payload: { command: name, channel: channelName } }),
      );

    command('subscribe', 'chat:general');
    command('list_channels');
    command('unsubscribe', 'chat:general');
    command('list_channels');

    expect(await heard(room)).toBe('Connected to channel: chat:room1');
    const replies = [];
    for (let i = 0; i < 5; i++) replies.push(await heard(main));
    expect(replies).toEqual([
      'WebSocket connected',
      'Subscribed to channel: chat:general',
      { channels: ['chat:room1', 'chat:general'] },
      'Unsubscribed from channel: chat:general',
      { channels: ['chat:room1', 'chat:general'] },
    ]);
  });

  it('channels', async () => {
    const { port, manager } = await serveChannels();
    const client = await welcomed(port);
    const [connectionId = ''] = manager.getConnectionIds();

    manager.channels.createChannel(channel('chat:general', { description: 'General Chat Room' }));
    manager.channels.subscribe('chat:general', connectionId);
    manager.sendToChannel('chat:general', WebSocketMessage.text('Welcome to general chat!'));

    expect(await heard(client)).toBe('Welcome to general chat!');
    expect(manager.channels.getChannelMetadata('chat:general')).toMatchObject({
      ...{ name: 'chat:general', description: 'General Chat Room', is_private: false },
    });
    expect(manager.channels.subscriberCount('chat:general')).toBe(1);
    expect(manager.channels.deleteChannel('chat:general')).toBe(true);
    expect(manager.sendToChannel('chat:general', WebSocketMessage.text('gone'))).toBe(0);
  });

  it('broadcasting with options', async () => {
    const { port, manager } = await serveChannels();
    const one = await welcomed(port);
    const two = await welcomed(port);
    const three = await welcomed(port, '/ws/vip');
    const [id1 = '', id2 = ''] = manager.getConnectionIds();
    const message = (text: string) => WebSocketMessage.text(text);

    expect(manager.broadcast(message('a'), { onlyTo: [id1, id2] })).toBe(2);
    expect(manager.broadcast(message('b'), { exclude: [id1] })).toBe(2);
    expect(manager.broadcast(message('c'), { channel: 'vip' })).toBe(1);

    expect([await heard(one)]).toEqual(['a']);
    expect([await heard(two), await heard(two)]).toEqual(['a', 'b']);
    expect([await heard(three), await heard(three)]).toEqual(['b', 'c']);
  });

  it('connection management, and an error of a send', async () => {
    const { port, manager } = await serveChannels();
    const client = await welcomed(port);

    expect(manager.connectionCount()).toBe(1);
    const [id = ''] = manager.getConnectionIds();
    expect(manager.getConnectionMetadata(id)).toMatchObject({
      ...{ pid: id, address: '127.0.0.1', protocol: 'plain', connectedAt: expect.any(Number) },
    });
    manager.closeConnection(id);
    expect(await client.closed).toEqual({ code: 1000, reason: '' });
    expect(() => manager.sendToConnection(id, WebSocketMessage.ping())).toThrow(
      refused('NotFound', { message: `Connection not found: ${id}` }),
    );
  });

  it('serialisation, which fails where there is no JSON', () => {
    const message = WebSocketMessage.json({ key: 'value' });

    expect(message.encode()).toBe(
      `{"type":"json","payload":{"key":"value"},"timestamp":${message.timestamp}}`,
    );
    expect(() => WebSocketMessage.json(1n)).toThrow(refused('Invalid'));
  });

  it('domain events as an observable', async () => {
    const { port, manager } = await serveChannels();
    const client = await welcomed(port);
    const events$ = new Subject<{ name: string; payload: unknown }>();
    events$
      .pipe(map(({ name, payload }) => WebSocketMessage.event(name, payload)))
      .subscribe((message) => manager.broadcast(message));

    events$.next({ name: 'order.paid', payload: { id: 7 } });

    expect(await heard(client)).toEqual({ event: 'order.paid', data: { id: 7 } });
  });

  it('testing: no connections are 0 receivers, and channels count without a system', () => {
    const system = createSystem({ logger: false });
    const manager = createWebSocketManager(system);
    expect(manager.broadcast(WebSocketMessage.text('Test'))).toBe(0);

    const channels = createChannelManager();
    channels.createChannel(channel('test'));
    channels.subscribe('test', newConnectionId());
    expect(channels.subscriberCount('test')).toBe(1);
  });

  it('monitoring: the two loops as pipelines', () => {
    const system = testSystem();
    const manager = createWebSocketManager(system);
    const log: string[] = [];
    interval(30_000, system.scheduler)
      .pipe(take(4))
      .subscribe(() => log.push(`pinged ${manager.pingAll()}`));
    interval(60_000, system.scheduler)
      .pipe(
        take(2),
        tap(() => log.push(`active: ${manager.connectionCount()}`)),
      )
      .subscribe();

    system.advance('2m');

    expect(log).toEqual([
      ...['pinged 0', 'active: 0', 'pinged 0', 'pinged 0', 'active: 0', 'pinged 0'],
    ]);
  });
});
