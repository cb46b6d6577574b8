import { printable } from '../../core/index.js';

/**
 * Warns where no system can tell, as no relay ran or none is there: as a Node process warning. Cut and escaped, and 100 times
 * of each code, because clients may cause it without end (I11).
 */
export function warnProcess(code: string, message: string): void {
  const count = (counts.get(code) ?? 0) + 1;
  counts.set(code, count);
  if (count > MAX_WARNINGS) return;
  const last = count === MAX_WARNINGS ? '; no further ones are reported' : '';
  const text = `${printable(message, 1_024)}${last}`;
  process.emitWarning(text, { type: 'RxProcessWarning', code });
}

const counts = new Map<string, number>();
const MAX_WARNINGS = 100;
