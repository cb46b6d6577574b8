import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { namesOf } from '../../support/namesOf.js';
import { read } from '../../support/pages.js';

describe('rx-process/ws in a browser', () => {
  it('is another file, by a condition that comes before the one for Node (A12)', () => {
    const { exports, sideEffects } = JSON.parse(read('package.json'));

    expect(Object.entries(exports['./ws'])).toEqual([
      ['types', './dist/ws/index.d.ts'],
      ['browser', './dist/ws/browser.js'],
      ['default', './dist/ws/index.js'],
    ]);
    // Otherwise a bundler leaves out what nothing is used of, and with it the error.
    expect(sideEffects).toEqual(['./dist/ws/browser.js']);
  });

  it('fails when it is imported, and says what to use (A12)', async () => {
    await expect(import('../../../lib/ws/browser.js')).rejects.toThrow('use rx-process/client');
  });

  it('has every name of the one for Node, so that no bundler fails first', () => {
    const text = readFileSync(new URL('../../../lib/ws/browser.ts', import.meta.url), 'utf8');
    const names = /export const \{([^}]*)\}/.exec(text)?.[1]?.match(/\w+/g);

    expect(names).toEqual(namesOf('ws/index.ts').values);
  });
});
