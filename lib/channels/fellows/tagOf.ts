import { createHash } from 'node:crypto';

/**
 * What a node puts before what has to be its own among all nodes: refs of presence, and secrets of sessions, which say by it
 * whom to ask. Not its id, of which clients need not know (P5).
 */
export const tagOf = (node: string): string =>
  createHash('sha256').update(node).digest('base64url').slice(0, LENGTH);

/** Characters: of 1,000 nodes two have the same by a chance of 1 to 100,000. */
const LENGTH = 6;
