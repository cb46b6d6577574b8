// Bundles the programs that specs start, before the specs: one is up in 0.3 s of processor time where compiling each
// file as it is imported takes one. A file's `import.meta.url` stays that of its source.
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Where they lie: a program by the path of its source. */
export const PROGRAMS = '.tmp/programs';

const others = [
  'examples/20-cluster/node.ts',
  'examples/20-cluster/start.ts',
  'examples/start/server.ts',
  'spec/channels/table/memoryProgram.ts',
  'spec/express/compatibility/oidcProgram.ts',
  'spec/express/compatibility/viteProgram.ts',
  'spec/express/shutdownProgram.ts',
];

/** Has each file say where its source is, from which it reads other files. */
const places = {
  name: 'places',
  setup({ onLoad }) {
    onLoad({ filter: /\/(lib|examples|spec)\/.*\.ts$/ }, async ({ path }) => {
      const code = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      return { contents: code.replaceAll('import.meta.url', url), loader: 'ts' };
    });
  },
};

export async function buildPrograms() {
  const examples = readdirSync(`${root}examples`).filter((name) => name.endsWith('.ts'));
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [...examples.map((name) => `examples/${name}`), ...others],
    outdir: PROGRAMS,
    outbase: '.',
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', packages: 'external' },
    plugins: [places],
    write: false,
  });
  for (const { path, contents } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    // Whole at once, since another run may be reading it.
    const part = `${path}.${process.pid}`;
    writeFileSync(part, contents);
    renameSync(part, path);
  }
}
