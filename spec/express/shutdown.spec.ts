import { afterEach, describe, expect, it } from '@jest/globals';
import { run } from '../examples/start.js';
import { cleanUp, within } from './support.js';

afterEach(cleanUp);

describe('system.shutdown', () => {
  it('leaves no timer, socket or handle that keeps Node alive (O3, Q3)', async () => {
    const { exited, printed, complained } = run('spec/express/shutdownProgram.ts');

    const { code } = await within(exited, 'the exit of the program', 15_000);
    expect([complained(), code]).toEqual(['', 0]);
    expect(printed().trim().split('\n').sort()).toEqual([
      'call over',
      'client closed 1001',
      'down with 0 processes',
      'the interval is torn down',
    ]);
  }, 20_000);
});
