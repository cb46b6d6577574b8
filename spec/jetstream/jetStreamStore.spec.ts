import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { SharedStore } from '../../lib/channels/index.js';
import { type JetStreamStoreOptions, jetStreamStore } from '../../lib/jetstream/index.js';
import { ModelHost } from '../channels/history/model.js';
import { type NatsServer, NEED, natsServer } from '../cluster/support/natsServer.js';
import { describeWith } from '../interop/need.js';
import { BOUNDS, Owner } from './owner.js';

let server: NatsServer;
const stores: SharedStore[] = [];
let clusters = 0;

/** A store of a node, in a cluster of its own by default. */
async function opened(cluster: string, options: JetStreamStoreOptions = {}, later = 0) {
  const store = await jetStreamStore({ servers: server.url, cluster, ...options });
  const host = new ModelHost();
  host.time = Date.now() + later;
  store.serve(host);
  stores.push(store);
  return store;
}

const newCluster = (): string => `c${++clusters}`;

/** How many messages there are in JetStream. */
async function records(cluster: string): Promise<number> {
  const connection = await connect({ servers: server.url });
  const { streams } = await jetstreamManager(connection);
  const { state } = await streams.info(`rxp1-${cluster}-history`);
  await connection.close();
  return state.messages;
}

describeWith(NEED)('jetStreamStore', () => {
  beforeAll(async () => {
    server = await natsServer();
  });
  afterAll(async () => {
    await Promise.all(stores.map((store) => store.close()));
    await server.close();
  });

  it('gives messages their offsets in the order of their sends, and each when it is stored (CH13)', async () => {
    const owner = new Owner(await opened(newCluster()));
    // Before it is open.
    owner.send('one');
    await owner.told('opened');
    for (const text of ['two', 'three']) owner.send(text);
    const before = owner.texts;

    expect(await owner.first(4)).toEqual(['opened', '1 one', '2 two', '3 three']);
    expect(before).toEqual([]);
    expect(owner.texts).toEqual(['1 one', '2 two', '3 three']);
  });

  it('goes on in the same epoch at the next owner, who knows what has arrived (CH2)', async () => {
    const cluster = newCluster();
    const first = new Owner(await opened(cluster));
    first.send('one', 'k', { id: 'x', n: 7 });
    first.send('two', undefined, { id: 'x', n: 8 });
    first.hold.release();
    await first.told('opened');
    const { epoch } = first.extent;
    await first.told('released');
    const next = new Owner(await opened(cluster));
    await next.told('opened');
    next.send('three');
    await next.told('3 three');

    expect(next.extent).toEqual({ epoch, top: 3, floor: 0 });
    expect(next.texts).toEqual(['1 one', '2 two', '3 three']);
    expect(next.seen).toEqual(new Map([['x', 8]]));
  });

  it('refuses who had it before, and gives back what that has not stored', async () => {
    const cluster = newCluster();
    const first = new Owner(await opened(cluster));
    first.send('one');
    await first.told('1 one');
    const next = new Owner(await opened(cluster));
    await next.told('opened');
    first.send('late');
    await first.told('taken');
    next.send('two');
    await next.told('2 two');

    expect(first.waiting).toEqual(['late']);
    expect(next.texts).toEqual(['1 one', '2 two']);
    expect(first.send('more')).toBe(false);
    expect(() => first.extent).toThrow('a: its history is not held here');
  });

  it('has one owner of those who want it at once', async () => {
    const cluster = newCluster();
    const nodes = await Promise.all([1, 2, 3].map(() => opened(cluster)));
    const owners = nodes.map((store) => new Owner(store));
    await Promise.all(owners.map((owner) => owner.told('opened')));
    // Each but one finds out at the latest when it writes.
    owners.forEach((owner, i) => void owner.send(`${i}`));
    const ends = await Promise.all(owners.map((owner) => owner.first(2)));

    expect(ends.map(([, end]) => end).sort()).toEqual([
      expect.stringMatching(/^1 [012]$/),
      'taken',
      'taken',
    ]);
  });

  it('loses nothing when the server is killed, and comes again (CH2)', async () => {
    const cluster = newCluster();
    const owner = new Owner(await opened(cluster));
    await owner.told('opened');
    const { epoch } = owner.extent;
    owner.send('before');
    await owner.told('1 before');
    await server.kill();
    for (let i = 0; i < 50; i++) owner.send(`meanwhile ${i}`);
    await server.start();
    await owner.told('51 meanwhile 49');
    const next = new Owner(await opened(cluster));
    await next.told('opened');

    expect(next.extent).toMatchObject({ epoch, top: 51 });
    expect(next.texts).toHaveLength(51);
    expect(new Set(next.texts).size).toBe(51);
  });

  it('begins anew when the channel was deleted, also for the next owner (CH2, B28)', async () => {
    const cluster = newCluster();
    const first = new Owner(await opened(cluster));
    first.send('old');
    await first.told('1 old');
    const { epoch } = first.extent;
    first.store.forget('a');
    first.send('new');
    await first.told('1 new');
    const next = new Owner(await opened(cluster));
    await next.told('opened');

    expect(next.extent.epoch).not.toBe(epoch);
    expect(next.texts).toEqual(['1 new']);
  });

  it('keeps as much as the channel says, and tells the next owner what is lost (CH3, CH4)', async () => {
    const cluster = newCluster();
    const bounds = { ...BOUNDS, size: 3 };
    const first = new Owner(await opened(cluster), 'a', bounds);
    for (let i = 1; i <= 60; i++) {
      first.send(`${i}`);
      await first.told(`${i} ${i}`);
    }
    const left = await records(cluster);
    const next = new Owner(await opened(cluster), 'a', bounds);
    await next.told('opened');

    expect(left).toBeLessThan(25);
    expect(next.extent).toMatchObject({ top: 60, floor: 57 });
    expect(next.texts).toEqual(['58 58', '59 59', '60 60']);
  });

  it('has the newest of each key for the next owner (CH8)', async () => {
    const cluster = newCluster();
    const bounds = { ...BOUNDS, keep: 'latest' } as const;
    const first = new Owner(await opened(cluster), 'a', bounds);
    for (const [text, key] of ['a x', 'b y', 'c x'].map((each) => each.split(' '))) {
      first.send(text as string, key);
    }
    await first.told('3 c');
    const next = new Owner(await opened(cluster), 'a', bounds);
    await next.told('opened');

    expect(next.extent).toMatchObject({ top: 3, floor: 0 });
    expect(next.texts).toEqual(['2 b', '3 c']);
  });

  it('takes no more than may wait (D57)', async () => {
    const owner = new Owner(await opened(newCluster(), { waiting: 1_000 }));
    const taken = Array.from({ length: 10 }, (_, i) => owner.send(`${i}`));

    expect(taken.filter(Boolean)).toHaveLength(7);
    await owner.told('7 6');
    expect(owner.send('again')).toBe(true);
    await owner.told('8 again');
  });

  it('lets what is older than the ttl of its channel go, also for the next owner (CH3)', async () => {
    const cluster = newCluster();
    const bounds = { ...BOUNDS, ttl: 60_000 };
    const first = new Owner(await opened(cluster), 'a', bounds);
    first.send('one');
    await first.told('1 one');
    const next = new Owner(await opened(cluster, {}, 61_000), 'a', bounds);
    await next.told('opened');

    expect(next.extent).toMatchObject({ top: 1, floor: 1 });
    expect(next.texts).toEqual([]);
    const store = await opened(newCluster(), { age: '10s' });
    expect(() => new Owner(store, 'a', bounds)).toThrow('a: history.ttl is more than the age');
  });

  it('says what is wrong with an option, or a server', async () => {
    const unknown = { server: '' } as never;
    await expect(jetStreamStore(unknown)).rejects.toThrow("did you mean 'servers'?");
    await expect(jetStreamStore({ nats: null as never })).rejects.toThrow('nats: give options');
    await expect(jetStreamStore({ age: 'soon' })).rejects.toThrow('jetStreamStore: age');
    await expect(jetStreamStore({ cluster: 'a.b' })).rejects.toThrow('cluster is 1 to 40 of');
    await expect(jetStreamStore({ servers: [] })).rejects.toThrow('servers is an address');
    await expect(jetStreamStore({ servers: '127.0.0.1:1' })).rejects.toThrow('no server of');
  });
});
