// Checks what npm would publish: `npm run check:package`. A copy is packed, with what packing builds, since specs that run
// meanwhile serve what is in `dist`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const place = join(root, '.tmp', 'package');
const source = join(place, 'source');
const modules = join(root, 'node_modules');

const check = (program, args) =>
  execFileSync(join(modules, '.bin', program), args, { cwd: place, stdio: 'inherit' });

rmSync(place, { recursive: true, force: true });
mkdirSync(source, { recursive: true });
const { files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const sources = files.filter((path) => path !== 'dist' && !path.startsWith('!'));
// Beside what is named there, what npm packs unasked, and what building reads.
for (const path of [...sources, 'README.md', 'LICENSE', 'package.json', 'tsconfig.json', '.ci']) {
  cpSync(join(root, path), join(source, path), { recursive: true });
}
symlinkSync(modules, join(source, 'node_modules'));
const pack = ['pack', '--silent', '--pack-destination', place];
const said = execFileSync('npm', pack, { cwd: source, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
const tarball = said.trim().split('\n').at(-1);
check('publint', ['--strict', tarball]);

// For each folder that TypeScript asks for, attw goes through all files there are: of those that it reads, in half the time.
const unread = ['*.map', ...sources.map((path) => `package/${path}`)];
execFileSync('tar', ['-xzf', tarball, ...unread.map((path) => `--exclude=${path}`)], { cwd: place });
execFileSync('tar', ['-czf', 'types.tgz', 'package'], { cwd: place });
check('attw', ['types.tgz', '--profile', 'esm-only', '--quiet']);
rmSync(place, { recursive: true });
