import { describe, expect, it } from '@jest/globals';
import { map } from 'rxjs';
import { channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { channelTest, frameLine, type TestClient } from '../../../lib/testing/index.js';
import { marbles } from '../../support/marbles.js';

/** What the page's own JavaScript sends: no ids, and nothing that v1 has. */
const command =
  (command: string, channel?: string) =>
  (client: TestClient): void =>
    client.send(JSON.stringify({ type: 'system', payload: { command, channel } }));

describe('the life of a connection', () => {
  it(
    'is, for a client of the page, what the page says: connect, welcome, messages, heartbeat, cleanup (B4, B5)',
    marbles(({ scheduler, expectObservable, hot }) => {
      const t = channelTest({ channels: [channel('chat:room1')], scheduler });
      const { manager } = t;
      const page = t.connect({ protocol: 'plain' });
      const server = {
        b: () => manager.broadcast(WebSocketMessage.text('Hello everyone!')),
        c: () => manager.sendToChannel('chat:room1', WebSocketMessage.json({ key: 'value' })),
        e: () =>
          manager.sendToConnection(page.pid, WebSocketMessage.event('user.joined', { userId: 42 })),
        p: () => manager.pingAll(),
      };

      page.goes('      --s--l-----u---x--', {
        s: command('subscribe', 'chat:room1'),
        l: command('list_channels'),
        u: command('unsubscribe', 'chat:room1'),
        x: command('rename'),
      });
      hot('            -b-c---e-p---c----', server).subscribe((act) => act());
      const expected = 'hbsc-l-e-p-u---x--|';
      const values = {
        h: "system 'WebSocket connected'",
        b: "text 'Hello everyone!'",
        s: "system 'Subscribed to channel: chat:room1'",
        c: "json { key: 'value' }",
        l: "json { channels: [ 'chat:room1' ] }",
        e: 'push user.joined { userId: 42 }',
        p: 'ping',
        u: "system 'Unsubscribed from channel: chat:room1'",
        x: "system 'Invalid command'",
      };

      expectObservable(page.frames$.pipe(map(frameLine))).toBe(expected, values);
      t.end();
    }),
  );

  it('has the keys of the page only, without an id (CP1)', () => {
    const t = channelTest();
    const page = t.connect({ protocol: 'plain', channel: 'chat:room1' });
    command('subscribe', 'chat:room2')(page);
    t.manager.sendToChannel(
      'chat:room2',
      WebSocketMessage.text('hi').withMetadata({ priority: 'high' }),
    );
    t.manager.unsubscribe(page.pid, 'chat:room2');
    t.advance('10m');

    expect(page.frames).toEqual([
      { type: 'system', payload: 'Connected to channel: chat:room1', timestamp: 0 },
      { type: 'system', payload: 'Subscribed to channel: chat:room2', timestamp: 0 },
      { type: 'text', payload: 'hi', timestamp: 0, metadata: { priority: 'high' } },
    ]);
    t.end();
  });

  it('is counted while it lasts, and leaves everything before anybody is told of its end (B8)', () => {
    const t = channelTest();
    const { channels, connections$ } = t.manager;
    const seen: unknown[] = [];
    connections$.subscribe(({ type, count, code, reason, connection }) => {
      seen.push([type, connection.identity, count, code, reason, channels.subscriberCount('a')]);
    });

    const [ann, bob] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'bob' })];
    for (const client of [ann, bob]) client.subscribeAndJoin('a');
    ann.close(1000, 'done');
    bob.drop();

    expect(seen).toEqual([
      ['joined', 'ann', 1, undefined, undefined, 0],
      ['joined', 'bob', 2, undefined, undefined, 0],
      ['left', 'ann', 1, 1000, 'done', 1],
      ['left', 'bob', 0, 1006, 'connection lost', 0],
    ]);
    t.end();
  });

  it(
    'of v1 gets a ping when nothing else came for 25 s, a plain one does not (CP21)',
    marbles(({ scheduler, expectObservable }) => {
      const t = channelTest({ scheduler });
      const [ann, page] = [t.connect(), t.connect({ protocol: 'plain' })];

      ann.goes('         59s ----', {});
      const expected = ' h 24999ms p 24999ms p 9003ms |';

      const types = (client: TestClient) => client.frames$.pipe(map(({ type }) => type));
      expectObservable(types(ann)).toBe(expected, { h: 'system', p: 'ping' });
      expectObservable(types(page)).toBe('h 59003ms |', { h: 'system' });
      t.end();
    }),
  );

  it('ends at a shutdown: of v1 with a time of its own to come back at, else with the text of the relay (B34)', async () => {
    const t = channelTest();
    const clients = [1, 2, 3].map(() => t.connect());
    const page = t.connect({ protocol: 'plain' });
    const shutdown = t.system.shutdown();
    await t.settled();

    const times = clients.map(({ closed }) => {
      expect(closed).toMatchObject({
        code: 1001,
        reason: expect.stringMatching(/^server shutting down; retry=\d{1,4}$/),
      });
      return closed?.reason;
    });
    expect(new Set(times).size).toBeGreaterThan(1);
    expect(page.closed).toEqual({ code: 1001, reason: 'server shutting down' });
    t.end();
    await shutdown;
  });
});
