import { describe, expect, it } from '@jest/globals';
import {
  type ChannelManager,
  channel,
  createChannelManager,
  createWebSocketManager,
  newConnectionId,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { idle, refused, tables } from '../../support/runtime.js';
import { type Client, type Scene, scene, V1 } from './clients.js';

const HELLO = WebSocketMessage.text('hello');

/** Each way in which an id may be a member. */
const KINDS: readonly { what: string; make: () => { channels: ChannelManager; id: string } }[] = [
  { what: 'a connection', make: () => made((s) => s.connect().pid) },
  { what: 'a connection of v1', make: () => made((s) => s.connect(V1).pid) },
  { what: 'a process', make: () => made((s) => s.system.spawn(idle)) },
  { what: 'an id that is neither', make: () => made(newConnectionId) },
  {
    what: 'an id, without a system',
    make: () => ({ channels: createChannelManager(), id: newConnectionId() }),
  },
];

function made(member: (scene: Scene) => string) {
  const given = scene();
  const id = member(given);
  given.system.flush();
  return { channels: given.manager.channels, id };
}

describe.each(KINDS)('channels, with $what as the member', ({ make }) => {
  it('are subscribed once, and made by that (B12)', () => {
    const { channels, id } = make();

    expect(channels.subscribe('a', id)).toBe(true);
    expect(channels.subscribe('a', id)).toBe(false);

    expect(channels.listChannels()).toEqual(['a']);
    expect(channels.channelExists('a')).toBe(true);
    expect(channels.getChannelMetadata('a')).toBeUndefined();
    expect(channels.getSubscribers('a')).toEqual([id]);
    expect(channels.subscriberCount('a')).toBe(1);
    expect(channels.getSubscribedChannels(id)).toEqual(['a']);
  });

  it('are left once, and stay listed when they are empty (B12)', () => {
    const { channels, id } = make();
    channels.subscribe('a', id);

    expect(channels.unsubscribe('a', id)).toBe(true);
    expect(channels.unsubscribe('a', id)).toBe(false);
    expect(channels.unsubscribe('nowhere', id)).toBe(false);

    expect(channels.listChannels()).toEqual(['a']);
    expect(channels.getSubscribers('a')).toEqual([]);
    expect(channels.subscriberCount('a')).toBe(0);
    expect(channels.getSubscribedChannels(id)).toEqual([]);
  });

  it('are left all at once (B12)', () => {
    const { channels, id } = make();
    for (const name of ['a', 'b', 'c']) channels.subscribe(name, id);
    expect(channels.getSubscribedChannels(id)).toEqual(['a', 'b', 'c']);

    channels.unsubscribeAll(id);
    channels.unsubscribeAll(id);

    expect(channels.getSubscribedChannels(id)).toEqual([]);
    expect(channels.listChannels()).toEqual(['a', 'b', 'c']);
  });

  it('are deleted with their subscriptions, and begin empty again (B28)', () => {
    const { channels, id } = make();
    channels.createChannel(channel('a', { description: 'A' }));
    channels.subscribe('a', id);

    expect(channels.deleteChannel('a')).toBe(true);
    expect(channels.deleteChannel('a')).toBe(false);

    expect(channels.channelExists('a')).toBe(false);
    expect(channels.getSubscribedChannels(id)).toEqual([]);
    expect(channels.getSubscribers('a')).toEqual([]);
    expect(channels.subscribe('a', id)).toBe(true);
    expect(channels.getChannelMetadata('a')).toBeUndefined();
    expect(channels.subscriberCount('a')).toBe(1);
  });

  it('keep their subscribers when they are created anew (B12)', () => {
    const { channels, id } = make();
    channels.createChannel(channel('a', { description: 'old', isPrivate: true }));
    channels.subscribe('a', id);

    channels.createChannel(channel('a', { description: 'new' }));

    expect(channels.getSubscribers('a')).toEqual([id]);
    expect(channels.getChannelMetadata('a')).toEqual({
      ...{ name: 'a', description: 'new', is_private: false, created_at: expect.any(Number) },
    });
  });

  it('give lists that are copies (B12)', () => {
    const { channels, id } = make();
    channels.subscribe('a', id);
    const lists = [
      channels.listChannels(),
      channels.getSubscribers('a'),
      channels.getSubscribedChannels(id),
    ] as string[][];

    for (const list of lists) list.length = 0;

    expect(channels.listChannels()).toEqual(['a']);
    expect(channels.getSubscribers('a')).toEqual([id]);
    expect(channels.getSubscribedChannels(id)).toEqual(['a']);
  });
});

describe('channels', () => {
  it('know nothing of what is not there (B12)', () => {
    const { channels } = scene().manager;

    expect(channels.getSubscribers('a')).toEqual([]);
    expect(channels.getSubscribedChannels('nobody')).toEqual([]);
    expect(channels.subscriberCount('a')).toBe(0);
    expect(channels.channelExists('a')).toBe(false);
    expect(channels.getChannelMetadata('a')).toBeUndefined();
    expect(channels.listChannels()).toEqual([]);
    expect(channels.deleteChannel('a')).toBe(false);
  });

  it('are listed in the order of their creation, private ones as well (B12)', () => {
    const { channels } = scene().manager;
    channels.createChannel(channel('z', { isPrivate: true }));
    channels.subscribe('a', 'someone');
    channels.createChannel(channel('m'));

    expect(channels.listChannels()).toEqual(['z', 'a', 'm']);
  });

  it('have their names as keys, whatever these are (B10)', () => {
    const { channels } = scene().manager;
    const names = ['__proto__', 'constructor', 'größe 😀', 'x'.repeat(200)];

    for (const name of names) channels.subscribe(name, 'someone');

    expect(channels.listChannels()).toEqual(names);
    expect(channels.subscriberCount('__proto__')).toBe(1);
    expect(channels.subscriberCount('hasOwnProperty')).toBe(0);
  });

  it.each([{ name: '' }, { name: 'a\n' }, { name: 'x'.repeat(256) }, { name: undefined }])(
    'are not made under the name $name (B10)',
    ({ name }) => {
      const { channels } = scene().manager;

      expect(() => channels.subscribe(name as never, 'someone')).toThrow(refused('Invalid'));
      expect(channels.listChannels()).toEqual([]);
    },
  );

  it('may be 100,000, and leave nothing behind (B10)', () => {
    const { manager, system } = scene();
    const process = system.spawn(idle);
    const names = Array.from({ length: 100_000 }, (_, i) => `chat:${i}`);

    for (const name of names) manager.channels.subscribe(name, process);
    expect(manager.channels.listChannels()).toEqual(names);
    expect(manager.channels.getSubscribedChannels(process)).toHaveLength(100_000);
    expect(manager.stats().channels).toMatchObject({ total: 100_000, subscriptions: 100_000 });
    for (const name of names) manager.channels.deleteChannel(name);

    expect(manager.channels.listChannels()).toEqual([]);
    expect(manager.channels.getSubscribedChannels(process)).toEqual([]);
    expect(tables(system).scopes).toBe(0);
  });

  it('take any id but none (B12)', () => {
    const { channels } = scene().manager;

    expect(() => channels.subscribe('a', '')).toThrow(refused('Invalid'));
    expect(() => channels.subscribe('a', 7 as never)).toThrow(refused('Invalid'));
    expect(channels.listChannels()).toEqual([]);
  });

  it('are created by channel(), of one name (B12)', () => {
    const { channels } = scene().manager;

    expect(() => channels.createChannel(channel('chat:*'))).toThrow(refused('Invalid'));
    expect(() => channels.createChannel('chat' as never)).toThrow(refused('Invalid'));
    expect(channels.listChannels()).toEqual([]);
  });

  it('do not take the PID of who has ended, nor are they made by it (B12)', () => {
    const { manager, system, connect } = scene();
    const [client, pid] = [connect(), system.spawn(idle)];
    client.ends();
    system.terminate(pid);
    system.flush();

    expect(manager.channels.subscribe('a', client.pid)).toBe(false);
    expect(manager.channels.subscribe('a', pid)).toBe(false);
    expect(manager.channels.listChannels()).toEqual([]);
  });

  it('do not take a connection that is closing, or is not the manager’s (B12)', () => {
    const { manager, system, connect } = scene();
    const [closing, gone] = [connect(), connect()];
    manager.closeConnection(closing.pid);
    gone.goesTo(system.spawn(idle));

    expect(manager.channels.subscribe('a', closing.pid)).toBe(false);
    expect(manager.channels.subscribe('a', gone.pid)).toBe(false);
    expect(manager.channels.listChannels()).toEqual([]);
  });

  it('have members that are processes first, then other ids, each in order (B12)', () => {
    const { manager, connect, system } = scene();
    const { channels } = manager;
    const [one, other, process] = [connect(), connect(), system.spawn(idle)];
    for (const id of ['guest', other.pid, process, 'visitor', one.pid]) {
      channels.subscribe('a', id);
    }

    expect(channels.getSubscribers('a')).toEqual([other.pid, process, one.pid, 'guest', 'visitor']);
    expect(channels.subscriberCount('a')).toBe(5);
  });

  it('are process groups, which a system can see (B12)', () => {
    const { manager, connect, system } = scene();
    const [client, process] = [connect(), system.spawn(idle)];
    manager.channels.subscribe('a', client.pid);
    manager.channels.subscribe('a', process);

    expect(system.groups.members('channel:a')).toEqual([client.pid, process]);

    client.ends();
    expect(system.groups.members('channel:a')).toEqual([process]);
    manager.channels.deleteChannel('a');
    expect(system.groups.members('channel:a')).toEqual([]);
    expect(tables(system).scopes).toBe(0);
  });

  it('are lost by a process with its end (B8)', () => {
    const { manager, system } = scene();
    const process = system.spawn(idle);
    manager.channels.subscribe('a', process);

    system.terminate(process);
    system.flush();

    expect(manager.channels.getSubscribers('a')).toEqual([]);
    expect(manager.channels.subscriberCount('a')).toBe(0);
  });

  it('of managers of one system do not know each other', () => {
    const { manager, system } = scene();
    const other = createWebSocketManager(system, { name: 'other' });
    const process = system.spawn(idle);
    manager.channels.subscribe('a', process);

    expect(other.channels.channelExists('a')).toBe(false);
    expect(other.channels.subscribe('a', process)).toBe(true);
    expect(manager.channels.unsubscribe('a', process)).toBe(true);
    expect(other.channels.getSubscribers('a')).toEqual([process]);
  });

  it('are told of by rx:subscribed and rx:unsubscribed where the server decides, in v1 (B28, B31)', () => {
    const { manager, connect } = scene();
    const [plain, v1] = [connect(), connect(V1)];
    const all = [plain, v1];
    for (const { pid } of all) manager.channels.subscribe('a', pid);
    for (const { pid } of all) manager.channels.unsubscribe('a', pid);
    for (const { pid } of all) manager.channels.subscribe('a', pid);
    manager.channels.deleteChannel('a');

    expect(plain.heard()).toEqual([]);
    expect(v1.heard()).toEqual([
      { event: 'rx:subscribed', data: {} },
      expelled('kicked', 'Removed from the channel'),
      { event: 'rx:subscribed', data: {} },
      expelled('deleted', 'The channel was deleted'),
    ]);
  });

  it('ask no hook where the server subscribes (B31)', () => {
    const secret = channel('secret', { isPrivate: true, join: () => false });
    const { manager, connect } = scene({ channels: [secret] });
    const client: Client = connect();

    expect(manager.channels.subscribe('secret', client.pid)).toBe(true);
    expect(manager.sendToChannel('secret', HELLO)).toBe(1);
    expect(client.heard()).toEqual(['hello']);
  });

  it('obey what is said of them when they are created, private and join (B6, B15)', () => {
    const { manager, connect } = scene();
    manager.channels.createChannel(channel('private', { isPrivate: true }));
    manager.channels.createChannel(channel('guarded', { join: () => ({ refused: 'denied' }) }));
    const client = connect();

    client.commands('subscribe', 'private').commands('subscribe', 'guarded');
    client.commands('list_channels');

    expect(client.heard()).toEqual([
      'Not authorized for channel: private',
      'Not authorized for channel: guarded',
      { channels: ['guarded'] },
    ]);
  });
});

const expelled = (code: string, message: string) => ({
  event: 'rx:unsubscribed',
  data: { code, message, retry: false },
});

describe('the process group of a channel', () => {
  it('tells those who watch it of each change, and is left wholly by who has joined it twice (B12, G5)', () => {
    const { manager, system } = scene();
    const pid = system.spawn(idle);
    const changes: unknown[] = [];
    system.groups.monitor('channel:a').subscribe(({ kind, data }) => changes.push([kind, data]));

    manager.channels.subscribe('a', pid);
    system.groups.join('channel:a', pid);
    manager.channels.unsubscribe('a', pid);
    manager.channels.subscribe('a', pid);
    manager.channels.deleteChannel('a');
    system.flush();

    expect(manager.channels.getSubscribedChannels(pid)).toEqual([]);
    expect(changes).toEqual(
      [
        ['members', []],
        ['member.joined', [pid]],
        ['member.joined', [pid]],
        ['member.left', [pid, pid]],
        ['member.joined', [pid]],
        ['member.left', [pid]],
      ].map(([kind, PIDs]) => [kind, { Group: 'channel:a', PIDs }]),
    );
  });
});
