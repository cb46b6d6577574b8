import { describe, expect, it } from '@jest/globals';
import { map, type Observable, take } from 'rxjs';
import { channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { collect, idle, refused } from '../../support/runtime.js';
import { scene, V1 } from './clients.js';

const say = (payload: string, name = 'a') => ({ type: 'text', payload, channel: name });

describe('ServerChannel', () => {
  it('tells what its members send, of its own channel only (B20)', () => {
    const { manager, connect } = scene();
    const [inA, all] = [manager.channel('a').messages$, manager.messages$].map((stream$) =>
      collect(stream$, ({ channel: name, payload, raw }) => [name, payload, raw]),
    );
    const [member, stranger] = [connect(), connect()];
    member.commands('subscribe', 'a').commands('subscribe', 'b');

    member.says(say('one')).says(say('two', 'b')).says('three');
    stranger.says(say('four'));

    expect(inA).toEqual([['a', 'one', JSON.stringify(say('one'))]]);
    expect(all).toEqual([
      ['a', 'one', JSON.stringify(say('one'))],
      ['b', 'two', JSON.stringify(say('two', 'b'))],
      [undefined, 'three', 'three'],
    ]);
  });

  it('tells what is sent to it, also where nobody is in it', () => {
    const { manager } = scene();
    const seen = collect(manager.channel('a').published$, (message) => message);
    const message = WebSocketMessage.event('said', { by: 'ann' }).withMetadata({ n: 1 });
    manager.sendToChannel('a', message);
    manager.channels.createChannel(channel('a'));

    manager.sendToChannel('a', message);
    manager.broadcast(message, { channel: 'a', onlyTo: [] });
    manager.broadcast(message);

    const { timestamp } = message;
    const published = {
      ...{ channel: 'a', type: 'event', timestamp, metadata: { n: 1 } },
      payload: { event: 'said', data: { by: 'ann' } },
    };
    expect(seen).toEqual([published, published]);
  });

  it('has a position where it has a history, of a stream with a name of 8 random characters (CH2, CH6)', () => {
    const { manager } = scene({
      channels: ['a', 'b'].map((name) => channel(name, { history: {} })),
    });
    const [a, b] = [manager.channel('a'), manager.channel('b')];
    a.send(WebSocketMessage.text('one'));

    expect(a.position).toEqual({ epoch: expect.stringMatching(/^[\w-]{8}$/), offset: 1 });
    expect(b.position?.epoch).not.toBe(a.position?.epoch);
    expect(manager.channel('c').position).toBeUndefined();
  });

  it('tells who joins and leaves, when lists and counts say the same', () => {
    const { manager, connect, system } = scene();
    const { channels } = manager;
    const seen: unknown[] = [];
    manager.channel('a').members$.subscribe(({ type, connection, count }) => {
      const list = channels.getSubscribers('a');
      const isIn = list.includes(connection.pid);
      const counts = [list.length, channels.subscriberCount('a'), manager.channel('a').count];
      expect(new Set([count, ...counts]).size).toBe(1);
      expect(isIn).toBe(type === 'joined');
      expect(channels.getSubscribedChannels(connection.pid).includes('a')).toBe(isIn);
      seen.push([type, connection.pid, count]);
    });
    const [ann, bob, cid, dan] = [connect(), connect(V1), connect(), connect()];
    for (const client of [ann, bob, cid, dan]) client.commands('subscribe', 'a');
    for (const id of [system.spawn(idle), 'guest']) channels.subscribe('a', id);

    ann.commands('subscribe', 'a').commands('unsubscribe', 'a').commands('unsubscribe', 'a');
    manager.unsubscribe(bob.pid, 'a');
    cid.ends();
    channels.subscribe('a', ann.pid);
    channels.deleteChannel('a');

    expect(seen).toEqual([
      ['joined', ann.pid, 1],
      ['joined', bob.pid, 2],
      ['joined', cid.pid, 3],
      ['joined', dan.pid, 4],
      ['left', ann.pid, 5],
      ['left', bob.pid, 4],
      ['left', cid.pid, 3],
      ['joined', ann.pid, 4],
      ['left', dan.pid, 0],
      ['left', ann.pid, 0],
    ]);
  });

  it('is not made by listening, and is heard again when it was deleted and made anew', () => {
    const { manager, connect } = scene();
    const [{ messages$, published$, members$ }, client] = [manager.channel('a'), connect()];
    const streams: Observable<unknown>[] = [messages$, published$, members$];
    const [said, sent, moved] = streams.map((stream$) => {
      const seen: unknown[] = [];
      stream$.subscribe({ next: () => seen.push('next'), complete: () => seen.push('complete') });
      return seen;
    });
    expect(manager.channels.channelExists('a')).toBe(false);

    for (let i = 0; i < 2; i++) {
      client.commands('subscribe', 'a').says(say('hello'));
      manager.sendToChannel('a', WebSocketMessage.ping());
      manager.channels.deleteChannel('a');
    }

    expect(said).toEqual(['next', 'next']);
    expect(sent).toEqual(['next', 'next']);
    expect(moved).toEqual(['next', 'next', 'next', 'next']);
  });

  it('holds nothing when nobody listens any more', () => {
    const { manager } = scene();
    const { messages$, members$ } = manager.channel('a');
    const subscriptions = [messages$.subscribe(), members$.subscribe(), members$.subscribe()];
    manager.channels.createChannel(channel('a'));
    const streams = () => manager[insideOf].broker.channels.find('a')?.streams !== undefined;

    expect(streams()).toBe(true);
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(streams()).toBe(false);
  });

  it('reports what a subscriber throws, and goes on (B36)', () => {
    const { manager, connect, events } = scene();
    const seen: unknown[] = [];
    for (const stream$ of [manager.channel('a').members$, manager.connections$]) {
      stream$.subscribe((event) => {
        seen.push(event);
        throw new Error('boom');
      });
    }
    const client = connect();
    client.commands('subscribe', 'a').commands('unsubscribe', 'a');

    expect(seen).toHaveLength(3);
    expect(events.filter(({ type }) => type === 'warning')).toHaveLength(3);
    expect(events.find(({ type }) => type === 'warning')).toMatchObject({
      ...{ code: 'channels', message: 'a subscriber of a stream has failed: Error: boom' },
      error: new Error('boom'),
    });
    expect(client.heard()).toEqual(['Subscribed to channel: a', 'Unsubscribed from channel: a']);
  });

  it('says of an error of an operator that its subscription has ended (B36)', () => {
    const { manager, connect, events } = scene();
    const client = connect();
    const boom = () => {
      throw new Error('boom');
    };
    manager.connections$.pipe(map(boom)).subscribe();

    connect();

    const text =
      'an operator, which has ended its subscription to a stream, has failed: Error: boom';
    expect(events.find(({ type }) => type === 'warning')).toMatchObject({ message: text });
    expect(client.heard()).toEqual([]);
  });

  it('completes with the manager, also for who comes later', async () => {
    const { manager, connect, system } = scene();
    manager.channels.subscribe('a', connect().pid);
    const ended: string[] = [];
    const listen = (): void => {
      const { messages$, published$, members$ } = manager.channel('a');
      const all: Record<string, Observable<unknown>> = {
        ...{ messages$, published$, members$ },
        ...{ inAll: manager.messages$, clients: manager.connections$ },
      };
      for (const [name, stream$] of Object.entries(all)) {
        stream$.subscribe({ complete: () => ended.push(name) });
      }
    };
    listen();

    system.terminate(manager.pid);
    system.flush();
    expect(ended.sort()).toEqual(['clients', 'inAll', 'members$', 'messages$', 'published$']);
    listen();
    expect(ended).toHaveLength(10);
    expect(manager.channels.listChannels()).toEqual([]);
    expect(manager.connectionCount()).toBe(0);
    expect(manager.broadcast(WebSocketMessage.ping())).toBe(0);
    expect(system.groups.members('channel:a')).toEqual([]);
  });

  it('needs a name (B10)', () => {
    expect(() => scene().manager.channel('')).toThrow(refused('Invalid'));
  });

  it('is subscribed and unsubscribed as any stream', () => {
    const { manager, connect } = scene();
    const seen = collect(manager.channel('a').members$.pipe(take(1)), ({ type }) => type);

    connect().commands('subscribe', 'a').commands('unsubscribe', 'a');

    expect(seen).toEqual(['joined']);
  });
});
