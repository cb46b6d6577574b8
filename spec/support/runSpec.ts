import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Runs the text of a spec as jest would, but here: whatever it expects and does not find is an error. Gives how many
 * tests it has.
 *
 * @param behaviors the text of its `behaviors.js`, which lies two folders below the root
 */
export async function runSpec(text: string, behaviors: string): Promise<number> {
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const folder = mkdtempSync(join(ROOT, '.tmp', 'spec-'));
  const own = `import { expect } from '@jest/globals';
export const tests: (() => unknown)[] = [];
const it = (_title: string, test: () => unknown) => void tests.push(test);`;
  writeFileSync(join(folder, 'behaviors.ts'), behaviors);
  writeFileSync(join(folder, 'copied.ts'), text.replace(/^import \{ expect, it \}.*$/m, own));
  try {
    const { tests } = (await import(join(folder, 'copied.ts'))) as { tests: (() => unknown)[] };
    for (const test of tests) await test();
    return tests.length;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
