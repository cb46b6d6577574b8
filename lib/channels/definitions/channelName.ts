import { ProcessError, shown } from '../../core/index.js';

/**
 * Checks a channel's name: 1 to 255 characters (UTF-16 units), none of them a control character or half of a pair
 * (B10, B15).
 *
 * @throws ProcessError `Invalid`.
 */
export function channelName(name: unknown): string {
  if (isChannelName(name)) return name;
  throw new ProcessError(
    'Invalid',
    `${shown(name)} is no name of a channel: give 1 to 255 characters, none a control character`,
  );
}

/** Whether it is a channel's name. */
export function isChannelName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name.length <= 255 && !CONTROL.test(name);
}

const CONTROL = /[\p{Cc}\p{Cs}]/u;
