import { beforeAll, describe, expect, it } from '@jest/globals';
import { within } from '../express/support.js';
import { type Started, start } from './start.js';

let started: Started;
/** The example that runs. */
export const running = (): Started => started;

/** An example, started once for all its tests; it ends with them, and has been silent. */
export const example = (name: string, tests: () => void): void =>
  describe(`examples/${name}`, () => {
    beforeAll(async () => {
      started = await start(`examples/${name}.ts`);
    }, 30_000);
    tests();
    it('ends with SIGTERM, and has printed one line', async () => {
      // A test may have told it; a second signal could come when Node has put its handlers away.
      if (!started.child.killed) started.child.kill('SIGTERM');

      expect(await within(started.exited, 'the exit', 10_000)).toEqual({ code: 0, signal: null });
      expect(started.printed()).toBe(`listening on http://127.0.0.1:${started.port}\n`);
    });
  });
