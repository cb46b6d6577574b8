import type { Broker } from '../broker/broker.js';
import { membersOf } from '../broker/deleteChannel.js';
import { expel } from '../broker/expel.js';
import type { Connection } from '../definitions/connection.js';
import { admit, isRefusal } from './admit.js';

/**
 * Asks the `join` hooks again for those who are members already, and ends the memberships that they refuse (B32); a
 * hook that fails or is late ends none. Resolves to how many it has ended, when all have answered.
 */
export async function reauthorize(
  broker: Broker,
  where: (connection: Connection, channel: string) => boolean = () => true,
): Promise<number> {
  const asked: Promise<number>[] = [];
  for (const channel of broker.channels) {
    for (const member of membersOf(broker, channel)) {
      const { connection } = member;
      if (!where(connection, channel.name)) continue;
      const request = { channel: channel.name, connection, params: undefined, meta: undefined };
      asked.push(
        new Promise((resolve) => {
          admit(broker, request, (answer) => {
            const isOut =
              isRefusal(answer) && answer.refused !== 'timeout' && answer.refused !== 'internal';
            const why = { code: 'denied', retry: false };
            resolve(isOut && expel(broker, channel, member, why) ? 1 : 0);
          });
        }),
      );
    }
  }
  const counts = await Promise.all(asked);
  return counts.reduce((sum, count) => sum + count, 0);
}
