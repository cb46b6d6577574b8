import { show } from '../marbles/show.js';
import type { Wanted } from './frameLog.js';
import type { Like } from './isLike.js';
import { eventOf, type ReceivedFrame } from './receivedFrame.js';

/** What an assertion of an event looks for, in the frames that are of its channel. */
export function wantedEvent(
  method: Wanted['method'],
  { channel, event, data }: ExpectedEvent,
  isThere = (frame: ReceivedFrame): boolean => frame.channel === channel,
): Wanted {
  const name = typeof event === 'string' ? event : event?.name;
  const shown = [channel, name, data].filter((each) => each !== undefined).map(show);
  return {
    text: `${method.name}(${shown.join(', ')})`,
    part: (frame) => {
      const said = isThere(frame) ? eventOf(frame) : undefined;
      if (said === undefined || (name !== undefined && said.event !== name)) return undefined;
      return { data: said.data };
    },
    like: { data },
    method,
  };
}

/** What an assertion of any frame looks for. */
export const wantedFrame = (method: Wanted['method'], like: Like<ReceivedFrame>): Wanted => ({
  text: `${method.name}(${show(like)})`,
  part: (frame) => frame,
  like,
  method,
});

interface ExpectedEvent {
  readonly channel: string | undefined;
  /** Default: any. */
  readonly event?: string | { readonly name: string } | undefined;
  /** Default: any. */
  readonly data?: unknown;
}
