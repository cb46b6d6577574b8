import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from './npm.js';
import { read } from './pages.js';

const BUILDS = join('.tmp', 'built');
const MINUTE = 60_000;

/**
 * The folder `dist` as packing builds it, to be copied. Seven suites want it, and compiling would be most of what they
 * do: whoever comes first compiles these sources, the others wait for that.
 */
export async function built(): Promise<string> {
  mkdirSync(BUILDS, { recursive: true });
  for (const name of readdirSync(BUILDS)) clear(join(BUILDS, name));
  const folder = join(BUILDS, digest());
  const dist = join(folder, 'dist');
  for (const end = Date.now() + MINUTE; !existsSync(dist); ) {
    if (claims(folder)) await compile(folder, dist);
    else if (Date.now() > end) throw new Error(`nobody has compiled ${folder}`);
    // Another process compiles: only its files tell when it is through.
    else await sleep(100);
  }
  return dist;
}

/** Removes what is of older sources, or of a compiler that was killed. */
function clear(folder: string): void {
  const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (age > (existsSync(join(folder, 'dist')) ? 60 : 1) * MINUTE) {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Differs where the sources do. */
function digest(): string {
  const names = readdirSync('lib', { recursive: true, encoding: 'utf8' }).sort();
  const hash = createHash('sha256');
  const sources = names.filter((name) => /\.(ts|json)$/.test(name)).map((name) => `lib/${name}`);
  for (const path of [...sources, 'tsconfig.json', 'package-lock.json']) {
    hash.update(path).update(read(path));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Makes a folder; whether it was not there yet. */
function claims(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch {
    return false;
  }
}

async function compile(folder: string, dist: string): Promise<void> {
  const part = join(folder, 'part');
  try {
    await run(`node node_modules/typescript/bin/tsc -p lib --outDir ${part}`, '.');
    // jest's setup has made it of the same sources.
    cpSync(join('dist', 'browser'), join(part, 'browser'), { recursive: true });
    renameSync(part, dist);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}
