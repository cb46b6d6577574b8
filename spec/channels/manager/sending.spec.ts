import { describe, expect, it } from '@jest/globals';
import { map, tap } from 'rxjs';
import { published, WebSocketMessage } from '../../../lib/channels/index.js';
import { type Behavior, type Message, ofTopic, type Pid } from '../../../lib/index.js';
import { idle, reads, refused } from '../../support/runtime.js';
import { scene, V1 } from './clients.js';

const HELLO = WebSocketMessage.text('hello');

/** Three clients, of whom two are in channel `a`. */
function three() {
  const given = scene();
  const [ann, bob, cid] = [given.connect(), given.connect(V1), given.connect()];
  for (const { pid } of [ann, bob]) given.manager.channels.subscribe('a', pid);
  bob.read();
  const heard = () => [ann, bob, cid].map((client) => client.heard().length);
  return { ...given, ann, bob, cid, heard };
}

describe('broadcast', () => {
  it('reaches all connections and says how many (B9)', () => {
    const { manager, ann, bob, cid } = three();

    expect(manager.broadcast(HELLO)).toBe(3);

    expect([ann, bob, cid].map((client) => client.heard())).toEqual([
      ['hello'],
      ['hello'],
      ['hello'],
    ]);
  });

  it('reaches nobody where nobody is (B9)', () => {
    expect(scene().manager.broadcast(HELLO)).toBe(0);
  });

  it.each<{ what: string; pick: (pids: Pid[]) => object; count: number; heard: number[] }>([
    { what: 'no option', pick: () => ({}), count: 3, heard: [1, 1, 1] },
    { what: 'onlyTo', pick: ([a, , c]) => ({ onlyTo: [a, c] }), count: 2, heard: [1, 0, 1] },
    { what: 'onlyTo nobody', pick: () => ({ onlyTo: [] }), count: 0, heard: [0, 0, 0] },
    { what: 'onlyTo twice', pick: ([a]) => ({ onlyTo: [a, a] }), count: 1, heard: [1, 0, 0] },
    { what: 'unknown ids', pick: ([a]) => ({ onlyTo: ['x', a, ''] }), count: 1, heard: [1, 0, 0] },
    { what: 'exclude', pick: ([a]) => ({ exclude: [a] }), count: 2, heard: [0, 1, 1] },
    { what: 'exclude unknown', pick: () => ({ exclude: ['x'] }), count: 3, heard: [1, 1, 1] },
    {
      what: 'exclude before onlyTo',
      pick: ([a, b]) => ({ onlyTo: [a, b], exclude: [b] }),
      ...{ count: 1, heard: [1, 0, 0] },
    },
    { what: 'a channel', pick: () => ({ channel: 'a' }), count: 2, heard: [1, 1, 0] },
    { what: 'an unknown channel', pick: () => ({ channel: 'x' }), count: 0, heard: [0, 0, 0] },
    {
      what: 'onlyTo of a channel',
      pick: ([a, , c]) => ({ channel: 'a', onlyTo: [a, c] }),
      ...{ count: 1, heard: [1, 0, 0] },
    },
    {
      what: 'a channel without some',
      pick: ([a]) => ({ channel: 'a', exclude: [a] }),
      ...{ count: 1, heard: [0, 1, 0] },
    },
    {
      what: 'options that are undefined',
      pick: () => ({ channel: undefined, onlyTo: undefined, exclude: undefined }),
      ...{ count: 3, heard: [1, 1, 1] },
    },
  ])('goes by its options: $what (B9)', ({ pick, count, heard }) => {
    const given = three();
    const pids = [given.ann, given.bob, given.cid].map(({ pid }) => pid);

    expect(given.manager.broadcast(HELLO, pick(pids))).toBe(count);

    expect(given.heard()).toEqual(heard);
  });

  it.each<{ what: string; options: object }>([
    { what: 'an unknown option', options: { only: [] } },
    { what: 'onlyTo that is no list', options: { onlyTo: 'x' } },
    { what: 'exclude that is no list', options: { exclude: {} } },
  ])('refuses $what, and sends nothing', ({ options }) => {
    const { manager, heard } = three();

    expect(() => manager.broadcast(HELLO, options)).toThrow(refused('Invalid'));
    expect(heard()).toEqual([0, 0, 0]);
  });

  it('sends nothing of what is no message (B9)', () => {
    const { manager, heard } = three();

    expect(() => manager.broadcast({ type: 'json', payload: 1n, timestamp: 1 })).toThrow(
      refused('Invalid'),
    );
    expect(heard()).toEqual([0, 0, 0]);
  });

  it('does not count who is closing (B9)', () => {
    const { manager, ann, bob } = three();
    manager.closeConnection(ann.pid);

    expect(manager.broadcast(HELLO)).toBe(2);
    expect(manager.sendToChannel('a', HELLO)).toBe(1);
    bob.ends();
    expect(manager.sendToChannel('a', HELLO)).toBe(0);
  });

  it('keeps processes to its options, too (B9)', () => {
    const { manager, system } = scene();
    const log: unknown[] = [];
    const [one, other] = [system.spawn(reads(log)), system.spawn(reads(log))];
    for (const pid of [one, other]) manager.channels.subscribe('a', pid);

    manager.broadcast(HELLO, { channel: 'a', exclude: [one] });
    manager.broadcast(HELLO, { channel: 'a', onlyTo: [other] });
    manager.broadcast(HELLO, { channel: 'a', onlyTo: [] });
    system.flush();

    expect(log).toHaveLength(2);
  });
});

describe('sendToChannel', () => {
  it('reaches the connections in it, and says how many (B9)', () => {
    const { manager, system, heard } = three();
    for (const id of [system.spawn(idle), 'guest']) manager.channels.subscribe('a', id);

    expect(manager.sendToChannel('a', HELLO)).toBe(2);
    expect(manager.sendToChannel('nowhere', HELLO)).toBe(0);
    expect(manager.channel('a').send(HELLO)).toBe(2);
    expect(manager.channel('nowhere').send(HELLO)).toBe(0);

    expect(heard()).toEqual([2, 2, 0]);
  });

  it('names the channel in v1, before the message, and not in plain (CP1, CP2)', () => {
    const { manager, ann, bob } = three();

    manager.sendToChannel('a', HELLO);

    const { timestamp } = HELLO;
    expect(ann.read()).toEqual([`{"type":"text","payload":"hello","timestamp":${timestamp}}`]);
    expect(bob.read()).toEqual([
      `{"channel":"a","type":"text","payload":"hello","timestamp":${timestamp}}`,
    ]);
  });

  it('gives processes a message under a typed topic, whose sender is the manager (B12)', () => {
    const { manager, system } = scene();
    const seen: Message[] = [];
    const member: Behavior = (inbox) =>
      inbox.pipe(
        tap((message) => seen.push(message)),
        ofTopic(published),
        map(({ payload }) => void payload.channel),
      );
    manager.channels.subscribe('a', system.spawn(member));
    const message = HELLO.withMetadata({ n: 1 });

    expect(manager.sendToChannel('a', message)).toBe(0);
    system.flush();

    const { timestamp } = message;
    const payload = {
      ...{ channel: 'a', type: 'text', payload: 'hello', timestamp },
      metadata: { n: 1 },
    };
    expect(seen).toEqual([{ topic: 'channel.published', payload, from: manager.pid }]);
  });

  it('goes to nobody after the channel was deleted (B28)', () => {
    const { manager, heard } = three();
    manager.channels.deleteChannel('a');

    expect(manager.sendToChannel('a', HELLO)).toBe(0);
    expect(heard()).toEqual([0, 1, 0]);
  });

  it.each<{ what: string; options: object }>([
    { what: 'an unknown option', options: { recorded: false } },
    { what: 'record that is neither true nor false', options: { record: 'yes' } },
    { what: 'a key that is no text', options: { key: 1 } },
    { what: 'a key that is too long', options: { key: 'x'.repeat(256) } },
    { what: 'mapFor that is no function', options: { mapFor: {} } },
  ])('refuses $what', ({ options }) => {
    const { manager } = three();

    expect(() => manager.sendToChannel('a', HELLO, options)).toThrow(refused('Invalid'));
    expect(() => manager.channel('a').send(HELLO, options)).toThrow(refused('Invalid'));
  });
});

describe('sendToConnection', () => {
  it('reaches one (B-table)', () => {
    const { manager, ann, heard } = three();

    expect(manager.sendToConnection(ann.pid, HELLO)).toBeUndefined();
    expect(heard()).toEqual([1, 0, 0]);
  });

  it.each<{ what: string; id: (given: ReturnType<typeof three>) => string }>([
    { what: 'nobody', id: () => 'nobody' },
    { what: 'a process that is none', id: ({ system }) => system.spawn(idle) },
    { what: 'the manager', id: ({ manager }) => manager.pid },
    {
      what: 'one that has ended',
      id: ({ ann }) => {
        ann.ends();
        return ann.pid;
      },
    },
    {
      what: 'one that the manager has closed',
      id: ({ ann, manager }) => {
        manager.closeConnection(ann.pid);
        return ann.pid;
      },
    },
    {
      what: 'one that is closing otherwise',
      id: ({ ann, system }) => {
        system.send(ann.pid, 'ws.close', {});
        system.flush();
        return ann.pid;
      },
    },
    {
      what: 'one that was handed over',
      id: ({ ann, system }) => {
        ann.goesTo(system.spawn(idle));
        return ann.pid;
      },
    },
  ])('fails for $what (B-table)', ({ id }) => {
    const given = three();
    const target = id(given);

    expect(() => given.manager.sendToConnection(target, HELLO)).toThrow(
      refused('NotFound', { message: `Connection not found: ${target}` }),
    );
  });
});

describe('pingAll', () => {
  it('sends a message of type ping to all (B-table)', () => {
    const { manager, ann, bob, cid } = three();

    expect(manager.pingAll()).toBe(3);
    expect([ann, bob, cid].flatMap((client) => client.heard())).toEqual(['ping', 'ping', 'ping']);
    expect(scene().manager.pingAll()).toBe(0);
  });
});

describe('order', () => {
  it('is that of the sends, in a channel and between channels (B18)', () => {
    const { manager, ann, bob } = three();
    manager.channels.subscribe('b', ann.pid);
    manager.channels.subscribe('b', bob.pid);
    bob.read();

    for (let i = 0; i < 4; i++) {
      manager.sendToChannel(i % 2 === 0 ? 'a' : 'b', WebSocketMessage.json(i));
    }
    manager.sendToConnection(ann.pid, WebSocketMessage.json(4));

    expect(ann.heard()).toEqual([0, 1, 2, 3, 4]);
    expect(bob.heard()).toEqual([0, 1, 2, 3]);
  });

  it('holds where a listener sends in answer (B18)', () => {
    const { manager, ann, bob } = three();
    manager.channel('a').published$.subscribe(({ payload }) => {
      if (payload === 'ask') manager.sendToChannel('a', WebSocketMessage.text('answer'));
    });

    manager.sendToChannel('a', WebSocketMessage.text('ask'));

    expect(ann.heard()).toEqual(['ask', 'answer']);
    expect(bob.heard()).toEqual(['ask', 'answer']);
  });

  it('keeps nothing for those who come later (B19, B22)', () => {
    const { manager, cid } = three();

    manager.sendToChannel('a', HELLO);
    cid.commands('subscribe', 'a');

    expect(cid.heard()).toEqual(['Subscribed to channel: a']);
  });
});
