import type { Issue } from '../../protocol/index.js';

/** What a client is told whose data does not fit: the event, and where in its data (B20). */
export function misfit(event: string, [first]: readonly Issue[]): string {
  const where = first?.path ? `${first.path}: ` : '';
  return `Invalid data of ${shortened(event)}: ${where}${first?.message}`;
}

/** A client's name of an event, no longer than an answer repeats it. */
export const shortened = (event: string): string => event.slice(0, MAX_SHOWN);

const MAX_SHOWN = 64;
