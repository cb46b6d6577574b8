import { MILLIS, wake } from './publish.js';
import { type EndReason, newSession, type State, type World } from './state.js';

/** Ends the session for good; what the peer may still ask is answered, so that its bye is acknowledged. */
export function end(state: State, reason: EndReason): void {
  // Whoever was told to wait would wait for ever.
  if (state.session.window.isPressed) state.effects.push({ type: 'relieved' });
  state.session.timers.clear();
  state.phase = 'over';
  state.effects.push({ type: 'ended', reason });
}

/**
 * Ends a session that cannot keep its promise, at both ends: the peer is greeted with another tag (D10, D11). Nothing
 * of the old one is left; who leaves begins no other.
 */
export function reset(state: State, world: World): void {
  end(state, 'reset');
  if (state.isLeaving) return;
  state.session = newSession(world, state.limits);
  state.phase = 'greeting';
  // Not at once, or two nodes that do not understand each other would do nothing else.
  wake(state, 'hello', MILLIS.hello);
}

/** What has come cannot be read, or cannot be true (D26). */
export function garbled(state: State, world: World): void {
  if (state.phase === 'over') return;
  const text = 'a frame cannot be decoded (D26): do both nodes run the same version?';
  state.effects.push({ type: 'warn', code: 'bad_frame', text });
  if (state.phase === 'open') reset(state, world);
}
