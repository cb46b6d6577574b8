import { type Pid, parsePid } from '../../core/index.js';

/**
 * What a node puts before what has to be its own among all nodes: refs of presence, and secrets of sessions, which say by it
 * whom to ask. Not its id, which is no business of clients: FNV-1a of that, in 6 or 7 characters. Of 1,000 nodes two have the
 * same by a chance of 1 to 8,000.
 */
export function tagOf(node: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < node.length; i++) hash = Math.imul(hash ^ node.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36).padStart(6, '0');
}

/** That of the node of a process. */
export const tagOfPid = (pid: Pid): string => tagOf(parsePid(pid).node ?? '');
