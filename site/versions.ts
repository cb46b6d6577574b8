// `npm run docs:versions`: the site of each version by its tag, in site/versions: the newest there, each other in a folder of
// its version. Without a tag it is the site of the tree. `DOCS_HOME` is where it will lie on its server, `/` by default.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = process.env.DOCS_HOME ?? '/';
const out = join(root, 'site', 'versions');

const run = (command: string, args: readonly string[], cwd: string, env = process.env): string =>
  execFileSync(command, args, {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    shell: process.platform === 'win32',
  });

const tags = run('git', ['tag', '--list', 'v*', '--sort=-v:refname'], root)
  .split('\n')
  .filter(Boolean);
/** Tags from before there was a site have none. */
const withSite = tags.filter(
  (tag) => run('git', ['ls-tree', tag, 'site/versions.ts'], root) !== '',
);
const names = withSite.map((tag) => tag.slice(1));

/** Builds the tree in a folder, and moves what it has made to its place. */
function build(folder: string, version: string | undefined): void {
  const isNewest = version === names[0];
  const env = {
    ...process.env,
    DOCS_HOME: home,
    DOCS_BASE: isNewest ? home : `${home}${version}/`,
    ...(version !== undefined && { DOCS_VERSIONS: names.join(' ') }),
  };
  run('npm', ['run', '--silent', 'docs'], folder, env);
  const place = isNewest ? out : join(out, version ?? '');
  mkdirSync(place, { recursive: true });
  cpSync(join(folder, 'site', 'dist'), place, { recursive: true });
}

rmSync(out, { recursive: true, force: true });
if (names.length === 0) build(root, undefined);
for (const [i, version] of names.entries()) {
  const folder = join(root, '.tmp', `docs-${version}`);
  if (existsSync(folder)) run('git', ['worktree', 'remove', '--force', folder], root);
  run('git', ['worktree', 'add', '--detach', folder, withSite[i] as string], root);
  run('npm', ['ci', '--no-audit', '--no-fund'], folder);
  build(folder, version);
  run('git', ['worktree', 'remove', '--force', folder], root);
}
console.log(`site/versions has ${names.join(', ') || 'the site of the tree'}`);
