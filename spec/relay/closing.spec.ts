import { describe, expect, it } from '@jest/globals';
import type { ExitReason } from '../../lib/index.js';
import { type Cause, ConnectionError, verdict } from '../../lib/relay/closing.js';

const crash: ExitReason = { type: 'error', error: new Error('secret') };
const normal = (code: number, reason: string): ExitReason => ({
  type: 'normal',
  value: { code, reason },
});
const failed = (code: number, reason: string): ExitReason => ({
  type: 'error',
  error: new ConnectionError(code, reason),
});

/** The fields of an exit's error. */
const fields = (exit: ExitReason): object => ({ ...(exit as { error?: object }).error });

const gone = 'target process exited';
const ROWS: [row: string, cause: Cause, frame: string, leave: string, exit: ExitReason][] = [
  // row, cause, close frame, leave reason ('–': none), the connection's own exit
  ['a', { type: 'peer', code: 1000, reason: 'bye' }, '–', 'bye', normal(1000, 'bye')],
  ['a', { type: 'peer', code: 1005, reason: '' }, '–', 'client closed', normal(1005, '')],
  ['a', { type: 'peer', code: 1011, reason: '' }, '–', 'client closed', failed(1011, '')],
  ['b', { type: 'lost' }, '–', 'connection lost', failed(1006, 'connection lost')],
  ['c', { type: 'close', code: 4000, reason: 'x' }, '4000 x', 'x', normal(4000, 'x')],
  ['c', { type: 'close', code: 1000, reason: '' }, '1000', 'closed by server', normal(1000, '')],
  ['c', { type: 'close', code: 1011, reason: 'x' }, '1011 x', 'x', failed(1011, 'x')],
  ['d', { type: 'target', exit: { type: 'normal' } }, `1000 ${gone}`, '–', normal(1000, gone)],
  ['e', { type: 'target', exit: { type: 'shutdown' } }, `1001 ${gone}`, '–', normal(1001, gone)],
  [
    'e',
    { type: 'target', exit: { type: 'shutdown', detail: 'full' } },
    `1001 ${gone}`,
    '–',
    normal(1001, gone),
  ],
  ['f', { type: 'target', exit: crash }, `1011 ${gone}`, '–', failed(1011, gone)],
  ['f', { type: 'target', exit: { type: 'kill' } }, `1011 ${gone}`, '–', failed(1011, gone)],
  ['f', { type: 'target', exit: { type: 'killed' } }, `1011 ${gone}`, '–', failed(1011, gone)],
  ['f', { type: 'target', exit: { type: 'noproc' } }, `1011 ${gone}`, '–', failed(1011, gone)],
  [
    'f2',
    { type: 'target', exit: { type: 'noconnection' } },
    '1012 target unreachable',
    '–',
    failed(1012, 'target unreachable'),
  ],
  [
    'g',
    { type: 'link', exit: crash },
    '1011 linked process exited',
    'linked process exited',
    crash,
  ],
  [
    'h',
    { type: 'cancel', why: undefined },
    '1001 cancelled',
    'cancelled',
    normal(1001, 'cancelled'),
  ],
  ['h', { type: 'cancel', why: 'why' }, '1001 why', 'why', normal(1001, 'why')],
  [
    'h',
    { type: 'cancel', why: 'w'.repeat(200) },
    `1001 ${'w'.repeat(123)}`,
    'w'.repeat(123),
    normal(1001, 'w'.repeat(123)),
  ],
  ['i', { type: 'terminate' }, '–', 'terminated', { type: 'killed' }],
  [
    'j',
    { type: 'shutdown' },
    '1001 server shutting down',
    'server shutting down',
    normal(1001, 'server shutting down'),
  ],
  [
    'k',
    { type: 'violation', code: 1002 },
    '1002',
    'protocol error',
    failed(1002, 'protocol error'),
  ],
  [
    'k',
    { type: 'violation', code: 1007 },
    '1007',
    'invalid payload',
    failed(1007, 'invalid payload'),
  ],
  [
    'k',
    { type: 'violation', code: 1009 },
    '1009',
    'message too big',
    failed(1009, 'message too big'),
  ],
  ['l', { type: 'silent' }, '–', 'ping timeout', failed(1006, 'ping timeout')],
  [
    'm',
    { type: 'slow', who: 'consumer' },
    '1013 slow consumer',
    'slow consumer',
    failed(1013, 'slow consumer'),
  ],
  [
    'm',
    { type: 'slow', who: 'target' },
    '1013 target overloaded',
    'target overloaded',
    failed(1013, 'target overloaded'),
  ],
];

describe('verdict', () => {
  it.each(ROWS)('decides row %s of §17 for %j', (_row, cause, frame, leave, exit) => {
    const decided = verdict(cause);
    const shown = decided.frame && `${decided.frame.code} ${decided.frame.reason}`.trim();

    expect(shown ?? '–').toBe(frame);
    expect(decided.leave ?? '–').toBe(leave);
    expect(decided.exit).toEqual(exit);
    // jest's equality of errors knows neither code nor reason.
    expect(fields(decided.exit)).toEqual(fields(exit));
  });

  it.each([1000, 1001, 1005, 1012, 3000, 3999, 4000, 4999])('calls %i normal (Z1)', (code) => {
    const exit = { type: 'normal', value: { code, reason: 'r' } };

    expect(verdict({ type: 'peer', code, reason: 'r' }).exit).toEqual(exit);
    expect(verdict({ type: 'close', code, reason: 'r' }).exit).toEqual(exit);
  });

  it.each([1002, 1003, 1006, 1007, 1008, 1009, 1010, 1011, 1013, 1014, 2999])(
    'calls %i an error with code and reason (Z1)',
    (code) => {
      const { exit } = verdict({ type: 'peer', code, reason: 'r' });

      expect(exit).toEqual({ type: 'error', error: expect.any(ConnectionError) });
      expect(exit).toHaveProperty('error.code', code);
      expect(exit).toHaveProperty('error.reason', 'r');
      expect(exit).toHaveProperty('error.message', `connection closed: ${code} r`);
    },
  );

  it('tells the client nothing of the error of a target (f)', () => {
    expect(JSON.stringify(verdict({ type: 'target', exit: crash }))).not.toContain('secret');
  });
});
