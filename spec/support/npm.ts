import { exec } from 'node:child_process';
import { promisify, stripVTControlCharacters } from 'node:util';
import type { Need } from '../interop/need.js';

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
