import type { Pid, PidParts } from './pid.js';
import { ProcessError, shown } from './processError.js';

/**
 * Reads a PID strictly (P2, P3): two texts for one process would break every table keyed by it.
 *
 * @throws ProcessError `Invalid`: missing braces, missing pipe, an empty part, an illegal character,
 * or more than 256 characters.
 * @example parsePid('{app@main|0x00001}') // { node: 'app', host: 'main', uniq: '0x00001' }
 */
export function parsePid(text: string): PidParts {
  if (typeof text !== 'string') throw invalid(text, 'not a string');
  if (text.length < 3 || text[0] !== '{' || text.at(-1) !== '}') {
    throw invalid(text, 'missing braces');
  }
  if (text.length > MAX_LENGTH) throw invalid(text, `longer than ${MAX_LENGTH} characters`);
  const inner = text.slice(1, -1);
  const pipe = inner.indexOf('|');
  if (pipe < 0) throw invalid(text, 'missing pipe');
  const place = inner.slice(0, pipe);
  const uniq = inner.slice(pipe + 1);
  const at = place.indexOf('@');
  const host = place.slice(at + 1);
  if (at === 0) throw invalid(text, 'empty node');
  if (host === '') throw invalid(text, 'empty host');
  if (uniq === '') throw invalid(text, 'empty uniq');
  if (ILLEGAL.test(place) || ILLEGAL.test(uniq)) throw invalid(text, 'illegal character');
  return at < 0 ? { host, uniq } : { node: place.slice(0, at), host, uniq };
}

const MAX_LENGTH = 256;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const ILLEGAL = /[{}|\s\u0000-\u001f\u007f-\u009f]/;

const invalid = (text: unknown, why: string): ProcessError =>
  new ProcessError('Invalid', `invalid PID ${shown(text)}: ${why}`);

/** Whether a text is a PID by `parsePid`'s grammar; never throws. */
export function isPid(text: unknown): text is Pid {
  if (typeof text !== 'string' || text[0] !== '{') return false;
  try {
    parsePid(text);
    return true;
  } catch {
    return false;
  }
}
