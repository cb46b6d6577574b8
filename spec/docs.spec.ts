import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { format } from 'node:util';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { WebSocket } from 'ws';

const root = process.cwd();
const folder = join(root, '.tmp', 'docs');

/** What holds code that is run: every TypeScript block, in a folder for each document. */
const CODE = ['README.md', 'docs/processes.md'];
/** What the package publishes for reading. */
const READ = [
  ...CODE,
  'docs/rules.md',
  'docs/planned.md',
  'docs/DECISIONS.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
];
/** A block that runs until it is stopped. */
const SERVER = 'README/server.ts';

interface Block {
  readonly name: string;
  readonly code: string;
  /** The lines that it prints: a text block right below it. */
  readonly prints: readonly string[];
}

const BLOCK = /```ts\n\/\/ (\S+)\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g;

const read = (path: string): string => readFileSync(path, 'utf8');

const blocks = CODE.flatMap((path): Block[] =>
  [...read(path).matchAll(BLOCK)].map(([, name, code = '', printed]) => ({
    name: `${basename(path, '.md')}/${name}`,
    code,
    prints: printed?.trimEnd().split('\n') ?? [],
  })),
);
const specs = blocks.filter(({ name }) => name.endsWith('.spec.ts'));
const programs = blocks.filter((block) => !specs.includes(block) && block.name !== SERVER);

rmSync(folder, { recursive: true, force: true });
for (const { name, code } of blocks) {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), code);
}
// Here and now, so that their tests are tests of this file: no further jest is needed.
for (const { name } of specs) await import(join(folder, name));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the compiler over all blocks; resolves with what it has to say. */
async function typeCheck(): Promise<string> {
  const globals = ['it', 'expect', 'describe'];
  const from = (name: string) => `declare const ${name}: typeof import('@jest/globals').${name};`;
  writeFileSync(join(folder, 'globals.d.ts'), globals.map(from).join('\n'));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: '../../tsconfig.json', include: ['.'] }),
  );
  const tsc = spawn(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
  let said = '';
  tsc.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(tsc, 'close');
  return `${said}exit ${code}`;
}

describe.each(CODE)('%s', (path) => {
  it('has no TypeScript block without a file name', () => {
    const own = blocks.filter(({ name }) => dirname(name) === basename(path, '.md'));

    expect(own).not.toEqual([]);
    expect(new Set(own.map(({ name }) => name)).size).toBe(own.length);
    expect(read(path).match(/```ts/g)).toHaveLength(own.length);
  });
});

describe('code in documents', () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is of the right types', async () => {
    expect(await typeCheck()).toBe('exit 0');
  }, 60_000);

  it.each(programs)('prints what it says in $name', async ({ name, prints }) => {
    const printed: string[] = [];
    jest.spyOn(console, 'log').mockImplementation((...values) => {
      printed.push(...format(...values).split('\n'));
    });
    // Crashes are reported there, as they are to be.
    jest.spyOn(console, 'error').mockImplementation(() => {});

    await import(join(folder, name));
    const deadline = Date.now() + 3_000;
    while (printed.length < prints.length && Date.now() < deadline) {
      await new Promise(setImmediate);
    }

    expect(printed.join('\n').trimEnd()).toBe(prints.join('\n'));
  });

  it(`echoes in ${SERVER}`, async () => {
    const server = spawn(process.execPath, ['--import', 'tsx', join(folder, SERVER)], {
      env: { ...process.env, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [line] = await once(server.stdout, 'data');
      const [, port] = /port: (\d+)/.exec(String(line)) ?? [];
      const client = new WebSocket(`ws://127.0.0.1:${port}/ws/echo?user=ada`);
      await once(client, 'open');
      client.send('hello');
      const [data] = await once(client, 'message');

      expect(String(data)).toBe('hello');
    } finally {
      server.kill();
    }
  }, 60_000);
});

/** The anchors of a document: those it sets, and those of its headings. */
function anchorsOf(text: string): Set<string> {
  const set = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id);
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...set, ...headings]);
}

describe('links', () => {
  const packed: readonly string[] = [...JSON.parse(read('package.json')).files, 'README.md'];
  const isPacked = (path: string) => packed.some((each) => `${path}/`.startsWith(`${each}/`));

  it.each(READ)('lead somewhere from %s', (path) => {
    const links = [...read(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', anchor] = link.split('#');
        const to = file === '' ? path : join(dirname(path), file);
        if (!existsSync(to) || !isPacked(to)) return true;
        return anchor !== undefined && !anchorsOf(read(to)).has(anchor);
      });

    expect(dead).toEqual([]);
  });
});
