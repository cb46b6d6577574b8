import { describe, expect, it } from '@jest/globals';
import { map, mergeMap, of } from 'rxjs';
import {
  accept,
  type ChannelBehavior,
  type ChannelOptions,
  emit,
  push,
  room,
} from '../../../lib/channels/index.js';
import { act, done, is, ofTopic, reply } from '../../../lib/index.js';
import { StreamStore } from '../../../lib/jetstream/streamStore.js';
import type { Nodes } from '../../cluster/support/nodes.js';
import { MemoryLog } from '../../jetstream/memoryLog.js';
import { said } from '../rooms/noting.js';
import { chatOf, SOON } from './chat.js';
import { partsOf } from './support.js';

describe('the process of a channel in a cluster', () => {
  it('is one, where somebody has joined first, and hears of the members of all nodes (CN20, CN21)', () => {
    const { tests, log, join, processes } = chatOf(['a', 'b', 'c']);
    for (const [at, test] of tests.entries()) join(test, `guest ${at}`);

    expect(log).toEqual(['guest 0 joined', 'guest 1 joined', 'guest 2 joined']);
    expect(processes()).toEqual(['a']);
  });

  it('is one, where two nodes want it at once (CN20)', () => {
    const { tests, log, processes, advance } = chatOf(['a', 'b']);
    const clients = tests.map((test, at) => test.connect({ identity: `guest ${at}` }));
    const refs = clients.map((client) => client.subscribe('chat'));
    advance(100);

    expect(processes()).toHaveLength(1);
    expect([...log].sort()).toEqual(['guest 0 joined', 'guest 1 joined']);
    for (const [at, ref] of refs.entries()) clients[at]?.assertReply(ref, { ok: true });
  });

  it('has connections of other nodes as plain data, and not what could not cross (CN21)', () => {
    const seen: unknown[] = [];
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.joined),
        act(({ payload, from }) => {
          const { connection, params } = payload;
          seen.push([connection.identity, connection.metadata, connection.pid === from, params]);
        }),
      );
    const { a, b, join, warnings } = chatOf(['a', 'b'], { behavior });
    join(a, 'ann');
    let deep: Record<string, unknown> = {};
    for (let i = 0; i < 100; i++) deep = { deep };
    join(b, 'bob', { params: { seat: 5 } }, { metadata: { at: 5 } });
    join(b, 'cleo', {}, { metadata: deep });

    expect(seen.slice(1)).toEqual([
      ['bob', { at: 5 }, true, { seat: 5 }],
      ['cleo', {}, true, undefined],
    ]);
    expect(warnings[1]).toEqual(['unencodable']);
  });

  it('hears why members of other nodes leave, and of who joins again (CN21, CP14)', () => {
    const { a, b, log, join, advance } = chatOf(['a', 'b']);
    join(a, 'ann');
    const [bob, cleo] = [join(b, 'bob'), join(b, 'cleo')];
    bob.client.subscribe('chat', { params: 2 });
    bob.client.unsubscribe('chat');
    cleo.client.drop();
    advance(SOON);

    expect(log.slice(3)).toEqual(['bob left: unsubscribed', 'cleo left: connection lost']);
  });

  it('answers what clients of other nodes ask, as those of its own (CN22)', () => {
    const { a, b, join } = chatOf(['a', 'b']);
    const [ann, bob] = [join(a, 'ann'), join(b, 'bob')];
    for (const each of [ann, bob]) {
      expect(each.say('ok', { n: 1 })).toEqual(['#2 {"n":1}', 'said {"n":1}']);
      ann.news();
      bob.news();
      expect(each.say('no', ['rate_limited', 'slowly'])).toEqual(['#3 rate_limited']);
    }
  });

  it('emits, replies and pushes in one order for who is on another node (CN22, CN24)', () => {
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        mergeMap((message) => [
          ...[emit(said, 1), reply(message, 2), push(message.payload.connection, said, 3)],
          ...[emit(said, 4, { exclude: [message.payload.connection.pid] })],
          ...[emit(said, 5, { onlyTo: [message.payload.connection.pid] }), emit(said, 6)],
        ]),
      );
    const { a, b, join } = chatOf(['a', 'b'], { behavior });
    const [ann, bob] = [join(a, 'ann'), join(b, 'bob')];

    expect(bob.say('any')).toEqual(['said 1', '#2 2', 'said 3', 'said 5', 'said 6']);
    expect(ann.news()).toEqual(['said 1', 'said 4', 'said 6']);
  });

  it('removes a member of another node, which is told, and hears of it at once (CN24)', () => {
    const { a, b, log, join } = chatOf(['a', 'b']);
    join(a, 'ann');
    const bob = join(b, 'bob');

    expect(bob.say('out')).toEqual(['rx:unsubscribed kicked false']);
    expect(log.at(-1)).toBe('bob left: kicked');
    expect(bob.say('ok')).toEqual(['#3 not_subscribed']);
    bob.client.subscribe('chat');
    expect(bob.say('ok', 1)).toContain('#5 1');
    expect(log.slice(2)).toEqual(['bob left: kicked', 'bob joined']);
  });

  it('answers `not_subscribed` to what who was removed has said meanwhile (CN21)', () => {
    const { a, b, log, join, advance } = chatOf(['a', 'b']);
    join(a, 'ann');
    const bob = join(b, 'bob');
    bob.client.push('chat', 'out');
    // It has got there, and what comes back is under way.
    advance(1);
    expect(log.at(-1)).toBe('bob left: kicked');

    expect(bob.say('ok')).toEqual(['rx:unsubscribed kicked false', '#3 not_subscribed']);
  });

  it('gives no answer from when its client does not wait any more (CN22)', () => {
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        act(async (message) => reply(message, await new Promise(() => {}))),
      );
    const { a, b, join, waiting, advance } = chatOf(['a', 'b'], { behavior });
    join(a, 'ann');
    const bob = join(b, 'bob');
    bob.say('any');
    expect(waiting(a)).toBe(1);
    advance(10_000);

    expect(bob.news()).toEqual(['#2 timeout']);
    expect(waiting(a)).toBe(0);
  });

  it('is asked on another node who may join, with no gap and no overlap (CN23, B24)', () => {
    let n = 0;
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        mergeMap((message) => {
          if (is(message, room.event)) return of(emit(said, ++n));
          if (!is(message, room.join)) return [];
          return [emit(said, ++n), accept(message, { state: n }), emit(said, ++n)];
        }),
      );
    const { a, b, join } = chatOf(['a', 'b'], { behavior, admit: 'behavior' });
    const ann = join(a, 'ann');
    const bob = join(b, 'bob', {}, {}, ['#1 3', 'said 4']);
    ann.news();

    expect(ann.say('any')).toEqual(['said 5']);
    expect(bob.news()).toEqual(['said 5']);
  });

  it.each([
    { joining: { filter: () => true }, code: 'internal', warned: ['channels'] },
    { joining: { transform: () => undefined }, code: 'internal', warned: ['channels'] },
    { joining: { state: 1n }, code: 'internal', warned: ['channels'] },
  ])('lets nobody of another node in by what does not cross: $joining (CN23)', (given) => {
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.join),
        map((message) =>
          message.payload.request.connection.identity === 'ann'
            ? accept(message)
            : accept(message, given.joining as never),
        ),
      );
    const { a, b, join, warnings, advance } = chatOf(['a', 'b'], { behavior, admit: 'behavior' });
    join(a, 'ann');
    const bob = b.connect({ identity: 'bob' });
    const ref = bob.subscribe('chat');
    advance(SOON);

    bob.assertReply(ref, { ok: false }, { code: given.code });
    expect(warnings[0]).toEqual(given.warned);
  });

  it('goes on while somebody is in the channel on any node, and for its linger (CN25)', () => {
    const { a, b, join, processes, advance } = chatOf(['a', 'b'], { linger: '10s' });
    const ann = join(a, 'ann');
    const bob = join(b, 'bob');
    ann.client.drop();
    advance(20_000);
    expect(processes()).toEqual(['a']);

    bob.client.drop();
    advance(9_000);
    expect(processes()).toEqual(['a']);
    advance(1_100);
    expect(processes()).toEqual([]);
  });

  it('gets what is sent to the name of the channel in the cluster, from any node (CN20)', () => {
    const topics: string[] = [];
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(act(({ topic }) => void topics.push(topic)));
    const { a, b, join, advance } = chatOf(['a', 'b'], { behavior });
    join(a, 'ann');
    b.system.send('@channel:chat', 'from b', 1);
    a.system.send('@channel:chat', 'from a', 1);
    advance(SOON);

    expect(topics.slice(1).sort()).toEqual(['from a', 'from b']);
  });

  it('has an order, too, where what it emits is stored elsewhere first (CN24, B18, B24)', () => {
    let n = 0;
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        mergeMap((message) => {
          if (is(message, room.event)) {
            return [
              emit(said, ++n, { answers: message }),
              push(message.payload.connection, said, -1),
            ];
          }
          if (!is(message, room.join)) return [];
          return [emit(said, ++n), accept(message, { state: n }), emit(said, ++n)];
        }),
      );
    const { a, b, join } = chatOf(['a', 'b'], storing({ behavior, admit: 'behavior' }));
    const ann = join(a, 'ann', {}, {}, ['#1 1', 'said 2']);
    const bob = join(b, 'bob', {}, {}, ['#1 3', 'said 4']);
    ann.news();

    expect(bob.say('any')).toEqual(['said 5', '#2 {"offset":5}', 'said -1']);
    expect(ann.say('any')).toEqual(['said 5', 'said 6', '#2 {"offset":6}', 'said -1']);
  });

  it('has said all that it has said before its end, where that is stored elsewhere first (CN24)', () => {
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        mergeMap((message) => [emit(said, 1), reply(message, 2), done()]),
      );
    const { a, b, join } = chatOf(['a', 'b'], storing({ behavior }));
    const [ann, bob] = [join(a, 'ann'), join(b, 'bob')];

    expect(bob.say('any')).toEqual(['said 1', '#2 2', 'rx:unsubscribed closed false']);
    expect(ann.news()).toEqual(['said 1', 'rx:unsubscribed closed false']);
  });

  it('leaves nothing when all have gone (CN25)', () => {
    const { tests, join, advance } = chatOf(['a', 'b']);
    const guests = tests.map((test, at) => join(test, `guest ${at}`));
    for (const { client } of guests) client.close();
    advance(300_000);

    for (const test of tests) {
      const { homed, homes, people } = partsOf(test);
      expect([homed.size, homes.size, people.isBusy('chat')]).toEqual([0, 0, false]);
    }
  });
});

/** With a history that all nodes have in common. */
function storing(options: Partial<ChannelOptions>) {
  let log: MemoryLog | undefined;
  return ({ scheduler }: Nodes) => {
    log ??= new MemoryLog(scheduler);
    return { ...options, history: { store: new StreamStore(log, LIMITS) } };
  };
}

const LIMITS = { bytes: 10_000_000, streams: 1_000, waiting: 1_000_000, age: 1e12, place: 'here' };
