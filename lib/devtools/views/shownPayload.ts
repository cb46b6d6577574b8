import { inspect } from 'node:util';

/** A value as one reads it, on one line and at most 2,000 characters; never throws, whatever its getters do. */
export function shownPayload(value: unknown): string {
  try {
    const text = inspect(value, {
      depth: 4,
      breakLength: Number.POSITIVE_INFINITY,
      compact: true,
      maxArrayLength: 50,
      maxStringLength: MOST,
    });
    const line = text.replace(/\s*\n\s*/g, ' ');
    return line.length > MOST ? `${line.slice(0, MOST)}…` : line;
  } catch {
    return '(cannot be shown)';
  }
}

const MOST = 2_000;
