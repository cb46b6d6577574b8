import type { Issue } from '../../protocol/index.js';
import { misfit } from '../messages/misfit.js';
import type { Said } from '../table/room.js';

/**
 * How what a client has sent was checked on its way to a channel's process, by the payload of the message, and how its
 * client is told; beside the message, so that this is what the page says it is. There is nothing of what no client has
 * sent.
 */
export const checks = new WeakMap<object, Checked>();

/** What is known of a message. */
interface Checked {
  /** Whether the channel's `events` have named its type. */
  readonly isDone: boolean;
  /** Tells the client that its data does not fit. */
  refuse(issues: readonly Issue[]): void;
  /** How its client is told of a failure, also one that has given no id. */
  readonly answer: Said['answer'];
}

/** Remembers of a payload what a client has said; `forget` is called when its data does not fit. */
export function remember(payload: object, said: Said, forget: () => void): void {
  const { answer, event = '' } = said;
  checks.set(payload, {
    isDone: said.checkedBy !== undefined,
    refuse: (details) => {
      forget();
      answer.fail('invalid_data', misfit(event, details), { details });
    },
    answer,
  });
}
