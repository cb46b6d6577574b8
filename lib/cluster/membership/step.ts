import { ask, depart, heardOwnName, publish } from './heardOwnName.js';
import { ended, greeted, heardPeer, linked, sign, used } from './heardPeer.js';
import type { Effect, Event, State } from './state.js';
import { tick } from './tick.js';

/**
 * Takes one event: changes what a node knows of itself and the others, and returns the effects to perform, in order.
 * Time comes in as ticks, so that a table of events specifies it (D4 to D8). There is no seed, no leader and no
 * agreement: each node judges for itself.
 */
export function step(state: State, event: Event): readonly Effect[] {
  state.effects = [];
  if (state.phase !== 'left') take(state, event);
  if (!state.isReady && isReady(state)) {
    state.isReady = true;
    state.effects.push({ type: 'ready' });
  }
  return state.effects;
}

function take(state: State, event: Event): void {
  switch (event.type) {
    case 'tick':
      return tick(state);
    case 'beat':
      return event.beat.name === state.plan.name
        ? heardOwnName(state, event.beat)
        : heardPeer(state, event.beat);
    case 'sign': {
      const peer = state.peers.get(event.id);
      if (peer !== undefined) sign(state, peer);
      return;
    }
    case 'hello':
      return greeted(state, event.id);
    case 'linked':
      return linked(state, event.id, event.meta);
    case 'ended':
      return ended(state, event.id, event.reason);
    case 'refused':
      return refused(state, event.id);
    case 'used':
      return used(state, event.id);
    case 'transport':
      state.isConnected = event.state === 'up';
      state.unheard = 0;
      if (!state.isConnected) return;
      return state.phase === 'connecting' || state.phase === 'asking' ? ask(state) : publish(state);
    case 'leave':
      state.phase = 'leaving';
      return publish(state);
    case 'closed':
      return depart(state, state.phase === 'leaving' ? 'left' : 'isolated');
  }
}

/** Nobody is subscribed there, which is also so while a node reconnects: two more ticks decide (D7). */
function refused({ peers }: State, id: string): void {
  const peer = peers.get(id);
  if (peer === undefined) return;
  peer.hasSign = false;
  peer.deadline = Math.min(peer.deadline, peer.silence + TICKS_AFTER_REFUSAL);
}

const TICKS_AFTER_REFUSAL = 2;

/** Ticks that are longer than a beat: then everybody who was there has been heard. */
const TICKS_UNTIL_READY = 3;

function isReady({ peers, plan, phase, ask: { ticks } }: State): boolean {
  if (phase !== 'up' || ticks < TICKS_UNTIL_READY) return false;
  for (const peer of peers.values()) {
    if (peer.phase === 'beginning' && peer.waited < plan.silence) return false;
  }
  return true;
}
