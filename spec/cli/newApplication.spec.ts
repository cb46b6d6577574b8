import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp } from '../express/support.js';
import { read } from '../support/pages.js';
import { BIN, build, clear, start } from './program.js';

const FOLDER = join(dirname(BIN), '..', '..', 'new');

beforeAll(async () => {
  await build();
  mkdirSync(FOLDER);
});
afterEach(cleanUp);
afterAll(clear);

const runNew = (folder: string, cwd = FOLDER) =>
  start(process.execPath, [BIN, 'new', folder], {}, cwd).ended;

const filesOf = (path: string): string[] =>
  readdirSync(path, { recursive: true, encoding: 'utf8' });
const packageOf = (path: string) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));

describe('rx-process new', () => {
  it('writes the template, and says what to do with it (CL6)', async () => {
    const folder = join(FOLDER, 'a', 'My Chat!');

    expect(await runNew('a/My Chat!')).toEqual({
      code: 0,
      out: `A chat is in "a/My Chat!": a channel, its test, a server, and a page. Now type

  cd "a/My Chat!"
  npm install
  npm start
`,
      err: '',
    });
    const files = filesOf('templates/app').map((path) => path.replace(/^git/, '.git'));
    expect(filesOf(folder).sort()).toEqual(files.sort());
    expect(packageOf(folder)).toEqual({
      ...JSON.parse(read('templates/app/package.json')),
      name: 'my-chat',
    });
  });

  it.each([
    { name: '@', is: 'app' },
    { name: 'chat', is: 'chat' },
  ])('names the package in $name $is', async ({ name, is }) => {
    expect(await runNew(name)).toMatchObject({ code: 0 });
    expect(packageOf(join(FOLDER, name)).name).toBe(is);
  });

  it('writes into an empty folder that it is in', async () => {
    const folder = join(FOLDER, 'here');
    mkdirSync(folder);

    const { code, out } = await runNew('.', folder);

    expect(code).toBe(0);
    expect(out).toMatch(/^A chat is in ".": .*\n\n {2}npm install\n/);
    expect(existsSync(join(folder, 'server.ts'))).toBe(true);
  });

  it('refuses what is not empty, and leaves it as it is (CL6)', async () => {
    const folder = join(FOLDER, 'full');
    mkdirSync(folder);
    writeFileSync(join(folder, '.env'), '');

    const line = 'new: "full" is not empty\n';
    expect(await runNew('full')).toEqual({ code: 2, out: '', err: line });
    expect(filesOf(folder)).toEqual(['.env']);
  });

  it('refuses what cannot be a folder', async () => {
    writeFileSync(join(FOLDER, 'file'), '');

    const line = 'new: "file/x" cannot be made (ENOTDIR)\n';
    expect(await runNew('file/x')).toEqual({ code: 2, out: '', err: line });
  });
});

describe('the template', () => {
  it('passes its test', async () => {
    const args = ['--import', 'tsx', '--test', 'templates/app/chat.spec.ts'];

    const { code, out } = await start(process.execPath, args).ended;

    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/ pass 2$/m) });
  });

  it('has the versions that this package is checked with', () => {
    const own = JSON.parse(read('package.json'));
    const { dependencies, devDependencies } = JSON.parse(read('templates/app/package.json'));

    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      const expected = name === own.name ? own.version : own.devDependencies[name];
      expect([name, version]).toEqual([name, expected]);
    }
  });
});
