// `npm run docs:check`: builds the whole site and looks at all of it; among the specs, only a part is built.
import { spawnSync } from 'node:child_process';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const cwd = fileURLToPath(new URL('..', import.meta.url));
const env = { ...process.env, DOCS_WHOLE: '1' };
for (const args of [
  ['run', '--silent', 'docs'],
  ['run', '--silent', 'jest', '--', 'spec/site'],
]) {
  // npm is a file of the shell on Windows.
  const { status } = spawnSync('npm', args, {
    cwd,
    env,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
