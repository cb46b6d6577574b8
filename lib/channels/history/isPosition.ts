import type { Position } from './historyStore.js';

/** Whether it is a place in a history. */
export function isPosition(value: unknown): value is Position {
  if (typeof value !== 'object' || value === null) return false;
  const { epoch, offset } = value as Partial<Position>;
  return typeof epoch === 'string' && isCount(offset);
}

/** Whether it is a whole number from 0, as an offset is. */
export const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0;
