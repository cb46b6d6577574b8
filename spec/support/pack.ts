import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { built } from './built.js';
import { run } from './npm.js';
import { read } from './pages.js';

/**
 * Packs a copy below a folder, with what packing would build; resolves with the tarball. That packing does build,
 * `npm run check:package` shows.
 */
export async function pack(folder: string): Promise<string> {
  const { files }: { files: readonly string[] } = JSON.parse(read('package.json'));
  const source = join(folder, 'source');
  const sources = files.filter((path) => path !== 'dist' && !path.startsWith('!'));
  for (const path of [...sources, 'README.md', 'LICENSE', 'package.json']) {
    cpSync(path, join(source, path), { recursive: true });
  }
  cpSync(await built(), join(source, 'dist'), { recursive: true });
  const said = await run('npm pack --silent --ignore-scripts', source);
  return join(source, said.trim().split('\n').at(-1) as string);
}
