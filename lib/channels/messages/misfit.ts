import type { Issue } from './schema.js';

/** What a client is told whose data does not fit: the event, and where in its data (B20). */
export function misfit(event: string, [first]: readonly Issue[]): string {
  const where = first?.path ? `${first.path}: ` : '';
  return `Invalid data of ${event}: ${where}${first?.message}`;
}
