import { readClose } from '../../codec/index.js';
import { insideOf, knownOptions, ProcessError } from '../../core/index.js';
import { closeMember } from '../broker/closeMember.js';
import { expelFrom } from '../broker/everyone.js';
import type { Expulsion } from '../broker/tellExpelled.js';
import { ManagerSending } from './managerSending.js';

/** The methods of a manager that end connections and memberships. */
export abstract class ManagerClosing extends ManagerSending {
  /**
   * Closes a connection, which is on no list from now on; nothing if there is none.
   *
   * @param code default 1000 @param reason default none
   * @throws ProcessError `Invalid` for a code that no close frame may carry (W4).
   */
  closeConnection(id: string, code = 1000, reason = ''): void {
    checkClose('closeConnection', code, reason);
    const { broker } = this[insideOf];
    const member = broker.members.get(id);
    if (member !== undefined) closeMember(broker, member, code, reason);
  }

  /** Closes all connections, as `closeConnection` does one. @param code default 1001 @param reason default none */
  closeAll(code = 1001, reason = ''): void {
    checkClose('closeAll', code, reason);
    const { broker } = this[insideOf];
    for (const member of [...broker.members.values()]) {
      if (broker.has(member)) closeMember(broker, member, code, reason);
    }
  }

  /**
   * Ends a membership and tells a client of v1 why, by default `kicked` (B28); `false` if it was no member. In a cluster also
   * of a client of another node, as far as this one knows (CN10).
   */
  unsubscribe(id: string, channel: string, options: Partial<Expulsion> = {}): boolean {
    knownOptions('unsubscribe', options, { code: true, message: true, retry: true });
    return expelFrom(this[insideOf].broker, channel, id, {
      ...{ code: 'kicked', retry: false },
      ...options,
    });
  }
}

function checkClose(method: string, code: number, reason: string): void {
  if (readClose({ code, reason }).valid) return;
  const codes = '1000–1003, 1007–1014 or 3000–4999';
  throw new ProcessError('Invalid', `${method}: give a code of ${codes}, and a text`);
}
