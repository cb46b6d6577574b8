import type { IncomingMessage } from 'node:http';
import { ProcessError, textOf } from '../core/index.js';
import { warnProcess } from '../runtime/index.js';
import { pathOf } from './routeOf.js';

/** Whether an upgrade request is the application's. */
export type Claim = (request: IncomingMessage) => boolean;

/**
 * Reads which upgrades are claimed (Q5): a path, with what is below it, or a function.
 *
 * @returns a claim that never throws
 * @throws ProcessError `Invalid`: neither a path nor a function.
 */
export function readClaim(claim: string | Claim): Claim {
  if (typeof claim === 'function') return (request) => accepts(claim, request);
  if (typeof claim !== 'string' || !claim.startsWith('/')) {
    throw new ProcessError('Invalid', "claim: give a path that begins with '/', or a function");
  }
  const wanted = comparable(claim.replace(/\/+$/, ''));
  return (request) => {
    const path = comparable(pathOf(request));
    return path === wanted || path.startsWith(`${wanted}/`);
  };
}

/** A claim that throws claims nothing, and takes no process down. */
function accepts(claim: Claim, request: IncomingMessage): boolean {
  try {
    // A promise, say, is no claim.
    return claim(request) === true;
  } catch (error) {
    warnProcess('UPGRADE_CLAIM_FAILED', `a claim of upgrades threw: ${textOf(() => error)}`);
    return false;
  }
}

/**
 * A path as it is compared: in lower case, since Express's routes ignore case unless an application
 * says otherwise, which its server cannot know; and decoded, but for what would divide it anew (%2F).
 */
function comparable(path: string): string {
  const lower = path.toLowerCase();
  if (!path.includes('%')) return lower;
  try {
    return decodeURI(path).toLowerCase();
  } catch {
    return lower;
  }
}
