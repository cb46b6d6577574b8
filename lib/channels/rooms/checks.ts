import { misfit } from '../messages/misfit.js';
import type { Issue } from '../messages/schema.js';
import type { Said } from '../table/room.js';
import type { RoomEvent } from './room.js';

/**
 * How the data of an event was checked on its way to a channel's process; beside the message, so that this is what the
 * page says it is. There is nothing of an event that no client has sent.
 */
export const checks = new WeakMap<RoomEvent, EventCheck>();

/** What is known of an event. */
interface EventCheck {
  /** Whether the channel's `events` have named its type. */
  readonly isDone: boolean;
  /** Tells the client that its data does not fit. */
  refuse(issues: readonly Issue[]): void;
}

/** Remembers of the payload of an event what a client has said; `forget` is called when it is refused. */
export function remember(payload: RoomEvent, said: Said, forget: () => void): void {
  checks.set(payload, {
    isDone: said.checkedBy !== undefined,
    refuse: (details) => {
      forget();
      said.answer.fail('invalid_data', misfit(payload.event, details), { details });
    },
  });
}
