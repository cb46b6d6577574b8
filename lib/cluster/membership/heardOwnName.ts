import type { Beat, BeatState } from './beat.js';
import { beginAll, countAnew, endAll } from './heardPeer.js';
import type { Phase, State } from './state.js';

/** Takes a beat under this node's own name: its own, or one of another that has or wants the name (D5). */
export function heardOwnName(state: State, beat: Beat): void {
  const { incarnation } = state.plan;
  const hasSameId = beat.incarnation === incarnation;
  if (hasSameId && beat.tag === state.tag) return heardItself(state);
  if (hasSameId) tellOfDuplicate(state);
  // Of two that ask, or that are up after a split has healed, the lower one yields: both decide alike.
  const isLower = hasSameId ? Number(state.tag) < Number(beat.tag) : incarnation < beat.incarnation;
  const isRival = beat.state === state.phase && beat.state !== 'leaving';
  if (isRival ? isLower : state.phase === 'asking') return yieldName(state);
  if (beat.state === 'leaving' || state.hasAnswered) return;
  state.hasAnswered = true;
  publish(state);
}

/** Begins to ask whether the name is free, or goes on after the connection was lost. */
export function ask(state: State, isSecond = state.ask.isSecond): void {
  state.phase = 'asking';
  state.ask = { type: 'asking', isSecond, isHeard: false, ticks: 0 };
  publish(state);
}

/** A tick of one that asks. A holder of the name answers at once: where none has in two ticks, it has joined. */
export function tickOfAsk(state: State): void {
  const { plan, ask: asked } = state;
  if (!asked.isHeard) return;
  asked.ticks += 1;
  if (state.phase !== 'asking') return;
  if (asked.type === 'waiting') {
    if (asked.ticks >= plan.silence) ask(state, true);
  } else if (asked.ticks >= TICKS_FOR_ANSWER) {
    state.phase = 'up';
    state.effects.push({ type: 'status', status: 'up' });
    publish(state);
    beginAll(state);
  }
}

/** Publishes a beat, if anybody can hear it and there is something to say. */
export function publish({ phase, isConnected, effects }: State): void {
  const state = says(phase);
  if (isConnected && state !== undefined) effects.push({ type: 'beat', state });
}

/** Ends for good. Every link is down before the status says so (D66). */
export function depart(state: State, reason: 'left' | 'isolated'): void {
  endAll(state, reason);
  state.phase = 'left';
  state.effects.push({ type: 'status', status: 'left' });
}

/** Whether the own beat was missed for so long that nobody is judged any more (D8). */
export function isIsolated({ ownSilence, plan }: State): boolean {
  return ownSilence >= plan.silence;
}

const TICKS_FOR_ANSWER = 2;

/** Ticks from one beat to the next. */
export const TICKS_OF_BEAT = 2;

function heardItself(state: State): void {
  if (isIsolated(state)) {
    for (const peer of state.peers.values()) countAnew(state, peer);
    if (state.phase === 'up') state.effects.push({ type: 'status', status: 'up' });
  }
  state.hasHeardItself = true;
  state.ownSilence = 0;
  state.unheard = 0;
  state.ask.isHeard = true;
}

function tellOfDuplicate(state: State): void {
  if (state.ticks - state.toldOfDuplicate < MINUTE / state.plan.tick) return;
  state.toldOfDuplicate = state.ticks;
  state.effects.push({ type: 'duplicate' });
}

/** Milliseconds. */
const MINUTE = 60_000;

/** The first time it waits until the other would be silent; the second time the name is taken (D5). */
function yieldName(state: State): void {
  const { phase, ask: asked } = state;
  if (phase === 'asking' && asked.type === 'waiting') return;
  if (phase === 'asking' && !asked.isSecond) {
    state.ask = { type: 'waiting', isSecond: false, isHeard: asked.isHeard, ticks: 0 };
    return;
  }
  state.effects.push({ type: 'taken' });
  depart(state, 'left');
}

function says(phase: Phase): BeatState | undefined {
  return phase === 'connecting' || phase === 'left' ? undefined : phase;
}
