import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

/** `memoryProgram.ts`, bundled before the specs. */
const PROGRAM = '.tmp/programs/spec/channels/table/memoryProgram.js';

describe('a subscription', () => {
  it.each([
    { connections: 5_000, each: 20, most: 80 },
    { connections: 10_000, each: 1, most: 260 },
  ])(
    'takes at most $most bytes of heap where a connection has $each (B35)',
    async ({ connections, each, most }) => {
      const args = [connections, each, 1_000].map(String);
      const node = ['--expose-gc', PROGRAM, ...args];

      const { stdout } = await promisify(execFile)(process.execPath, node, { timeout: 60_000 });

      const { count, bytes } = JSON.parse(stdout);
      expect(count).toBe(connections * each);
      expect(bytes).toBeLessThanOrEqual(most);
    },
    60_000,
  );
});
