import type { Entry } from '../../../lib/cluster/wire/entry.js';
import { ProcessError } from '../../../lib/index.js';
import { A, B } from './support.js';

const message = { to: B, topic: 'chat:say', from: A, payload: { text: 'hello', n: [1, -1.5] } };
/** Without a stack, which is of this machine. */
const error = Object.assign(new ProcessError('NotFound', 'nobody'), { stack: 'at a' });
const link = { a: A, b: B, id: 9 };

/** Entries of every kind, as a node A says them to B; those that name A as theirs without speaking for it say so. */
export const ENTRIES: readonly { readonly name: string; readonly entry: Entry }[] = [
  { name: 'send', entry: { kind: 'send', ...message } },
  { name: 'send with a context', entry: { kind: 'send', ...message, context: { trace: 'x' } } },
  { name: 'call', entry: { kind: 'call', ...message, ref: 7 } },
  { name: 'reply', entry: { kind: 'reply', ref: 7, payload: new Map([['a', new Date(1)]]) } },
  { name: 'reply of nothing', entry: { kind: 'reply', ref: 7, payload: undefined } },
  { name: 'refused call', entry: { kind: 'refused', about: 7, why: 'overflow' } },
  { name: 'refused frame', entry: { kind: 'refused', about: B, why: 'overflow' } },
  { name: 'watch', entry: { kind: 'watch', ref: 8, pid: B } },
  { name: 'watch of A', entry: { kind: 'watch', ref: 8, pid: B, by: A } },
  { name: 'unwatch', entry: { kind: 'unwatch', ref: 8 } },
  { name: 'exit', entry: { kind: 'exit', ref: 8, reason: { type: 'error', error } } },
  { name: 'normal exit', entry: { kind: 'exit', ref: 8, reason: { type: 'normal', value: 3n } } },
  { name: 'link', entry: { kind: 'link', ...link } },
  { name: 'unlink', entry: { kind: 'unlink', ...link } },
  { name: 'linkExit', entry: { kind: 'linkExit', ...link, reason: { type: 'killed' } } },
  {
    name: 'exit signal',
    entry: { kind: 'signal', to: B, from: A, signal: 'exit', reason: { type: 'shutdown' } },
  },
  { name: 'kill signal', entry: { kind: 'signal', to: B, from: A, signal: 'kill' } },
  {
    name: 'cancel signal',
    entry: { kind: 'signal', to: B, from: A, signal: 'cancel', reason: 'late', remaining: 250 },
  },
  {
    name: 'group of A',
    entry: {
      kind: 'group',
      scope: 'pg',
      change: 'set',
      groups: [
        ['g', [A, A]],
        ['h', []],
      ],
    },
  },
  {
    name: 'counted group',
    entry: { kind: 'group', scope: 'channels', change: 'join', groups: [['g', 12]] },
  },
  {
    name: 'cast',
    entry: { kind: 'cast', scope: 'pg', group: 'g', topic: 't', from: A, payload: 1, except: [B] },
  },
  { name: 'name of A', entry: { kind: 'name', name: '@mail', pid: A, revision: 41 } },
  { name: 'name of nobody', entry: { kind: 'name', name: '@mail', pid: undefined, revision: 42 } },
  {
    name: 'spawn',
    entry: { kind: 'spawn', ref: 10, id: 'chat:room', args: ['x'], options: { name: 'lobby' } },
  },
  { name: 'failed', entry: { kind: 'failed', ref: 10, error } },
  { name: 'press of A', entry: { kind: 'press', pid: A, pressed: true } },
  { name: 'ready', entry: { kind: 'ready' } },
];
