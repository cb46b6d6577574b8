// `npm test`: the specs, and beside them, while a processor is idle, lint, types and what npm would publish. What these say
// is printed when the specs have ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { exit, platform } from 'node:process';

const run = (script, stdio) =>
  spawn('npm', ['run', '--silent', script], { stdio, shell: platform === 'win32' });

const checks = run('check', 'pipe');
const said = [];
for (const stream of [checks.stdout, checks.stderr]) stream.on('data', (text) => said.push(text));
const checked = once(checks, 'close');
try {
  setPriority(checks.pid ?? 0, constants.priority.PRIORITY_LOW);
} catch {
  // It has failed at once, which its code says.
}

const [failed] = await once(run('jest', 'inherit'), 'close');
const [wrong] = await checked;
console.log(`\nLint, types and package: ${wrong === 0 ? 'all right' : 'FAILED'}`);
for (const text of said) process.stdout.write(text);
// What was killed has no code at all.
exit(failed === 0 && wrong === 0 ? 0 : 1);
