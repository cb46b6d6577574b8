import { createHash } from 'node:crypto';

/**
 * The name in the cluster of the process that is the home of a channel: `@channel:<name>`, of a manager with a name
 * `@channel:<manager>/<name>`; what is longer than such names may be, is its hash.
 */
export function homeName(manager: string | undefined, channel: string): string {
  const place = manager === undefined ? channel : `${manager}/${channel}`;
  const name = `@channel:${place}`;
  if (name.length <= LONGEST) return name;
  return `@channel:#${createHash('sha256').update(place).digest('base64url')}`;
}

/** `@` and 200 characters (D40). */
const LONGEST = 201;
