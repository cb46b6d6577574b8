import { encodeFrame, Flag, type Frame } from '../wire/frame.js';
import { end, reset } from './end.js';
import { MILLIS, publish, wake } from './publish.js';
import type { State, World } from './state.js';

/** Says hello, and repeats it until the peer has answered with this session's tag (D10). */
export function greet(state: State, world: World): void {
  if (state.phase !== 'greeting') return;
  introduce(state, Flag.hello, 0, world);
  wake(state, 'hello', MILLIS.hello);
}

/**
 * Answers a hello. Its tag is not believed yet, because it may be old: a session is open when a welcome has come that
 * has the tag of this end. So it does not matter who begins, or whether both do at once.
 */
export function helloCame(state: State, { from, body }: Frame, world: World): void {
  if (state.phase === 'over' || refuses(state, body, world)) return;
  // Another tag than the known one: the peer has begun anew. The known one: it has not heard the welcome.
  if (state.phase === 'open' && from !== state.session.theirs) {
    reset(state, world);
    if (state.isLeaving) return;
  }
  introduce(state, Flag.welcome, from, world);
  if (state.phase === 'greeting') wake(state, 'hello', MILLIS.hello);
}

/** Both tags are known. The peer is told so, for it may still wait. */
export function open(state: State, { from, body }: Frame, world: World): void {
  if (refuses(state, body, world)) return;
  state.session.theirs = from;
  state.session.timers.delete('hello');
  state.phase = 'open';
  state.counters.sessions++;
  introduce(state, Flag.welcome, from, world);
  state.effects.push({ type: 'began', hello: body });
}

function refuses(state: State, hello: Uint8Array, world: World): boolean {
  const text = world.judge(hello);
  if (text === undefined) return false;
  state.effects.push({ type: 'warn', code: 'hello_refused', text });
  end(state, 'refused');
  return true;
}

function introduce(state: State, flags: number, to: number, { hello }: World): void {
  const header = { flags, from: state.session.mine, to, number: 0, ack: 0 };
  publish(state, encodeFrame(header, [hello], hello.length));
}
