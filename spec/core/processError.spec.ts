import { describe, expect, it } from '@jest/globals';
import { ProcessError } from '../../lib/core/index.js';

describe('ProcessError', () => {
  it.each([
    { code: 'Invalid', retryable: false },
    { code: 'NotFound', retryable: false },
    { code: 'AlreadyExists', retryable: false },
    { code: 'Unavailable', retryable: true },
    { code: 'LimitExceeded', retryable: true },
    { code: 'Timeout', retryable: true },
    { code: 'Internal', retryable: false },
  ] as const)('of code $code is retryable: $retryable', ({ code, retryable }) => {
    const error = new ProcessError(code, 'text');

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'ProcessError', code, message: 'text', retryable });
  });

  it('has a cause and an existing_pid only when given them', () => {
    const bare = new ProcessError('Internal', 'text');
    const full = new ProcessError('AlreadyExists', 'text', {
      existing_pid: '{main|0x00001}',
      cause: 1,
    });

    expect(Object.keys(bare).sort()).toEqual(['code', 'name', 'retryable']);
    expect('cause' in bare).toBe(false);
    expect(full).toMatchObject({ existing_pid: '{main|0x00001}', cause: 1 });
  });

  it('keeps a cause that is undefined', () => {
    expect('cause' in new ProcessError('Internal', 'text', { cause: undefined })).toBe(true);
  });
});
