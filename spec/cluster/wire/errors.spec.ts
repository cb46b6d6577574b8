import { describe, expect, it } from '@jest/globals';
import { RemoteError } from '../../../lib/cluster/wire/remoteError.js';
import { ExitError, type ExitReason, ProcessError } from '../../../lib/index.js';
import { ConnectionError } from '../../../lib/protocol/index.js';
import { A, cross, crossed } from './support.js';

class CartError extends Error {
  override readonly name = 'CartError';
  readonly items = [1, { a: 2 }];
}

/** A chain of causes, the first of which is `1`. */
const chain = (length: number): Error => {
  let error = new Error(`${length}`);
  for (let i = length - 1; i > 0; i--) error = new Error(`${i}`, { cause: error });
  return error;
};
const messages = (error: Error | undefined): string[] =>
  error === undefined ? [] : [error.message, ...messages(error.cause as Error | undefined)];

/** The reason of an exit as it arrives, and what was told of it. */
const exits = (reason: ExitReason, maxMessage?: number): [ExitReason, string[]] => {
  const told: string[] = [];
  const leftOut = (text: string) => void told.push(text);
  const [entry] = cross([{ kind: 'exit', ref: 1, reason }], { leftOut, maxMessage });
  return [(entry as { reason: ExitReason }).reason, told];
};

describe('an error', () => {
  it.each([
    { what: 'Error', error: new Error('x') },
    { what: 'TypeError', error: new TypeError('x') },
    { what: 'RangeError', error: new RangeError('x') },
    { what: 'a cause', error: new SyntaxError('x', { cause: new URIError('y') }) },
    { what: 'a cause that is none', error: new EvalError('x', { cause: undefined }) },
    { what: 'AggregateError', error: new AggregateError([new ReferenceError('y'), 2], 'x') },
    {
      what: 'own fields',
      error: Object.assign(new Error('x'), { code: 'ENOENT', at: new Date(1) }),
    },
    { what: 'ProcessError', error: new ProcessError('Timeout', 'x') },
    { what: 'existing_pid', error: new ProcessError('AlreadyExists', 'x', { existing_pid: A }) },
    { what: 'ExitError', error: new ExitError({ type: 'error', error: new TypeError('y') }) },
    { what: 'ConnectionError', error: new ConnectionError(1006, 'gone') },
    { what: 'one worth another try', error: new ConnectionError(1012, 'restart', true) },
  ])('comes back as what it was: $what (D24)', ({ error }) => {
    const back = crossed(error) as Error;

    expect(back).toStrictEqual(error);
    expect(back.constructor).toBe(error.constructor);
    expect([back.name, back.message, back.stack]).toEqual([error.name, error.message, error.stack]);
    expect({ ...back }).toEqual({ ...error });
    expect(['cause' in back, back.cause]).toEqual(['cause' in error, error.cause]);
  });

  it.each([
    { what: 'of a class of its own', error: new CartError('empty'), name: 'CartError' },
    {
      what: 'of a platform',
      error: new DOMException('late', 'TimeoutError'),
      name: 'TimeoutError',
    },
    { what: 'that has come from a third node', error: new RemoteError('Odd', 'x'), name: 'Odd' },
  ])('is a RemoteError with its name: $what (D24)', ({ error, name }) => {
    const back = crossed({ error }) as { error: RemoteError };

    expect(back.error).toBeInstanceOf(RemoteError);
    expect([back.error.name, back.error.message]).toEqual([name, error.message]);
  });

  it('keeps its own fields, and those of a subclass of ProcessError its class (D24)', () => {
    class DialError extends ProcessError {
      readonly url = 'ws://x';
    }

    expect(crossed(new CartError('x'))).toMatchObject({ items: [1, { a: 2 }] });
    expect(crossed(new DialError('Unavailable', 'x'))).toMatchObject({
      constructor: ProcessError,
      url: 'ws://x',
      retryable: true,
    });
    expect(crossed(new DOMException('x', 'AbortError'))).toMatchObject({ code: 20 });
  });

  it('crosses with four causes (D24)', () => {
    expect(messages(crossed(chain(5)) as Error)).toEqual(['1', '2', '3', '4', '5']);
    expect(messages(crossed(chain(9)) as Error)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('loses a field that cannot cross, which is told, and is never refused (D24)', () => {
    const told: string[] = [];
    const error: Error & { [key in 'socket' | 'self']?: unknown } = new Error('x');
    Object.assign(error, { code: 7 });
    error.socket = { write() {} };
    error.self = { error };
    Object.defineProperty(error, 'at', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    error.cause = () => 1;

    const back = crossed([error], { leftOut: (text) => void told.push(text) });

    expect(back).toMatchObject([{ message: 'x', code: 7, cause: undefined }]);
    expect(Object.keys((back as object[])[0] as object)).toEqual(['code']);
    expect(told).toEqual([
      'payload[0].socket.write is a function',
      'payload[0].self.error is within itself (a cycle)',
      'payload[0].at cannot be read: Error: no',
      'payload[0].cause is a function',
    ]);
  });
});

describe('the reason of an exit', () => {
  it.each<{ reason: ExitReason }>([
    { reason: { type: 'normal', value: new Map([[1, 2]]) } },
    { reason: { type: 'normal' } },
    { reason: { type: 'shutdown', detail: { why: 'deploy' } } },
    { reason: { type: 'kill' } },
    { reason: { type: 'killed' } },
    { reason: { type: 'noproc' } },
    { reason: { type: 'noconnection' } },
    { reason: { type: 'error', error: new TypeError('x') } },
    { reason: { type: 'error', error: 'thrown' } },
  ])('crosses as it is: $reason (D36)', ({ reason }) => {
    expect(exits(reason)).toEqual([reason, []]);
  });

  it('loses what cannot cross, which is told, so an EXIT is never lost (D24)', () => {
    expect(exits({ type: 'normal', value: { f() {} } })).toEqual([
      { type: 'normal' },
      ['reason.value.f is a function'],
    ]);
    expect(exits({ type: 'shutdown', detail: Symbol('s') })).toEqual([
      { type: 'shutdown' },
      ['reason.detail is a symbol'],
    ]);
    expect(exits({ type: 'error', error: () => 1 })).toEqual([
      { type: 'error', error: new Error('reason.error is a function') },
      ['reason.error is a function'],
    ]);
  });

  it('loses what is something else each time that it is read (D24)', () => {
    let times = 0;
    const value = Object.defineProperty({}, 'a', {
      enumerable: true,
      get: () => (times++ === 0 ? 1 : Symbol('s')),
    });

    expect(exits({ type: 'normal', value })).toEqual([
      { type: 'normal' },
      ['exit that cannot be packed: Error: Unknown type: symbol'],
    ]);
  });

  it('loses what is too large (D22, D24)', () => {
    const [reason, told] = exits({ type: 'normal', value: 'x'.repeat(2000) }, 1000);

    expect(reason).toEqual({ type: 'normal' });
    expect(told).toEqual(['exit of 2025 bytes, above maxMessage (1000)']);
  });
});
