import { afterAll, describe, expect, it } from '@jest/globals';
import { type OrderEvent, totals } from '../../examples/14-domain-events.js';
import { lines, pings } from '../../examples/16-monitoring.js';
import type { WebSocketManager } from '../../lib/channels/index.js';
import { type Client, cleanUp, open, refusal } from '../express/support.js';
import { marbles } from '../support/marbles.js';
import { example, running } from './example.js';
import { json } from './start.js';

afterAll(cleanUp);

/** A frame without its time. */
async function next(client: Client): Promise<unknown> {
  const { timestamp: _, ...rest } = json(await client.next()) as { timestamp: number };
  return rest;
}
const system = (payload: string) => ({ type: 'system', payload });
const say = ({ socket }: Client, message: object): void => socket.send(JSON.stringify(message));
const command = (client: Client, name: string, channel?: string): void =>
  say(client, { type: 'system', payload: { command: name, channel } });

example('12-channels', () => {
  const enter = async (room: string, user: string): Promise<Client> => {
    const client = await open(running().port, `/ws/chat:${room}?user=${user}`);
    expect(await next(client)).toEqual(system(`Connected to channel: chat:${room}`));
    expect(await next(client)).toEqual(system(`${user} has joined the room`));
    return client;
  };

  it('tells a room who comes, what is said, and who goes (B4, B11)', async () => {
    const ada = await enter('general', 'ada');
    const bob = await enter('general', 'bob');
    expect(await next(ada)).toEqual(system('bob has joined the room'));

    say(bob, { type: 'text', channel: 'chat:general', payload: 'hello' });
    const payload = { username: 'bob', message: 'hello', room: null };
    const said = { type: 'json', payload: { ...payload, timestamp: expect.any(Number) } };
    expect([await next(ada), await next(bob)]).toEqual([said, said]);

    bob.socket.close();
    expect(await next(ada)).toEqual(system('bob has left the room'));
    ada.socket.close();
  });

  it('lets a client into a room by a command, lists the rooms, and makes no others (B5)', async () => {
    const cy = await open(running().port, '/ws?user=cy');
    expect(await next(cy)).toEqual(system('WebSocket connected'));

    command(cy, 'list_channels');
    const channels = ['chat:general', 'chat:support'];
    expect(await next(cy)).toEqual({ type: 'json', payload: { channels } });
    command(cy, 'subscribe', 'chat:support');
    expect(await next(cy)).toEqual(system('Subscribed to channel: chat:support'));
    expect(await next(cy)).toEqual(system('cy has joined the room'));
    const rooms = await (await fetch(`http://127.0.0.1:${running().port}/rooms`)).json();
    expect(rooms).toMatchObject({ support: 1 });

    command(cy, 'subscribe', 'chat:mine');
    expect(await next(cy)).toEqual(system('Unknown channel: chat:mine'));
    command(cy, 'unsubscribe', 'chat:support');
    expect(await next(cy)).toEqual(system('Unsubscribed from channel: chat:support'));
  });

  it('knows nobody without a name, and no room that there is not', async () => {
    const { port } = running();

    expect((await refusal(port, '/ws/chat:general')).status).toBe(401);
    expect((await refusal(port, '/ws/chat:mine?user=ada')).status).toBe(404);
  });
});

example('14-domain-events', () => {
  const post = (path: string, body?: object) =>
    fetch(`http://127.0.0.1:${running().port}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const event = (name: string, data: object) => ({ type: 'event', payload: { event: name, data } });

  it('tells all clients of events, and who asks what they come to (B11)', async () => {
    const [all, sales] = [
      await open(running().port, '/ws'),
      await open(running().port, '/ws/sales'),
    ];
    await next(all);
    await next(sales);

    expect(await (await post('/orders', { cents: 1_250 })).json()).toEqual({ id: 1 });
    expect((await post('/orders/1/pay')).status).toBe(204);

    const placed = event('order.placed', { id: 1, cents: 1_250 });
    const paid = event('order.paid', { id: 1, cents: 1_250 });
    expect([await next(all), await next(all)]).toEqual([placed, paid]);
    expect([await next(sales), await next(sales)]).toEqual([placed, paid]);
    expect(await next(sales)).toEqual(event('sales.total', { cents: 1_250 }));
  });

  it('refuses what is no order', async () => {
    expect((await post('/orders', { cents: -1 })).status).toBe(400);
    expect((await post('/orders/9/pay')).status).toBe(404);
  });

  it(
    'adds up what was paid, four times a second at most',
    marbles(({ hot, expectObservable }) => {
      const of = (name: OrderEvent['name'], cents: number) => ({ name, payload: { id: 1, cents } });
      const events$ = hot('p a 100ms b 300ms c', {
        p: of('order.placed', 1),
        a: of('order.paid', 2),
        b: of('order.paid', 3),
        c: of('order.paid', 4),
      });
      const expected = '  - - 249ms x 151ms - 249ms y';
      const total = (cents: number) => ({ name: 'sales.total', payload: { cents } });

      expectObservable(totals(events$)).toBe(expected, { x: total(5), y: total(9) });
    }),
  );
});

example('16-monitoring', () => {
  it('welcomes its clients', async () => {
    expect(await next(await open(running().port, '/ws'))).toEqual(system('WebSocket connected'));
  });
});

describe('the loops of examples/16-monitoring', () => {
  const manager = { pingAll: () => 3, connectionCount: () => 4 } as WebSocketManager;

  it(
    'ping every 30 s and log every minute, until the end',
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const end$ = hot('   100s x');
      const subs = '       ^ 99999ms !';
      const pinged = '     30s p 29999ms p 29999ms p 9999ms |';
      const logged = '     60s l 39999ms |';

      expectObservable(pings(manager, end$)).toBe(pinged, { p: 3 });
      expectObservable(lines(manager, end$)).toBe(logged, {
        l: 'Active WebSocket connections: 4',
      });
      expectSubscriptions(end$.subscriptions).toBe([subs, subs]);
    }),
  );
});
