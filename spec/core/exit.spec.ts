import { describe, expect, it } from '@jest/globals';
import {
  ExitError,
  type ExitReason,
  exitError,
  exitResult,
  isExitReason,
  isNormal,
  isOrderly,
  toError,
  toExitReason,
} from '../../lib/core/index.js';

const boom = new Error('boom');

/** One row of the exit matrix: what a linked process hears of it, and a transient child's restart. */
interface Row {
  readonly reason: ExitReason;
  readonly linksHear: boolean;
  readonly transientRestarts: boolean;
  readonly result: unknown;
}

const failed = (type: string): unknown => ({
  error: expect.objectContaining({ name: 'ExitError', message: type, reason: { type } }),
});

const MATRIX: readonly Row[] = [
  {
    reason: { type: 'normal' },
    linksHear: false,
    transientRestarts: false,
    result: { value: undefined },
  },
  {
    reason: { type: 'normal', value: 7 },
    linksHear: false,
    transientRestarts: false,
    result: { value: 7 },
  },
  {
    reason: { type: 'shutdown' },
    linksHear: true,
    transientRestarts: false,
    result: failed('shutdown'),
  },
  {
    reason: { type: 'shutdown', detail: 'deploy' },
    linksHear: true,
    transientRestarts: false,
    result: { error: expect.objectContaining({ reason: { type: 'shutdown', detail: 'deploy' } }) },
  },
  {
    reason: { type: 'error', error: boom },
    linksHear: true,
    transientRestarts: true,
    result: { error: boom },
  },
  {
    reason: { type: 'error', error: 0 },
    linksHear: true,
    transientRestarts: true,
    result: { error: 0 },
  },
  { reason: { type: 'kill' }, linksHear: true, transientRestarts: true, result: failed('kill') },
  {
    reason: { type: 'killed' },
    linksHear: true,
    transientRestarts: true,
    result: failed('killed'),
  },
  {
    reason: { type: 'noproc' },
    linksHear: true,
    transientRestarts: true,
    result: failed('noproc'),
  },
  {
    reason: { type: 'noconnection' },
    linksHear: true,
    transientRestarts: true,
    result: failed('noconnection'),
  },
];

describe('exit reasons', () => {
  it.each(MATRIX)('$reason is told as the matrix says (E1)', (row) => {
    expect({
      linksHear: !isNormal(row.reason),
      transientRestarts: !isOrderly(row.reason),
      result: exitResult(row.reason),
    }).toEqual({
      linksHear: row.linksHear,
      transientRestarts: row.transientRestarts,
      result: row.result,
    });
    expect(isExitReason(row.reason)).toBe(true);
    expect(toExitReason(row.reason)).toBe(row.reason);
  });
});

describe('toExitReason', () => {
  it.each(['normal', 'shutdown', 'kill'] as const)('reads the name %s (E2)', (name) => {
    expect(toExitReason(name)).toEqual({ type: name });
  });

  it.each([
    { what: 'an error', input: boom, error: boom },
    { what: 'another name', input: 'killed', error: 'killed' },
    { what: 'a thrown text', input: 'boom', error: 'boom' },
    { what: 'a thrown object', input: { type: 'nonsense' }, error: { type: 'nonsense' } },
    {
      what: 'an error reason without its error',
      input: { type: 'error' },
      error: { type: 'error' },
    },
    {
      what: 'an error that looks like a reason',
      input: Object.assign(new Error(), { type: 'normal' }),
      error: expect.any(Error),
    },
    { what: 'undefined', input: undefined, error: new Error('thrown: undefined') },
    { what: 'null', input: null, error: new Error('thrown: null') },
  ])('takes $what for an error (E2, S6)', ({ input, error }) => {
    expect(toExitReason(input)).toEqual({ type: 'error', error });
  });
});

describe('toError', () => {
  it('leaves what was thrown as it is, but nothing is never nothing (S6)', () => {
    expect(toError(boom)).toBe(boom);
    expect(toError(0)).toBe(0);
    expect(toError('')).toBe('');
    expect(toError(undefined)).toEqual(new Error('thrown: undefined'));
    expect(toError(null)).toEqual(new Error('thrown: null'));
  });
});

describe('isExitReason', () => {
  it.each([undefined, null, 'normal', 1, {}, { type: 'gone' }, { type: 1 }, [], boom])(
    'knows that %p is none',
    (value) => {
      expect(isExitReason(value)).toBe(false);
    },
  );
});

describe('exitError', () => {
  it('is the error of a crash itself, and an ExitError of any other end', () => {
    expect(exitError({ type: 'error', error: boom })).toBe(boom);
    expect(exitError({ type: 'killed' })).toBeInstanceOf(ExitError);
    expect(exitError({ type: 'shutdown', detail: 1 })).toMatchObject({
      message: 'shutdown',
      reason: { detail: 1 },
    });
  });
});
