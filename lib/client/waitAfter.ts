import { readRetry } from '../protocol/index.js';

/**
 * How long a client waits before it comes back, in milliseconds; `Infinity`: it does not. What the server says in the
 * reason goes first (CP30), then `least`, to which the back-off is added.
 *
 * @param attempt how many have failed before: a server that says again and again that it be at once is not obeyed
 */
export function waitAfter(
  reason: string,
  least: number,
  pause: number,
  random: number,
  attempt: number,
): number {
  const hint = readRetry(reason);
  if (hint === undefined) return least + pause;
  if (hint === 'never') return Infinity;
  return Math.min(hint * (0.9 + random / 5) + (attempt && pause), LONGEST);
}

/** The longest wait that a server may ask for. */
const LONGEST = 600_000;

/**
 * How long a client waits at least after a close code; `Infinity`: it does not come back. It says what `closeCodes` of
 * `rx-process/ws` says, to which a spec holds it, but without the words.
 */
export function leastWait(code: number): number {
  if (code === 1013) return 5_000;
  if (code === 4429) return 10_000;
  return /^(100[02378]|1010|4(?!401|408))/.test(`${code}`) ? Infinity : 0;
}

/** The close code that an HTTP status stands for where there was no 101 (CP31). */
export function codeOfStatus(status: number): number {
  if (status === 401) return 4401;
  return /40[345]|410/.test(`${status}`) ? 4403 : 1006;
}
