import { afterAll, describe, expect, it } from '@jest/globals';
import { cleanUp, within } from '../express/support.js';
import { run } from './start.js';

afterAll(cleanUp);

describe('examples/18-resume', () => {
  it('counts over a lost connection and a restart: nothing lost, nothing doubled (B19, CH14, CP23)', async () => {
    const { printed, complained, exited } = run('examples/18-resume.ts');

    expect(await within(exited, 'the exit', 30_000)).toEqual({ code: 0, signal: null });
    const lines = printed().trimEnd().split('\n');
    const counted = lines.flatMap((line) => /^count (\d+)$/.exec(line)?.slice(1) ?? []).map(Number);

    expect(complained()).toBe('');
    expect(counted.length).toBeGreaterThan(12);
    expect(counted).toEqual(counted.map((_, index) => index + 1));
    // How often it dials in vain while the server starts is for the machine to say.
    expect(lines.filter((line) => !/^count \d|^lost: no answer/.test(line))).toEqual([
      'open, a new session',
      'it orders, once',
      'lost: lost, for this example',
      'open, the same session',
      'ordered: performed 1 time',
      'the server stops, and counts on for a moment',
      'lost: server restarting',
      'the server starts',
      'open, a new session',
      `counted to ${counted.length}: nothing lost, nothing doubled`,
    ]);
  }, 40_000);
});
