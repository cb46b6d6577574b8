import type { ExitReason } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { cancel, closed, exited, LOBBY, linkDown } from './support.js';

export const crash: ExitReason = { type: 'error', error: new Error('boom') };

/** Everything that starts closing, by the diagram letter and the source that it comes from. */
export const client = {
  p: { type: 'violation', code: 1002 },
  u: { type: 'violation', code: 1007 },
  b: { type: 'violation', code: 1009 },
  s: { type: 'silent' },
  g: { type: 'congested' },
  t: { type: 'limited' },
  r: { type: 'exceeded', limit: 'rate' },
  m: { type: 'exceeded', limit: 'message' },
  h: { type: 'exceeded', limit: 'hold' },
  i: { type: 'exceeded', limit: 'idle' },
  e: { type: 'evicted' },
  z: closed(1000, 'too late to matter'),
} as const;
export const inbox = {
  k: message(ws.close, { code: 4000, reason: 'kicked' }),
  e: message(ws.close, { code: 1011, reason: 'broken' }),
};
export const signals = {
  c: cancel(),
  w: cancel('maintenance'),
  i: linkDown(crash),
  k: linkDown({ type: 'killed' }),
  q: { kind: 'pid.cancel', from: undefined, at: 0, reason: 'shutdown', deadline: 9 },
  r: { type: 'shutdown' },
  f: { type: 'refused' },
} as never;
export const exits = {
  n: exited(LOBBY, { type: 'normal', value: 7 }),
  s: exited(LOBBY, { type: 'shutdown' }),
  e: exited(LOBBY, crash),
  k: exited(LOBBY, { type: 'killed' }),
  o: exited(LOBBY, { type: 'noproc' }),
  l: exited(LOBBY, { type: 'noconnection' }),
};
