import type { Broker } from '../broker/broker.js';
import { membersOf } from '../broker/membersOf.js';
import type { Connection } from '../definitions/connection.js';
import type { Member } from '../members/member.js';
import type { Channel } from '../table/channel.js';
import { readmit } from './readmit.js';

/**
 * Asks the `join` hooks again for those who are members already, and ends the memberships that they refuse (B32).
 * Resolves to how many it has ended, when all have answered.
 */
export async function reauthorize(
  broker: Broker,
  where: (connection: Connection, channel: string) => boolean = () => true,
): Promise<number> {
  const picked = [...broker.channels].flatMap((channel) =>
    membersOf(broker, channel)
      .filter(({ connection }) => where(connection, channel.name))
      .map((member) => ({ channel, member })),
  );
  const ends = await Promise.all(
    picked.map(({ channel, member }) => isEnded(broker, channel, member)),
  );
  return ends.filter(Boolean).length;
}

/** Behind what the client asks of the channel, so that its own commands are not overtaken (B16). */
const isEnded = (broker: Broker, channel: Channel, member: Member): Promise<boolean> =>
  new Promise((resolve) => {
    const conversation = broker.conversationOf(member);
    let cancel: (() => void) | undefined;
    const forget = conversation.onEnd(() => {
      cancel?.();
      resolve(false);
    });
    conversation.run(channel.name, 0, (done) => {
      const wasMember = channel.has(member.process);
      cancel = readmit(broker, channel, member, undefined, () => {
        forget();
        resolve(wasMember && !channel.has(member.process));
        done();
      });
    });
  });
