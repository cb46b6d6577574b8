import { describe, expect, it } from '@jest/globals';
import { loadPacker, packerOf } from '../../../lib/cluster/wire/loadPacker.js';

describe('loadPacker', () => {
  it('gives everybody the same packer, at once (D72)', () => {
    expect(loadPacker()).toBe(loadPacker());
  });

  it('says what to install where msgpackr is missing', () => {
    const cause = Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
    const load = () => {
      throw cause;
    };

    expect(() => packerOf(load)).toThrow(
      expect.objectContaining({
        code: 'Unavailable',
        message: 'a cluster needs msgpackr, which cannot be loaded: npm install msgpackr',
        cause,
      }),
    );
  });
});
