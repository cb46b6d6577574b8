import { expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { SharedStore } from '../../lib/channels/index.js';
import { jetStreamStore } from '../../lib/jetstream/index.js';
import { ModelHost } from '../channels/history/model.js';
import { type NatsServer, NEED, natsServer } from '../cluster/support/natsServer.js';
import { natsHistoryUsers } from '../cluster/support/natsUsers.js';
import { describeWith } from '../interop/need.js';
import { BOUNDS, Owner } from './owner.js';

const as = (user: string) => ({ user, pass: 'secret' });

/** The store of a node that may do no more than CH15 says, and what it warns of. */
async function storeOf(name: string, { url: servers }: NatsServer) {
  const nats = { ...as(name), inboxPrefix: `rxp1.main.i.${name}` };
  const store = await jetStreamStore({ servers, nats });
  const host = new ModelHost();
  host.time = Date.now();
  store.serve(host);
  return { store, host };
}

/** How many records there are, by an administrator. */
async function records({ url: servers }: NatsServer): Promise<number> {
  const connection = await connect({ servers, ...as('admin') });
  const { state } = await (await jetstreamManager(connection)).streams.info('rxp1-main-history');
  await connection.close();
  return state.messages;
}

describeWith(NEED)('jetStreamStore for a user of few rights', () => {
  it('writes, reads, deletes and hands over with the permissions of CH15, in a stream that is there', async () => {
    const server = await natsServer({ config: natsHistoryUsers('a', 'b') });
    const stores: SharedStore[] = [];
    try {
      await (await jetStreamStore({ servers: server.url, nats: as('admin') })).close();
      const [a, b] = await Promise.all(['a', 'b'].map((name) => storeOf(name, server)));
      if (a === undefined || b === undefined) throw new Error('there are two');
      stores.push(a.store, b.store);
      const bounds = { ...BOUNDS, keep: 'latest' } as const;
      const first = new Owner(a.store, 'a', bounds);
      for (let i = 1; i <= 40; i++) {
        first.send(`${i}`, i === 1 ? 'first' : 'again');
        await first.told(`${i} ${i}`);
      }
      const next = new Owner(b.store, 'a', bounds);
      await next.told('opened');

      expect(await records(server)).toBeLessThan(25);
      expect(next.texts).toEqual(['1 1', '40 40']);
      expect([a, b].map(({ host }) => host.reports)).toEqual([[], []]);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await server.close();
    }
  }, 30_000);
});
