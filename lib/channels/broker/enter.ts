import type { JoinRequest } from '../definitions/joinHook.js';
import type { Granted } from '../definitions/joining.js';
import type { Wish } from '../history/channelHistory.js';
import type { Member } from '../members/member.js';
import { type Appeared, appear, type Wishes } from './appear.js';
import type { Broker } from './broker.js';
import { join } from './join.js';
import { type Replay, replayFor } from './replay.js';

/**
 * A client comes into a channel with all that belongs to that turn (B17): as whom it is present, and what of the past it
 * gets, is read; then its membership begins, with its presence; then it is told so, and then it gets that. Whatever may fail
 * comes first, and changes nothing.
 *
 * @param say prepares what it is told, and gives what sends that
 * @returns whether it was no member before; `undefined`: it has gone, by a function of the application
 * @throws what a function of the application throws, and `say`
 */
export function enter(
  broker: Broker,
  member: Member,
  request: JoinRequest,
  { joining, isByClient = true, wish, wishes }: Entrance,
  say: (replay: Replay | undefined) => (appeared: Appeared | undefined) => void,
): boolean | undefined {
  const { channel: name, params } = request;
  const appears = appear(broker, member, request, joining, wishes);
  // Last, because what these functions have sent would be neither in it nor live.
  const replay = replayFor(broker, name, member, joining, wish);
  if (!member.isHere) return undefined;
  const tell = say(replay);
  const isNew = join(broker, name, member, joining, isByClient, params);
  tell(appears());
  replay?.send(broker, member);
  return isNew;
}

/** How a client comes in. */
interface Entrance {
  readonly joining: Granted;
  /** Default true; else the server has it join. */
  readonly isByClient?: boolean;
  /** What of the past it wants. */
  readonly wish?: Wish | undefined;
  /** What it says of its presence. */
  readonly wishes?: Wishes | undefined;
}
