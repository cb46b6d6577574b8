import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

describe('the root', () => {
  it('has the settings of jest and no other program: what somebody tried out does not stay', () => {
    const programs = readdirSync('.').filter((name) => /\.(tsx?|[cm]?js)$/.test(name));

    expect(programs.filter((name) => !name.startsWith('jest.'))).toEqual([]);
  });
});
