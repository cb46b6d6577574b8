import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { cleanUp, open } from './express/support.js';
import { describeWith } from './interop/need.js';
import { install } from './support/install.js';
import { REGISTRY, run } from './support/npm.js';
import { pack } from './support/pack.js';
import { blocksOf, forJest, lineOf, read } from './support/pages.js';
import { served } from './support/served.js';

interface Package {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly version: string;
}
const { devDependencies, version }: Package = JSON.parse(read('package.json'));

/** What no other spec uses, or not in this version. */
const VERSIONS: Readonly<Record<string, string>> = {
  ...devDependencies,
  vitest: '4.1.12',
  'typescript-5.5': 'npm:typescript@5.5.4',
  'typescript-5.9': 'npm:typescript@5.9.3',
};

const blocks = new Map(
  ['README.md', 'docs/testing.md'].flatMap(blocksOf).map(({ name, code }) => [name, code]),
);
const block = (name: string): string => {
  const code = blocks.get(name);
  if (code === undefined) throw new Error(`no document has a block ${name}`);
  return code;
};
const SERVER = block('README/server.ts');
const SPEC = block('README/server.spec.ts');
/** How testing.md runs jest as ES modules and as CommonJS, and Node's runner. */
const [JEST_ESM = '', JEST_CJS = '', NODE_TEST = ''] = [
  ...read('docs/testing.md').matchAll(/[Rr]un (?:it )?by `([^`]+)`/g),
].map(([, command]) => command);

/** All projects lie in it, and share what is installed: that takes the time. Not below this package's own. */
let folder: string;

/** Installs the tarball, and whatever the documents tell to install. */
async function installAll(tarball: string): Promise<void> {
  const told = ['README.md', 'docs/testing.md']
    .flatMap((path) => [...read(path).matchAll(/^npm install (?:--save-dev )?(.+)$/gm)])
    .flatMap(([, names = '']) => names.split(' '))
    .filter((name) => name !== 'rx-process');
  const wanted = [...told, 'typescript-5.5', 'typescript-5.9'].map(
    (name) => [name, VERSIONS[name]] as const,
  );
  const dependencies = Object.fromEntries(wanted);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ dependencies }));
  await install(tarball, folder, '--ignore-scripts');
}

/** A fresh project with these files; where it is. */
function project(name: string, contents: Readonly<Record<string, string>>): string {
  const path = join(folder, name.replaceAll(/\W+/g, '-'));
  mkdirSync(path);
  symlinkSync(join(folder, 'node_modules'), join(path, 'node_modules'));
  for (const [file, text] of Object.entries(contents)) writeFileSync(join(path, file), text);
  return path;
}

const json = JSON.stringify;
const tsconfig = (options: object): string =>
  json({ compilerOptions: { target: 'es2022', strict: true, skipLibCheck: true, ...options } });

/** Has the README's server answer. */
async function expectEcho(command: string, cwd: string): Promise<void> {
  const { url } = await served(command, cwd);
  const client = await open(Number(new URL(url).port), '/ws/echo');
  expect(await client.ask('hello')).toBe('hello');
}

describeWith(REGISTRY)('the packed package, installed in a fresh project', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rx-process-consumers-'));
    await installAll(await pack(folder));
  }, 240_000);
  afterEach(cleanUp);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("runs the README's file as pasted, and compiles it as TypeScript is set up by default", async () => {
    const path = project('pasted', { 'server.ts': SERVER });
    await run(lineOf('README.md', 'npm init '), path);

    await run('npx tsc --init && npx tsc --noEmit', path);
    await expectEcho(lineOf('README.md', 'npx tsx '), path);
  }, 60_000);

  const nodenext = { module: 'nodenext' };
  const bundler = { module: 'esnext', moduleResolution: 'bundler' };
  const node10 = { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true };
  const projects = [
    { what: 'ES modules, nodenext', type: 'module', version: '5.5', options: nodenext },
    { what: 'ES modules, bundler', type: 'module', version: '5.9', options: bundler },
    { what: 'ES modules, bundler', type: 'module', version: '7', options: bundler },
    { what: 'CommonJS, node10', type: 'commonjs', version: '5.5', options: node10 },
    { what: 'CommonJS, node20', type: 'commonjs', version: '5.9', options: { module: 'node20' } },
    { what: 'CommonJS, nodenext', type: 'commonjs', version: '7', options: nodenext },
  ];
  it.each(projects)(
    'compiles and runs it: $what, TypeScript $version',
    async ({ what, type, version, options }) => {
      const path = project(`${what} ${version}`, {
        'package.json': json({ type }),
        'tsconfig.json': tsconfig({ ...options, outDir: 'dist' }),
        'server.ts': SERVER,
      });
      const compiler = version === '7' ? 'typescript' : `typescript-${version}`;

      await run(`node node_modules/${compiler}/bin/tsc`, path);
      await expectEcho('node dist/server.js', path);
    },
    60_000,
  );

  it('has declarations that are right in themselves', async () => {
    const entries = ['channels', 'client', 'express', 'http', 'level', 'testing', 'ws'];
    const path = project('declarations', {
      'package.json': json({ type: 'module' }),
      'tsconfig.json': tsconfig({ ...bundler, noEmit: true, skipLibCheck: false }),
      'all.ts': entries
        .map((entry) => `export type * as ${entry} from 'rx-process/${entry}';`)
        .join('\n'),
    });

    await run('node node_modules/typescript/bin/tsc', path);
  }, 60_000);

  it.each([
    { entry: 'metrics', missing: 'prom-client' },
    { entry: 'opentelemetry', missing: '@opentelemetry/api' },
  ])(
    'says what rx-process/$entry needs: $missing (I14, I15)',
    async ({ entry, missing }) => {
      const path = project(`without ${missing}`, { 'main.mjs': `import 'rx-process/${entry}';` });

      const error = `Cannot find package '${missing}' imported from `;
      await expect(run('node main.mjs', path)).rejects.toThrow(error);
    },
    60_000,
  );

  it('is not for browsers where it is rx-process/ws, and says what is (A12)', async () => {
    const path = project('browser', { 'main.mjs': "import { connect } from 'rx-process/ws';" });

    const error = 'rx-process/ws is for Node: in a browser, use rx-process/client';
    await expect(run('node --conditions=browser main.mjs', path)).rejects.toThrow(error);
    await run('node main.mjs', path);
  }, 60_000);

  it('has the program rx-process (CL1)', async () => {
    const path = project('program', { 'package.json': '{}' });

    expect(await run('npx rx-process --version', path)).toBe(`${version}\n`);
    expect(await run('npx rx-process websocket:info --url http://127.0.0.1:1', path)).toContain(
      'not running at http://127.0.0.1:1',
    );
  }, 60_000);

  it('runs it in plain JavaScript, without what the README says to leave out', async () => {
    const code = SERVER.replace('type Behavior, ', '').replace(': Behavior', '');
    const path = project('plain', { 'package.json': '{}', 'server.mjs': code });

    await expectEcho(/`(node server\.mjs)`/.exec(read('README.md'))?.[1] as string, path);
    await run(`node -e "require('rx-process/express'), require('rx-process/testing')"`, path);
  }, 60_000);

  const forNode = SPEC.replace(
    /import { expect, it }.*/,
    `import { deepStrictEqual } from 'node:assert'; import { it } from 'node:test';`,
  ).replace(/marbles\(.*\);/, 'marbles(deepStrictEqual);');
  const runners = [
    { what: 'vitest', type: 'module', spec: SPEC, command: lineOf('README.md', 'npx vitest') },
    {
      what: 'jest, ESM',
      type: 'module',
      spec: forJest(SPEC),
      config: 'jest.config.js',
      command: JEST_ESM,
    },
    {
      what: 'jest, CommonJS',
      type: 'commonjs',
      spec: forJest(SPEC),
      config: 'jest.config.cjs',
      command: JEST_CJS,
    },
    { what: 'node:test', type: 'module', spec: forNode, command: NODE_TEST },
  ];
  it.each(runners)(
    'compiles and passes its test: $what',
    async ({ what, type, spec, config, command }) => {
      const path = project(what, {
        'package.json': json({ type }),
        'tsconfig.json': tsconfig({ module: 'nodenext', noEmit: true }),
        'server.ts': SERVER,
        'server.spec.ts': spec,
        ...(config && { [config]: block(`testing/${config}`) }),
      });

      await run('npx tsc', path);
      expect(await run(command, path)).toMatch(/\b1 passed|pass 1\b/);
    },
    60_000,
  );
});
