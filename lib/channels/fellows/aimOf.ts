import type { Aiming } from '../broker/fellowsPort.js';
import type { Aim } from './frames.js';

/** Whom a message is for, as it crosses; `undefined`: all. */
export function aimOf({ only, excluded }: Aiming): Aim | undefined {
  if (only === undefined && excluded === undefined) return undefined;
  return [only && [...only], excluded && [...excluded]];
}

/** The same as it was. */
export function aimingOf(aim: Aim | undefined): Aiming {
  const [only, except] = aim ?? [];
  return { only: only && new Set(only), excluded: except && new Set(except) };
}
