import { describe, expect, it } from '@jest/globals';
import { frames } from '../../../lib/channels/fellows/frames.js';
import { homeName } from '../../../lib/channels/fellows/homeName.js';
import { StreamStore } from '../../../lib/jetstream/streamStore.js';
import { LINKED, SILENCE } from '../../cluster/groups/support.js';
import { MemoryLog } from '../../jetstream/memoryLog.js';
import { homesOf, partsOf, send, textsOf, threeWith } from './support.js';

const LIMITS = { bytes: 10_000_000, streams: 1_000, waiting: 1_000_000, age: 1e12, place: 'here' };

/** Three nodes with a member each, of a channel whose history they have in common; its home is at the first of them. */
function three(limits = {}) {
  let log: MemoryLog | undefined;
  const world = threeWith(({ scheduler }) => {
    log ??= new MemoryLog(scheduler);
    return { news: { history: { store: new StreamStore(log, { ...LIMITS, ...limits }) } } };
  });
  return { ...world, log: log as unknown as MemoryLog };
}

describe('a channel whose history all nodes have in common', () => {
  it('shows a message when it has its place, and what is behind it after that (CN5, B18)', () => {
    const { tests, clients, advance } = three();
    const [a, b] = tests;
    send(a, 'one');
    send(a, 'two', { record: false });
    send(b, 'three');
    expect(textsOf(clients[0])).toEqual([]);
    advance(20);
    for (const client of clients) expect(textsOf(client)).toEqual(['1 one', 'two', '2 three']);
  });

  it('goes on in its epoch at another home, where nothing is lost or doubled, and nobody is told (CN7, CN8)', () => {
    const { tests, clients, nats, advance } = three();
    const [a, b, c] = tests;
    send(a, 'one');
    send(b, 'two');
    advance(20);
    send(b, 'on its way');
    nats.kill('a');
    advance(10);
    send(c, 'held');
    advance(SILENCE + 3_000);
    send(b, 'after');
    advance(20);

    const [, second, third] = clients;
    const texts = textsOf(second);
    expect(texts.slice(0, 2)).toEqual(['1 one', '2 two']);
    expect(texts.slice(2).sort()).toEqual(['3 on its way', '4 held', '5 after'].sort());
    expect(textsOf(third)).toEqual(texts);
    for (const client of [second, third]) client.refutePush('news', 'rx:unsubscribed');

    const back = c.connect();
    const ref = back.subscribe('news', { since: second.position('news') });
    back.assertReply(ref, { ok: true }, expect.objectContaining({ recovered: true, replay: 0 }));
  });

  it('has one home after the first was frozen, whose node attends when it wakes (CN8)', () => {
    const { tests, clients, nats, advance } = three();
    const [a, b] = tests;
    send(a, 'one');
    advance(20);
    nats.freeze('a');
    advance(SILENCE + 3_000);
    expect(tests.slice(1).map(homesOf).sort()).toEqual([0, 1]);
    send(b, 'two');
    advance(20);
    nats.thaw('a');
    send(a, 'of the one that slept');
    advance(LINKED + 6_000);
    send(b, 'three');
    advance(20);

    expect(homesOf(a)).toBe(0);
    const [first, second] = clients.map((client) => textsOf(client));
    expect(first).toEqual(['1 one', '2 two', '3 of the one that slept', '4 three']);
    expect(second).toEqual(first);
    for (const client of clients) client.refutePush('news', 'rx:unsubscribed');
  });

  it('moves at once when its node leaves in order (CN8)', async () => {
    const { tests, clients, nodes, advance } = three();
    const [a, b] = tests;
    send(a, 'one');
    advance(20);
    void nodes[0]?.cluster.leave();
    advance(1_000);
    send(b, 'two');
    advance(50);
    expect(tests.slice(1).map(homesOf).sort()).toEqual([0, 1]);
    expect(textsOf(clients[2])).toEqual(['1 one', '2 two']);
    clients[2].refutePush('news', 'rx:unsubscribed');
  });

  it('shows a node once what two answers tell of, where it has asked twice (CN6, CN7)', () => {
    const { tests, clients, advance } = three();
    const [a, , c] = tests;
    const { own } = partsOf(c);
    const { epoch = '' } = a.manager.channel('news').position ?? {};
    const before = [epoch, 0] as const;
    send(a, 'one');
    advance(20);
    own.tell(partsOf(a).own.pid, frames.attend, ['news', before, [], before]);
    advance(20);
    send(a, 'two');
    advance(20);

    expect(textsOf(clients[2])).toEqual(['1 one', '2 two']);
  });

  it('waits while the store does not answer, and goes on (CN8)', () => {
    const { tests, clients, log, advance } = three();
    const [a, b] = tests;
    log.lucks = ['lost', 'unanswered'];
    send(b, 'one');
    send(a, 'two');
    advance(1_000);
    expect(clients.map((client) => textsOf(client))).toEqual([[], [], []]);
    advance(9_000);
    for (const client of clients) expect(textsOf(client).sort()).toEqual(['1 two', '2 one']);
  });

  it('shows what was recorded meanwhile, where a home has not had its store before (CN7, CN8)', () => {
    const { tests, clients, nats, log, advance } = three();
    const [a] = tests;
    const [, second, third] = clients;
    send(a, 'one');
    advance(20);
    nats.cut('a');
    send(a, 'two');
    advance(20);
    expect(textsOf(second)).toEqual(['1 one']);

    log.lucks = Array(100).fill('lost');
    advance(20_000);
    expect(log.lucks.length).toBeLessThan(95);
    log.lucks = [];
    advance(10_000);
    for (const client of [second, third]) {
      expect(textsOf(client)).toEqual(['1 one', '2 two']);
      client.refutePush('news', 'rx:unsubscribed');
    }
  });

  it('has no home again by a store that opens once that has ended (CN7, CN8)', () => {
    const { tests, clients, nats, log, advance } = three();
    const [a, b, c] = tests;
    send(a, 'one');
    advance(20);
    nats.kill('a');
    log.lucks = Array(100).fill('lost');
    advance(SILENCE + 1_000);
    send(b, 'two');
    send(c, 'three');
    const [home] = [b, c].filter((test) => homesOf(test) > 0);
    home?.system.terminate(homeName(undefined, 'news'));
    advance(10);
    log.lucks = [];
    advance(30_000);

    expect(home).toBeDefined();
    for (const client of clients.slice(1)) {
      const [first, ...others] = textsOf(client);
      expect([first, ...others.toSorted()]).toEqual([
        '1 one',
        expect.stringMatching(/^2 t/),
        expect.stringMatching(/^3 t/),
      ]);
    }
  });

  it('is deleted behind what was sent before, and begins anew (CN9)', () => {
    const { tests, clients, advance } = three();
    const [a, b] = tests;
    send(a, 'one');
    expect(b.manager.channels.deleteChannel('news')).toBe(true);
    send(a, 'two');
    advance(50);
    for (const client of clients) {
      expect(textsOf(client).slice(0, 1)).toEqual(['1 one']);
      client.assertPush(
        'news',
        'rx:unsubscribed',
        expect.objectContaining({ code: 'deleted' }) as never,
      );
    }
    const ref = clients[1].subscribe('news', { rewind: 5 });
    advance(50);
    clients[1].assertReply(ref, { ok: true }, expect.objectContaining({ offset: 0, replay: 0 }));
    send(a, 'three');
    advance(50);
    expect(textsOf(clients[1]).at(-1)).toBe('1 three');
  });

  it('is deleted between two messages of one record, of which the second is kept (CN9, CH2)', () => {
    const { tests, nats, advance } = three();
    const [a, b, c] = tests;
    send(a, 'on its way');
    send(a, 'one');
    send(b, 'two');
    a.manager.channels.deleteChannel('news');
    send(a, 'three');
    advance(20);
    const { epoch } = a.manager.channel('news').position ?? {};
    nats.kill('a');
    b.manager.channel('news').published$.subscribe();
    c.manager.channel('news').published$.subscribe();
    advance(SILENCE + 3_000);

    const next = [b, c].find((each) => homesOf(each) === 1)?.manager.channel('news');
    expect(next?.position?.epoch).toBe(epoch);
    expect(next?.history().map(({ payload }) => payload)).toContain('three');
  });

  it('is deleted for the next home as well, though nothing was sent since (CN9, CH2)', () => {
    const { tests, nats, advance } = three();
    const [a, b, c] = tests;
    send(a, 'one');
    advance(20);
    const { epoch } = b.manager.channel('news').position ?? {};
    a.manager.channels.deleteChannel('news');
    advance(20);
    nats.kill('a');
    send(b, 'two');
    advance(SILENCE + 3_000);

    const next = [b, c].find((each) => homesOf(each) === 1)?.manager.channel('news');
    expect(next?.position).toMatchObject({ offset: 1 });
    expect(next?.position?.epoch).not.toBe(epoch);
    expect(next?.history()).toMatchObject([{ payload: 'two' }]);
  });

  it('keeps all that was sent when the system of its home shuts down in order (CN8)', async () => {
    const { tests, clients, advance } = three();
    const [a, b] = tests;
    for (let n = 0; n < 5; n++) send(a, `${n}`);
    const ended = a.system.shutdown();
    advance(5_000);
    await Promise.race([ended, new Promise((resolve) => setImmediate(resolve))]);
    advance(5_000);
    send(b, 'after');
    advance(100);
    expect(textsOf(clients[2])).toEqual(['1 0', '2 1', '3 2', '4 3', '5 4', '6 after']);
  });

  it('waits while the store has too much to do (CN5)', () => {
    const { tests, clients, advance } = three({ waiting: 150 });
    const [a, b] = tests;
    const texts = ['1 0', '2 1', '3 2', '4 3', '5 4', '6 5'];
    for (let n = 0; n < 6; n++) send(n % 2 === 0 ? a : b, `${n}`);
    advance(2_000);
    for (const client of clients) expect(textsOf(client).map(String)).toHaveLength(texts.length);
    expect(textsOf(clients[1]).map((text) => String(text)[0])).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
    ]);
  });
});
