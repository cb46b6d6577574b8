import { exec } from 'node:child_process';
import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import type { Need } from '../interop/need.js';
import { read } from './pages.js';

export const REGISTRY: Need = {
  command: 'npm',
  args: ['view', 'rxjs', 'version', '--fetch-retries=0'],
  cure: 'it asks the registry of npm, which has to be within reach',
};

/** Runs a command in a shell; resolves with its output, or rejects with it. */
export async function run(command: string, cwd: string): Promise<string> {
  const { NODE_ENV, ...env } = process.env;
  const { stdout, stderr } = await promisify(exec)(command, { cwd, env }).catch((error) => {
    throw new Error(`'${command}' failed:\n${error.stdout}${error.stderr}`);
  });
  return stripVTControlCharacters(`${stdout}${stderr}`);
}

/** Packs a copy below a folder, as packing builds, and another build may be under way here; resolves with the tarball. */
export async function pack(folder: string): Promise<string> {
  const { files }: { files: readonly string[] } = JSON.parse(read('package.json'));
  const source = join(folder, 'source');
  const sources = files.filter((path) => path !== 'dist' && !path.startsWith('!'));
  for (const path of [...sources, 'README.md', 'LICENSE', 'package.json', 'tsconfig.json']) {
    cpSync(path, join(source, path), { recursive: true });
  }
  symlinkSync(join(process.cwd(), 'node_modules'), join(source, 'node_modules'));
  const said = await run('npm pack --silent', source);
  return join(source, said.trim().split('\n').at(-1) as string);
}
