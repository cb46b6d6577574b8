// Runs jest with variables that are set unless the caller has set them: `node .ci/jestWith.mjs DRILLS=20 spec/cluster/live`.
// It is what `${DRILLS:-20}` is in a POSIX shell, and works in that of Windows.
import { spawnSync } from 'node:child_process';
import { argv, env, execPath, exit } from 'node:process';

const args = argv.slice(2);
const isVariable = (arg) => /^[A-Z_]+=/.test(arg);
const defaults = Object.fromEntries(args.filter(isVariable).map((arg) => arg.split('=')));
const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
const { status } = spawnSync(execPath, [...jest, ...args.filter((arg) => !isVariable(arg))], {
  env: { ...defaults, ...env },
  stdio: 'inherit',
});
exit(status ?? 1);
