import { expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { lastValueFrom, toArray } from 'rxjs';
import { makeStream, NatsLog } from '../../lib/jetstream/natsLog.js';
import { NEED, natsServer } from '../cluster/support/natsServer.js';
import { describeWith } from '../interop/need.js';

describeWith(NEED)('NatsLog', () => {
  it('deletes what is there of some records, as another owner may have deleted the others', async () => {
    const server = await natsServer({});
    const connection = await connect({ servers: server.url });
    try {
      const manager = await jetstreamManager(connection);
      await makeStream(manager, { name: 'log', subjects: ['log.>'] });
      const log = new NatsLog(
        { connection, client: jetstream(connection), manager },
        'log',
        'log.',
      );
      for (let last = 0; last < 5; last++) {
        await lastValueFrom(log.append('a', Uint8Array.of(last), last));
      }
      const deleted = (also: number[]) =>
        lastValueFrom(log.delete('a', { below: 1, also }), { defaultValue: 'done' });
      await deleted([2]);

      expect(await deleted([2, 3, 4])).toBe('done');
      const records = await lastValueFrom(log.read('a', 0).pipe(toArray()));
      expect(records.map(({ sequence }) => sequence)).toEqual([1, 5]);
    } finally {
      await connection.close();
      await server.close();
    }
  });
});
