import { insideOf } from '../../core/index.js';
import { closeMember } from '../broker/closeMember.js';
import { type Expulsion, expel } from '../broker/expel.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { Connection } from '../definitions/connection.js';
import type { Member } from '../members/member.js';
import { reauthorize } from '../wire/reauthorize.js';

import { ManagerSending } from './managerSending.js';

/**
 * The connections and channels of a system; `createWebSocketManager` makes one. The id of a connection is its PID, and
 * none that has ended is ever counted or listed.
 */
export class WebSocketManager extends ManagerSending {
  /** Defines channels; a second definition of a pattern replaces the first for joins from then on (B13). */
  define(...definitions: readonly ChannelDefinition[]): void {
    const { broker } = this[insideOf];
    for (const definition of definitions) {
      const channel = broker.channels.find(definition.pattern);
      if (channel !== undefined) channel.own = undefined;
      broker.definitions.add(definition);
    }
  }

  /**
   * Closes a connection; nothing if there is none.
   *
   * @param code default 1000 @param reason default none
   */
  closeConnection(id: string, code = 1000, reason = ''): void {
    const member = this[insideOf].broker.members.get(id);
    if (member !== undefined) this.#close(member, code, reason);
  }

  /** Closes all connections. @param code default 1001 @param reason default none */
  closeAll(code = 1001, reason = ''): void {
    for (const member of [...this[insideOf].broker.members.values()]) {
      this.#close(member, code, reason);
    }
  }

  #close(member: Member, code: number, reason: string): void {
    closeMember(this[insideOf].broker, member, code, reason);
  }

  /** Ends a membership and tells a client of v1 why, by default `kicked` (B28); `false` if it was no member. */
  unsubscribe(id: string, channel: string, options: Partial<Expulsion> = {}): boolean {
    const { broker } = this[insideOf];
    const [member, found] = [broker.members.get(id), broker.channels.find(channel)];
    if (member === undefined || found === undefined) return false;
    return expel(broker, found, member, { code: 'kicked', retry: false, ...options });
  }

  /**
   * Asks the `join` hooks again for those who are members already, and ends the memberships that they refuse (B32).
   *
   * @returns how many it has ended
   * @example await manager.reauthorize(({ identity }) => identity === 'ann');
   */
  reauthorize(where?: (connection: Connection, channel: string) => boolean): Promise<number> {
    return reauthorize(this[insideOf].broker, where);
  }
}
