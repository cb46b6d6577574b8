import type { Beat } from './beat.js';
import { type NodeIdParts, nodeId, parseNodeId } from './incarnate.js';
import { type DownReason, MAX_PEERS, type Peer, type State } from './state.js';

/** Takes a beat of another node: who is unknown is known from now on, and linked to if both have joined (D4). */
export function heardPeer(state: State, beat: Beat): void {
  const known = state.peers.get(nodeId(beat));
  // The last beats of one that has said bye must not make a link again.
  if (known === undefined && beat.state === 'leaving') return;
  const peer = known ?? add(state, beat);
  if (peer === undefined) return;
  if (known === undefined) displace(state, peer, beat.state === 'asking' ? ['heard'] : CANDIDATES);
  sign(state, peer);
  peer.said = beat.state;
  beginIfJoined(state, peer);
}

/** A PID of this node is used: a link begins, unless its name is up under another incarnation (D3, D4). */
export function used(state: State, id: string): void {
  const parts = parseNodeId(id);
  if (parts === undefined || parts.name === state.plan.name) return;
  if (state.peers.has(id) || state.lost.has(id) || isNameUp(state, parts.name)) return;
  const peer = add(state, parts);
  if (peer !== undefined) beginIfJoined(state, peer);
}

/** The first frame of a link has come: the other incarnations of its name are gone (D5). */
export function greeted(state: State, id: string): void {
  const parts = parseNodeId(id);
  if (parts === undefined || parts.name === state.plan.name) return;
  const peer = state.peers.get(id) ?? add(state, parts);
  if (peer === undefined) return;
  displace(state, peer, [...CANDIDATES, 'up']);
  sign(state, peer);
  // Its own beat may still be on its way.
  if (peer.said !== 'leaving') peer.said = 'up';
  beginIfJoined(state, peer);
}

/** Links that wait for this node to have joined begin. */
export function beginAll(state: State): void {
  for (const peer of state.peers.values()) beginIfJoined(state, peer);
}

/** The peer's own state is complete, so it is up for users (D14). */
export function linked(state: State, id: string, meta: unknown): void {
  const peer = state.peers.get(id);
  if (peer?.phase !== 'beginning') return;
  peer.phase = 'up';
  peer.meta = meta;
  state.effects.push({ type: 'up', id, meta });
}

/** The link has ended by itself: after a `reset` a new one begins (D10), after a bye none (D63). */
export function ended(state: State, id: string, reason: 'reset' | 'left'): void {
  const peer = state.peers.get(id);
  if (peer === undefined || peer.phase === 'heard') return;
  end(state, peer, reason);
  if (reason === 'left' || peer.said === 'leaving') return;
  const { name, incarnation, said } = peer;
  const anew = add(state, { name, incarnation });
  if (anew === undefined) return;
  anew.said = said;
  beginIfJoined(state, anew);
}

/** Forgets a peer, and ends the link if one began: each `end` has had its `begin`. */
export function end(state: State, peer: Peer, reason: DownReason): void {
  const { id, phase } = peer;
  state.peers.delete(id);
  if (reason !== 'reset') lose(state, id);
  state.isFull = false;
  state.effects.push(
    phase === 'heard' ? { type: 'absent', id } : { type: 'end', id, reason, wasUp: phase === 'up' },
  );
}

export function endAll(state: State, reason: DownReason): void {
  for (const peer of state.peers.values()) end(state, peer, reason);
}

/** Remembers that a node is lost; of very many the oldest are forgotten. */
function lose({ lost }: State, id: string): void {
  lost.add(id);
  const [oldest] = lost;
  if (lost.size > MAX_PEERS && oldest !== undefined) lost.delete(oldest);
}

/** Something has come from the peer, so it is there. */
export function sign(state: State, peer: Peer): void {
  peer.hasSign = true;
  countAnew(state, peer);
}

/** Whatever was counted against a peer is forgotten. */
export function countAnew(state: State, peer: Peer): void {
  peer.silence = 0;
  peer.deadline = state.plan.silence;
}

/** Whether an incarnation of the name is up, this node included. */
export function isNameUp({ plan, peers, phase }: State, name: string): boolean {
  if (name === plan.name) return phase === 'up' || phase === 'leaving';
  for (const peer of peers.values()) if (peer.name === name && peer.phase === 'up') return true;
  return false;
}

/** Whether every link has been given up because of isolation (D8). */
export function isCutOff({ ownSilence, plan }: State): boolean {
  return ownSilence >= plan.silence + plan.outage;
}

const CANDIDATES: readonly Peer['phase'][] = ['heard', 'beginning'];

function add(state: State, { name, incarnation }: NodeIdParts): Peer | undefined {
  const { peers, plan, effects } = state;
  if (isCutOff(state) || state.phase === 'leaving') return undefined;
  if (peers.size >= MAX_PEERS) {
    if (!state.isFull) effects.push({ type: 'full' });
    state.isFull = true;
    return undefined;
  }
  const peer: Peer = {
    id: nodeId({ name, incarnation }),
    name,
    incarnation,
    phase: 'heard',
    said: undefined,
    meta: undefined,
    hasSign: false,
    silence: 0,
    deadline: plan.silence,
    waited: 0,
  };
  state.lost.delete(peer.id);
  peers.set(peer.id, peer);
  return peer;
}

function beginIfJoined(state: State, peer: Peer): void {
  if (state.phase !== 'up' || peer.phase !== 'heard') return;
  if (peer.said === 'asking' || peer.said === 'leaving') return;
  peer.phase = 'beginning';
  peer.waited = 0;
  state.effects.push({ type: 'begin', id: peer.id });
}

/** Other incarnations give way, if they are no further than these phases, so that one name takes no room for many. */
function displace(state: State, peer: Peer, phases: readonly Peer['phase'][]): void {
  for (const other of state.peers.values()) {
    if (other.name !== peer.name || other === peer) continue;
    if (phases.includes(other.phase)) end(state, other, 'replaced');
  }
}
