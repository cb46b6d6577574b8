import { readRetry } from '../protocol/index.js';
import { backOff } from './backOff.js';
import type { ClientOptions } from './clientOptions.js';
import type { Ended } from './clientState.js';

/**
 * How long a client waits before it comes back, in milliseconds; `Infinity`: it does not. The application decides first,
 * then what the server says in the reason (CP30), then `least`, beside which there is the back-off.
 */
export function waitAfter(
  ended: Ended,
  least: number,
  { backoff = {}, shouldReconnect }: ClientOptions,
  random: () => number,
): number {
  const pause = backOff(backoff, random, ended.attempt);
  const own = shouldReconnect?.(ended);
  if (own) return own.retry ? (own.after ?? pause) : Infinity;
  const hint = readRetry(ended.reason);
  if (hint === 'never') return Infinity;
  return hint === undefined ? least + pause : Math.min(hint * (0.9 + random() / 5), LONGEST);
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
  const isBack = code < 4_000 ? !FINAL.includes(code) : code === 4401 || code === 4408;
  return isBack ? 0 : Infinity;
}

/** Done, and what would happen again. */
const FINAL: readonly number[] = [1000, 1002, 1003, 1007, 1008, 1010];

/** The close code that an HTTP status stands for where there was no 101 (CP31). */
export const codeOfStatus = (status: number): number => {
  if (status === 401) return 4401;
  return [403, 404, 405, 410].includes(status) ? 4403 : 1006;
};

/** Whether an HTTP status may come with a time to wait. */
export const isBusy = (status: number): boolean => status === 429 || status === 503;
