import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './npm.js';

/** What npm itself puts there, as it makes it executable. */
const PROGRAM = 'dist/cli/index.js';

/**
 * Installs a tarball of this package, and what else the folder's `package.json` names. npm is given one without
 * contents, as it takes ten seconds of processor time to unpack its 4,000 files, which `tar` lays over it in a tenth of
 * a second. That npm unpacks the whole one, `spec/cli/packed.spec.ts` shows.
 */
export async function install(tarball: string, cwd: string, options = ''): Promise<void> {
  const told = 'npm install --prefer-offline --no-audit --no-fund';
  await run(`${told} ${options} ${hollow(tarball)}`, cwd);
  const place = join(cwd, 'node_modules', 'rx-process');
  const rest = ['--strip-components=1', `--exclude=package/${PROGRAM}`];
  execFileSync('tar', ['-xzf', tarball, ...rest, '-C', place]);
}

/** A tarball of what npm reads: what the package says of itself, and its program. */
function hollow(tarball: string): string {
  const source = dirname(tarball);
  const place = join(source, 'hollow', 'package');
  mkdirSync(join(place, 'dist', 'cli'), { recursive: true });
  for (const path of ['package.json', PROGRAM]) {
    cpSync(join(source, path), join(place, path));
  }
  const packed = join(source, 'hollow.tgz');
  execFileSync('tar', ['-czf', packed, '-C', dirname(place), 'package']);
  rmSync(dirname(place), { recursive: true });
  return packed;
}
