import { describe, expect, it } from '@jest/globals';
import { map, NEVER, Subject } from 'rxjs';
import { tree } from '../../examples/start/tree.js';
import { type Branch, grown, type Sight, seen, watching } from '../../examples/start/watch.js';
import { channel, createWebSocketManager, WebSocketMessage } from '../../lib/channels/index.js';
import { type Behavior, is, supervise } from '../../lib/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import { config } from '../relay/connected.js';

/** A tree as indented text. */
const draw = (branches: readonly Branch[], indent = ''): string =>
  branches
    .map(({ name, restarts, children, more }) => {
      const count =
        (restarts > 0 ? ` restarts ${restarts}` : '') + (more > 0 ? ` more ${more}` : '');
      return `${indent}${name}${count}\n${draw(children, `${indent}  `)}`;
    })
    .join('');

/** A system with the tree's process, and what that tells the watch. */
function scene() {
  const system = testSystem();
  const manager = createWebSocketManager(system, {
    channels: [channel('chat:*', { behavior: () => NEVER })],
  });
  const told: { tree: string[]; crashes: Sight[] } = { tree: [], crashes: [] };
  const watch: Behavior = (inbox) =>
    inbox.pipe(
      map((message) => {
        if (is(message, grown)) told.tree.push(draw(message.payload));
        if (is(message, seen)) told.crashes.push(message.payload);
      }),
    );
  system.spawn(watch, { name: 'watch' });
  system.spawn(tree(system, manager));
  system.advance(50);
  const hub = new Hub(system);
  const enter = (name: string) => {
    const socket = fakeSocket({ events$: new Subject<SocketEvent>() });
    const pid = hub.connect(socket, config(manager.pid));
    system.flush();
    manager.channels.subscribe(name, String(pid));
  };
  return { system, told, enter, manager };
}

const ROOMS = 'websocket\n  chat:lobby\n    connection\n';

describe('tree', () => {
  it('tells of the tree once, however many have come and gone within 50 ms', () => {
    const { system, told, enter } = scene();
    expect(told.tree).toEqual(['websocket\n']);

    enter('chat:lobby');
    enter('chat:kitchen');
    system.advance(49);
    expect(told.tree).toHaveLength(1);
    system.advance(1);
    expect(told.tree.slice(1)).toEqual([`${ROOMS}  chat:kitchen\n    connection\n`]);

    system.advance('1h');
    expect([told.tree.length, told.crashes]).toEqual([2, []]);
  });

  it('tells of the tree when the watch has told who is in a room, and not of what is said there', () => {
    const { system, told, manager } = scene();
    manager.channels.createChannel(watching);
    const watched = (topic: string) =>
      manager.channel('watch').send(WebSocketMessage.event('seen', { topic }));

    watched('channel.event');
    system.advance(50);
    expect(told.tree).toHaveLength(1);
    watched('channel.joined');
    system.advance(50);
    watched('channel.left');
    system.advance(50);
    expect(told.tree).toHaveLength(3);
  });

  it('counts restarts of a room, and tells of each crash', () => {
    const { system, told, enter } = scene();
    enter('chat:lobby');
    system.flush();
    const pid = system.names.lookup('channel:chat:lobby');

    system.exit('channel:chat:lobby', new TypeError('a bug'));
    system.flush();
    system.exit('channel:chat:lobby', 'kill');
    system.advance(50);

    expect(told.tree.at(-1)).toBe(ROOMS.replace('lobby', 'lobby restarts 2'));
    expect(told.crashes).toMatchObject([
      { topic: 'exited', pid, detail: 'channel:chat:lobby: TypeError: a bug' },
      { topic: 'exited', detail: 'channel:chat:lobby: killed' },
    ]);
  });

  it('shows what is supervised, and what was restarted there', () => {
    const { system, told } = scene();
    const children = [{ id: 'one', behavior: () => NEVER, name: 'first' }];
    system.spawn(supervise({ children }), { name: 'app' });
    system.flush();

    system.exit('first', new Error('a bug'));
    system.advance(50);

    expect(told.tree.at(-1)).toBe('app\n  first restarts 1\nwebsocket\n');
  });

  it('shows at most 20 members of a room', () => {
    const { system, told, enter } = scene();

    for (let i = 0; i < 22; i++) enter('chat:lobby');
    system.advance(50);

    const shown = '    connection\n'.repeat(20);
    expect(told.tree.at(-1)).toBe(`websocket\n  chat:lobby more 2\n${shown}`);
  });
});
