import type { Position } from '../../channels/index.js';
import { eventOf, type ReceivedFrame } from './receivedFrame.js';

/** Where a client is in the history of a channel, by the frames that it was sent (CH12). */
export function positionIn(
  frames: readonly ReceivedFrame[],
  channel: string,
): Position | undefined {
  let position: Position | undefined;
  for (const frame of frames) {
    const told = toldBy(frame, channel);
    if (told !== undefined) {
      // What it has missed follows, and moves it.
      if (told.recovered !== true)
        position = { epoch: told.epoch, offset: told.from ?? told.offset };
    } else if (frame.channel === channel && frame.offset !== undefined && position !== undefined) {
      position = { ...position, offset: frame.offset };
    }
  }
  return position;
}

interface Told extends Position {
  readonly channel?: string;
  readonly recovered?: boolean;
  readonly from?: number;
}

/** The reply of a subscribe, or an event of the library that tells a position. */
function toldBy(frame: ReceivedFrame, channel: string): Told | undefined {
  const { event = '', data } = eventOf(frame) ?? {};
  const isEvent = frame.channel === channel && TELLING.has(event);
  const told = (isEvent ? data : frame.result) as Partial<Told> | undefined;
  const isHere = isEvent || told?.channel === channel;
  return isHere && told?.epoch !== undefined ? (told as Told) : undefined;
}

const TELLING: ReadonlySet<string> = new Set(['rx:subscribed', 'rx:position']);
