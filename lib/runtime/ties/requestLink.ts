import { type ExitReason, type Pid, ProcessError } from '../../core/index.js';
import { type Link, type Linked, Nobody, type Peer } from './link.js';
import type { Signal } from './signal.js';

/** Links this end at once, and the other when the signal arrives (M3). A pair has at most one link (K1). */
export function requestLink(process: Linked, target: Linked): void {
  // A repeated request sends no signal, because it could cross an unlink and undo it at one end only.
  if (process === target || process.links.has(target)) return;
  const link: Link = { type: 'link' };
  process.links.set(target, link);
  push(process, target, { signal: 'link', peer: process, link });
}

/** Links both ends at once, for a process that is linked before it runs for the first time (S1). */
export function linkNow(a: Linked, b: Linked): void {
  const link: Link = { type: 'link' };
  a.links.set(b, link);
  b.links.set(a, link);
}

/**
 * Unlinks this end at once, so that a queued signal of this link has no effect any more, even if the
 * peer has ended meanwhile (K3).
 */
export function requestUnlink(process: Linked, target: Linked | undefined, pid: Pid): void {
  // A process that has ended cannot unlink, because its peers must still hear of its exit (E3).
  if (process.ended) return;
  for (const peer of target === undefined ? formerPeers(process, pid) : [target]) {
    const link = process.links.get(peer);
    if (link === undefined) continue;
    process.links.delete(peer);
    push(process, peer, { signal: 'unlink', peer: process, link });
  }
}

/** The peers with the PID of a dead process; they may be two, if that had asked for a link itself (K2). */
function formerPeers(process: Linked, pid: Pid): Peer[] {
  // This is linear in the number of links, because the table's keys are processes and not PIDs.
  return [...process.links.keys()].filter((peer) => peer.pid === pid);
}

/** Links this end if the other still wants the link, even if that has ended meanwhile (M3). */
export function acceptLink(process: Linked, peer: Linked, link: Link): void {
  if (peer.links.get(process) === link) process.links.set(peer, link);
}

export function dropLink(process: Linked, peer: Linked, link: Link): void {
  if (process.links.get(peer) === link) process.links.delete(peer);
}

/** Removes the link to a peer that has ended; `false` if this link was not in force any more. */
export function linkEnded(process: Linked, peer: Peer, link: Link): boolean {
  if (process.links.get(peer) !== link) return false;
  process.links.delete(peer);
  return true;
}

/**
 * What a link to nobody does: it throws, or brings LINK_DOWN to a process that traps (K2), unless the
 * process unlinks before that arrives (K3).
 */
export function linkToNobody(process: Linked, target: string, reason: ExitReason): void {
  if (!process.trapLinks) {
    throw new ProcessError('NotFound', `cannot link to ${target}: ${reason.type}`);
  }
  if (formerPeers(process, target).length > 0) return;
  const peer = new Nobody(target);
  const link: Link = { type: 'link' };
  process.links.set(peer, link);
  push(process, process, { signal: 'linkExit', peer, link, reason });
}

function push(from: Linked, to: Peer, signal: Signal): void {
  from.queue.push(to, signal);
}
