import { isIsolated, publish, TICKS_OF_BEAT, tickOfAsk } from './heardOwnName.js';
import { end, endAll, isCutOff } from './heardPeer.js';
import type { Peer, State } from './state.js';

/**
 * One tick more. Only ticks are counted and no clock is read: a loop that stood still gets one late tick, not as many as
 * it missed, and so accuses nobody (D6).
 */
export function tick(state: State): void {
  state.ticks += 1;
  state.hasAnswered = false;
  if (!state.hasHeardItself) {
    state.ownSilence += 1;
    state.unheard += 1;
  }
  state.hasHeardItself = false;
  if (isIsolated(state)) tickOfIsolation(state);
  // Who has not heard himself of late does not know whether it is the others that are silent.
  else if (state.ownSilence < TICKS_OF_TRUST) judge(state);
  const isTime = state.ticks % TICKS_OF_BEAT === 0;
  if (isTime && !state.effects.some(({ type }) => type === 'beat')) publish(state);
}

/** A tick counts only if an own beat was heard in this many before it (D6). */
const TICKS_OF_TRUST = 3;

/** Asks for another connection once this one was silent for so long, and again: the next one may be dead as well (D8). */
function tickOfIsolation(state: State): void {
  const { plan, ownSilence, unheard, effects } = state;
  if (ownSilence === plan.silence && state.phase === 'up') {
    effects.push({ type: 'status', status: 'isolated' });
  }
  // One that is not connected makes a connection by itself, and one that has just been made is given its time.
  const isSilent = unheard > 0 && unheard % plan.silence === 0;
  if (state.isConnected && isSilent) effects.push({ type: 'reconnect' });
  if (isCutOff(state)) endAll(state, 'isolated');
}

function judge(state: State): void {
  for (const peer of state.peers.values()) judgePeer(state, peer);
  tickOfAsk(state);
}

function judgePeer(state: State, peer: Peer): void {
  if (!peer.hasSign) peer.silence += 1;
  peer.hasSign = false;
  if (peer.silence >= peer.deadline) {
    return end(state, peer, peer.said === 'leaving' ? 'left' : 'silent');
  }
  if (peer.phase === 'up') return;
  // One that is heard is not lost, however long its first link takes: many that start at once are slow.
  peer.waited += 1;
  if (peer.waited === state.plan.silence) state.effects.push({ type: 'absent', id: peer.id });
}
