import { broadcast, type Message, reply, send } from '../../core/index.js';
import type { Owner } from './owner.js';

/** Warns of a command that a direct subscriber returns: nobody performs what is returned to a stream (S10). */
export function checkReturned(owner: Owner, returned: object): void {
  const { type, topic } = returned as { readonly type?: unknown; readonly topic?: unknown };
  const fields = FIELDS.get(type);
  if (fields === undefined || fields !== Object.keys(returned).join()) return;
  const made = topic === undefined ? `${type}(…)` : `${type}(…) of ${String(topic)}`;
  const advice = 'nobody performs it: return the stream from the behaviour, or use self';
  owner.kernel?.events.inVain(owner.pid, `a subscriber returned ${made}`, advice);
}

/** Commands whose fields tell them from data: `{ type: 'done', value }`, say, may be somebody's payload. */
const FIELDS: ReadonlyMap<unknown, string> = new Map(
  [send('name', 'topic'), broadcast('group', 'topic'), reply({} as Message, undefined)].map(
    (command) => [command.type, Object.keys(command).join()],
  ),
);
