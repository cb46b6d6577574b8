import { describe, expect, it } from '@jest/globals';
import type { ExitReason } from '../../lib/index.js';
import { ConnectionError } from '../../lib/protocol/index.js';
import { type Cause, verdict } from '../../lib/relay/verdict.js';

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
const ROWS: {
  /** The row of §17. */
  row: string;
  cause: Cause;
  /** The close frame, '–' for none. */
  frame: string;
  /** What the target is told, '–' for nothing. */
  leave: string;
  /** The connection's own exit. */
  exit: ExitReason;
}[] = [
  {
    row: 'a',
    cause: { type: 'peer', code: 1000, reason: 'bye' },
    frame: '–',
    leave: 'bye',
    exit: normal(1000, 'bye'),
  },
  {
    row: 'a',
    cause: { type: 'peer', code: 1005, reason: '' },
    frame: '–',
    leave: 'client closed',
    exit: normal(1005, ''),
  },
  {
    row: 'a',
    cause: { type: 'peer', code: 1011, reason: '' },
    frame: '–',
    leave: 'client closed',
    exit: failed(1011, ''),
  },
  {
    row: 'b',
    cause: { type: 'lost' },
    frame: '–',
    leave: 'connection lost',
    exit: failed(1006, 'connection lost'),
  },
  {
    row: 'c',
    cause: { type: 'close', code: 4000, reason: 'x' },
    frame: '4000 x',
    leave: 'x',
    exit: normal(4000, 'x'),
  },
  {
    row: 'c',
    cause: { type: 'close', code: 1000, reason: '' },
    frame: '1000',
    leave: 'closed by server',
    exit: normal(1000, ''),
  },
  {
    row: 'c',
    cause: { type: 'close', code: 1011, reason: 'x' },
    frame: '1011 x',
    leave: 'x',
    exit: failed(1011, 'x'),
  },
  {
    row: 'd',
    cause: { type: 'target', exit: { type: 'normal' } },
    frame: `1000 ${gone}`,
    leave: '–',
    exit: normal(1000, gone),
  },
  {
    row: 'e',
    cause: { type: 'target', exit: { type: 'shutdown' } },
    frame: `1001 ${gone}`,
    leave: '–',
    exit: normal(1001, gone),
  },
  {
    row: 'e',
    cause: { type: 'target', exit: { type: 'shutdown', detail: 'full' } },
    frame: `1001 ${gone}`,
    leave: '–',
    exit: normal(1001, gone),
  },
  {
    row: 'f',
    cause: { type: 'target', exit: crash },
    frame: `1011 ${gone}`,
    leave: '–',
    exit: failed(1011, gone),
  },
  {
    row: 'f',
    cause: { type: 'target', exit: { type: 'kill' } },
    frame: `1011 ${gone}`,
    leave: '–',
    exit: failed(1011, gone),
  },
  {
    row: 'f',
    cause: { type: 'target', exit: { type: 'killed' } },
    frame: `1011 ${gone}`,
    leave: '–',
    exit: failed(1011, gone),
  },
  {
    row: 'f',
    cause: { type: 'target', exit: { type: 'noproc' } },
    frame: `1011 ${gone}`,
    leave: '–',
    exit: failed(1011, gone),
  },
  {
    row: 'f2',
    cause: { type: 'target', exit: { type: 'noconnection' } },
    frame: '1012 target unreachable',
    leave: '–',
    exit: failed(1012, 'target unreachable'),
  },
  {
    row: 'g',
    cause: { type: 'link', exit: crash },
    frame: '1011 linked process exited',
    leave: 'linked process exited',
    exit: crash,
  },
  {
    row: 'h',
    cause: { type: 'cancel', why: undefined },
    frame: '1001 cancelled',
    leave: 'cancelled',
    exit: normal(1001, 'cancelled'),
  },
  {
    row: 'h',
    cause: { type: 'cancel', why: 'why' },
    frame: '1001 why',
    leave: 'why',
    exit: normal(1001, 'why'),
  },
  {
    row: 'h',
    cause: { type: 'cancel', why: 'w'.repeat(200) },
    frame: `1001 ${'w'.repeat(123)}`,
    leave: 'w'.repeat(123),
    exit: normal(1001, 'w'.repeat(123)),
  },
  {
    row: 'i',
    cause: { type: 'terminate' },
    frame: '–',
    leave: 'terminated',
    exit: { type: 'killed' },
  },
  {
    row: 'j',
    cause: { type: 'shutdown' },
    frame: '1001 server shutting down',
    leave: 'server shutting down',
    exit: normal(1001, 'server shutting down'),
  },
  {
    row: 'k',
    cause: { type: 'violation', code: 1002 },
    frame: '1002',
    leave: 'protocol error',
    exit: failed(1002, 'protocol error'),
  },
  {
    row: 'k',
    cause: { type: 'violation', code: 1007 },
    frame: '1007',
    leave: 'invalid payload',
    exit: failed(1007, 'invalid payload'),
  },
  {
    row: 'k',
    cause: { type: 'violation', code: 1009 },
    frame: '1009',
    leave: 'message too big',
    exit: failed(1009, 'message too big'),
  },
  {
    row: 'l',
    cause: { type: 'silent' },
    frame: '–',
    leave: 'ping timeout',
    exit: failed(1006, 'ping timeout'),
  },
  {
    row: 'm',
    cause: { type: 'slow', who: 'consumer' },
    frame: '1013 slow consumer',
    leave: 'slow consumer',
    exit: failed(1013, 'slow consumer'),
  },
  {
    row: 'm',
    cause: { type: 'slow', who: 'target' },
    frame: '1013 target overloaded',
    leave: 'target overloaded',
    exit: failed(1013, 'target overloaded'),
  },
  {
    row: 'm',
    cause: { type: 'slow', who: 'server' },
    frame: '1013 server overloaded',
    leave: 'server overloaded',
    exit: failed(1013, 'server overloaded'),
  },
  {
    row: 'n',
    cause: { type: 'expired' },
    frame: '4401 authorization expired',
    leave: 'authorization expired',
    exit: normal(4401, 'authorization expired'),
  },
  {
    row: 'k',
    cause: { type: 'exceeded', limit: 'rate' },
    frame: '1008 rate limit exceeded',
    leave: 'rate limit exceeded',
    exit: failed(1008, 'rate limit exceeded'),
  },
  {
    row: 'k',
    cause: { type: 'exceeded', limit: 'message' },
    frame: '1008 message timeout',
    leave: 'message timeout',
    exit: failed(1008, 'message timeout'),
  },
  {
    row: 'm',
    cause: { type: 'exceeded', limit: 'hold' },
    frame: '1013 target overloaded',
    leave: 'target overloaded',
    exit: failed(1013, 'target overloaded'),
  },
  {
    row: 'o',
    cause: { type: 'exceeded', limit: 'idle' },
    frame: '1001 idle timeout',
    leave: 'idle timeout',
    exit: normal(1001, 'idle timeout'),
  },
  {
    row: 'p',
    cause: { type: 'drain', code: 1012, retry: 2_500 },
    frame: '1012 server restarting; retry=2500',
    leave: 'server restarting',
    exit: normal(1012, 'server restarting'),
  },
];

describe('verdict', () => {
  it.each(ROWS)('decides row $row of §17 for $cause (Z1, Z2)', ({ cause, frame, leave, exit }) => {
    const decided = verdict(cause);
    const shown = decided.frame && `${decided.frame.code} ${decided.frame.reason}`.trim();

    expect(shown ?? '–').toBe(frame);
    expect(decided.leave ?? '–').toBe(leave);
    expect(decided.exit).toEqual(exit);
    // jest's equality of errors knows neither code nor reason.
    expect(fields(decided.exit)).toEqual(fields(exit));
  });

  it.each<{ cause: Cause; frame: string; leave: string; exit: ExitReason }>([
    {
      cause: { type: 'peer', code: 1005, reason: '' },
      frame: '–',
      leave: 'server closed',
      exit: normal(1005, ''),
    },
    {
      cause: { type: 'close', code: 4000, reason: '' },
      frame: '4000',
      leave: 'closed by client',
      exit: normal(4000, ''),
    },
    {
      cause: { type: 'shutdown' },
      frame: '1001 client shutting down',
      leave: 'client shutting down',
      exit: normal(1001, 'client shutting down'),
    },
    {
      cause: { type: 'slow', who: 'consumer' },
      frame: '1011 slow peer',
      leave: 'slow peer',
      exit: failed(1011, 'slow peer'),
    },
  ])('speaks of the other end where that is a server: $leave (A8, A10)', ({ cause, ...row }) => {
    const { frame, leave, exit } = verdict(cause, 'server');
    const shown = frame && `${frame.code} ${frame.reason}`.trim();

    expect({ frame: shown ?? '–', leave, exit }).toEqual(row);
    expect(fields(exit)).toEqual(fields(row.exit));
  });

  it('is the same for all other causes, whoever is at the other end', () => {
    const spoken = ['peer', 'close', 'shutdown', 'slow'];
    for (const { cause } of ROWS.filter(({ cause }) => !spoken.includes(cause.type)))
      expect(verdict(cause, 'server')).toEqual(verdict(cause));
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
