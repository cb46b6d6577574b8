import { readClose } from '../../codec/index.js';
import { knownOptions, ProcessError } from '../../core/index.js';
import { type Info, type Stats, ws } from '../../protocol/index.js';
import { type Expulsion, expel } from '../broker/expel.js';
import type { ChannelDefinition } from '../definitions/channelDefinition.js';
import type { Connection } from '../definitions/connection.js';
import type { Member } from '../members/member.js';
import { reauthorize } from '../wire/reauthorize.js';
import { infoOf } from './infoOf.js';
import { insideOf } from './inside.js';
import { ManagerSending } from './managerSending.js';
import { statsOf } from './statsOf.js';

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
   * Closes a connection, which is on no list from now on; nothing if there is none.
   *
   * @param code default 1000 @param reason default none
   * @throws ProcessError `Invalid` for a code that no close frame may carry (W4).
   */
  closeConnection(id: string, code = 1000, reason = ''): void {
    checkClose('closeConnection', code, reason);
    const member = this[insideOf].broker.members.get(id);
    if (member !== undefined) this.#close(member, code, reason);
  }

  /** Closes all connections, as `closeConnection` does one. @param code default 1001 @param reason default none */
  closeAll(code = 1001, reason = ''): void {
    checkClose('closeAll', code, reason);
    for (const member of [...this[insideOf].broker.members.values()]) {
      this.#close(member, code, reason);
    }
  }

  #close(member: Member, code: number, reason: string): void {
    const { broker } = this[insideOf];
    broker.kernel.send(broker.pid, member.pid, ws.close, { code, reason });
    broker.remove(member);
  }

  /** Ends a membership and tells a client of v1 why, by default `kicked` (B28); `false` if it was no member. */
  unsubscribe(id: string, channel: string, options: Partial<Expulsion> = {}): boolean {
    knownOptions('unsubscribe', options, { code: true, message: true, retry: true });
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

  /** What it is: endpoints, definitions, limits (CL2). Nothing of it says who anybody is. */
  info(): Info {
    return infoOf(this[insideOf]);
  }

  /**
   * What it has counted since it was made, and memory and event loop of the Node process (CL2). The event loop is
   * watched from the first call on, and `event_loop_p99_ms` is of the time since the last one.
   */
  stats(): Stats {
    return statsOf(this[insideOf]);
  }
}

function checkClose(method: string, code: number, reason: string): void {
  if (readClose({ code, reason }).valid) return;
  const codes = '1000–1003, 1007–1014 or 3000–4999';
  throw new ProcessError('Invalid', `${method}: give a code of ${codes}, and a text`);
}
