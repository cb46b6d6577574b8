import type { JoinRequest } from '../definitions/joinHook.js';
import type { Joining } from '../definitions/joining.js';
import type { Member } from '../members/member.js';
import { appearanceOf } from '../presence/appearance.js';
import type { ChannelPresence, Present } from '../presence/channelPresence.js';
import type { Broker } from './broker.js';
import { presenceOf } from './presenceOf.js';

/**
 * Finds out as whom and as what a client is to be present, before anything is changed. Gives what has it be so, in the turn
 * of its membership (B17): who is present then; `undefined` where the channel tells nobody who is in it.
 *
 * @param wishes what the client says: `present: false`, that it is not to be counted, and whether it watches (PR1, PR11)
 * @throws what a function of the application throws; ProcessError `Invalid` for what such a one must not give.
 */
export function appear(
  broker: Broker,
  member: Member,
  request: JoinRequest,
  { present = true, presence }: Joining,
  wishes: Wishes = {},
): () => Appeared | undefined {
  const { channel: name } = request;
  const options = broker.definitionOf(name)?.options.presence;
  const isCounted = options !== undefined && present && wishes.present !== false;
  const appearance = isCounted
    ? appearanceOf(options === true ? {} : options, request, presence, broker.limits.meta)
    : undefined;
  return () => {
    const channel = broker.channels.find(name);
    const found = channel?.has(member.process) ? presenceOf(broker, name) : undefined;
    return found && { found, present: found.enter(member, appearance, wishes.watch) };
  };
}

/** What a client says of its presence. */
export interface Wishes {
  readonly present?: boolean | undefined;
  readonly watch?: boolean | undefined;
}

/** Where a member is present, and whether it is. */
export interface Appeared {
  readonly found: ChannelPresence;
  readonly present: Present;
}
