import { type ExitReason, type Pid, ProcessError } from '../../core/index.js';
import { type Link, type Linked, Nobody, type Peer } from './link.js';
import type { Signal } from './signal.js';

/** This end at once, the other in its order of arrival (M3). A second link of the pair is none (K1). */
export function requestLink(process: Linked, target: Linked): void {
  // A repeat says nothing: said again, it could cross an unlink and undo it at one end only.
  if (process === target || process.links.has(target)) return;
  const link: Link = { type: 'link' };
  process.links.set(target, link);
  push(process, target, { signal: 'link', peer: process, link });
}

/** Both ends at once, before either runs: for a process that is linked from its spawn on (S1). */
export function linkNow(a: Linked, b: Linked): void {
  const link: Link = { type: 'link' };
  a.links.set(b, link);
  b.links.set(a, link);
}

/**
 * This end at once, so that nothing queued has an effect here any more, also of a peer that is dead
 * by now (K3).
 */
export function requestUnlink(process: Linked, target: Linked | undefined, pid: Pid): void {
  // After its end a process takes nothing back: a link that it had asked for is to bring its exit (E3).
  if (process.ended) return;
  for (const peer of target === undefined ? formerPeers(process, pid) : [target]) {
    const link = process.links.get(peer);
    if (link === undefined) continue;
    process.links.delete(peer);
    push(process, peer, { signal: 'unlink', peer: process, link });
  }
}

/** Two, when it asks for a dead process that had asked for a link itself (K2). */
function formerPeers(process: Linked, pid: Pid): Peer[] {
  // Linear in its links, for a PID that is dead: the tables are keyed by what lives.
  return [...process.links.keys()].filter((peer) => peer.pid === pid);
}

/** The other end asks: granted if it still wants to, and still if it has ended meanwhile (M3). */
export function acceptLink(process: Linked, peer: Linked, link: Link): void {
  if (peer.links.get(process) === link) process.links.set(peer, link);
}

export function dropLink(process: Linked, peer: Linked, link: Link): void {
  if (process.links.get(peer) === link) process.links.delete(peer);
}

/** Whether the end of a peer concerns this process; the link is gone either way. */
export function linkEnded(process: Linked, peer: Peer, link: Link): boolean {
  if (process.links.get(peer) !== link) return false;
  process.links.delete(peer);
  return true;
}

/**
 * Nobody there to link to: an error for the caller, or LINK_DOWN if it traps (K2), unless it unlinks
 * before that comes (K3).
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
