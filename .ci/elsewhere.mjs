// What a machine checks that is neither Debian nor root, such as macOS and Windows: the types, and the specs that start no
// program. Those that need one, such as Chromium or nginx, say which, and are skipped.
import { spawnSync } from 'node:child_process';
import { env, execPath, exit, platform } from 'node:process';

const FOLDERS = [
  ...['core', 'operators', 'runtime', 'supervision', 'protocol', 'codec', 'relay', 'channels', 'client', 'testing'],
  ...['ws', 'upgrade', 'http', 'express', 'metrics', 'opentelemetry', 'level', 'config', 'devtools', 'types', 'site'],
];

// Where CI is set, a spec that cannot run has failed.
const { CI, ...rest } = env;
const run = (command, args, options = {}) => {
  const { status } = spawnSync(command, args, { env: rest, stdio: 'inherit', ...options });
  if (status !== 0) exit(status ?? 1);
};
console.log(`only spec/{${FOLDERS.join(',')}} run here, on ${platform}: the others start programs of Debian's`);
// npm is a script of the shell on Windows.
run('npm', ['run', '--silent', 'typecheck'], { shell: platform === 'win32' });
run(execPath, [
  ...['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'],
  `spec[\\\\/](${FOLDERS.join('|')})[\\\\/]`,
]);
