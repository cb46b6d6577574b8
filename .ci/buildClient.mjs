// Bundles `rx-process/client` with rxjs for pages without a bundler: `npm run build:browser`, and jest before the specs.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export default function buildClient() {
  const { outputFiles } = buildSync({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
    entryPoints: ['lib/client/index.ts'],
    outfile: 'dist/browser/client.js',
    ...{ bundle: true, minify: true, sourcemap: true, format: 'esm', target: 'es2022' },
    // rxjs in the language of today, which is a tenth smaller.
    conditions: ['es2015'],
    write: false,
  });
  mkdirSync(new URL('../dist/browser', import.meta.url), { recursive: true });
  for (const { path, contents } of outputFiles) {
    // Whole at once, since a server may be reading it.
    const part = `${path}.${process.pid}`;
    writeFileSync(part, contents);
    renameSync(part, path);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildClient();
