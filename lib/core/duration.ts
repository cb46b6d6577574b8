import { ProcessError, shown } from './processError.js';

/** A length of time: a number of milliseconds, or text by Go's grammar (`'1m30s'`, `'500ms'`, H7). */
export type Duration = number | string;

const MILLIS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3, // U+00B5, the micro sign
  μs: 1e-3, // U+03BC, the Greek letter
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;
/** Go's durations are 64-bit counts of nanoseconds. */
const MAX_MILLIS = 2 ** 63 / 1e6;

/**
 * Reads a duration as milliseconds, which may be a fraction or negative; `undefined` when it is none
 * (H7). Text is Go's `ParseDuration`: signed decimals with units, `'1h30m'`, `'.5s'`, bare `'0'`;
 * not `'30'`, `'1d'`, `' 5s'` or `'5S'`.
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const sign = value[0] === '-' ? -1 : 1;
  const text = value.replace(/^[-+]/, '');
  if (text === '0') return 0;
  let total = 0;
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const part = PART.exec(text);
    if (part === null) return undefined;
    total += Number(part[1]) * (MILLIS[part[2] as string] as number);
  }
  return text === '' || total >= MAX_MILLIS ? undefined : sign * total;
}

/**
 * Reads a duration that an option gives, as whole milliseconds: 0 is 0, anything positive at least 1.
 *
 * @throws ProcessError `Invalid` naming the option, when it is none or negative.
 */
export function durationOption(name: string, value: Duration): number {
  const millis = parseDuration(value);
  if (millis === undefined || millis < 0) {
    const hint = "a number of milliseconds or a text such as '30s'";
    throw new ProcessError('Invalid', `${name}: ${shown(value)} is no duration; give ${hint}`);
  }
  return wholeMillis(millis);
}

/** Rounds so that a positive duration never becomes 0, which would switch a timer off (H7). */
export function wholeMillis(millis: number): number {
  return millis > 0 ? Math.max(1, Math.round(millis)) : 0;
}

/** Writes milliseconds as Go does: `'0s'`, `'250ms'`, `'1.5s'`, `'1m30s'`, `'1h0m0s'` (L5). */
export function formatDuration(millis: number): string {
  const total = Math.max(0, Math.round(millis));
  if (total === 0) return '0s';
  if (total < 1_000) return `${total}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor(total / 60_000) % 60;
  const seconds = `${(total % 60_000) / 1_000}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
