// Bundles the page of `rx-process/devtools` with all that it stands on: `npm run build:browser`, and jest before the specs.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Packages that are in the bundle, whose licences have to come with it. */
const BUNDLED = { preact: 'LICENSE', uplot: 'LICENSE', rxjs: 'LICENSE.txt' };

export default function buildDevtools() {
  const { outputFiles } = buildSync({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: 'lib/devtools/page/main.tsx', out: 'devtools' },
      { in: 'lib/devtools/page/styles/page.css', out: 'devtools' },
    ],
    outdir: 'dist/browser',
    ...{ bundle: true, minify: true, format: 'esm', target: 'es2022' },
    ...{ jsx: 'automatic', jsxImportSource: 'preact' },
    // rxjs in the language of today, which is a tenth smaller.
    conditions: ['es2015'],
    legalComments: 'none',
    write: false,
  });
  mkdirSync(`${ROOT}/dist/browser`, { recursive: true });
  for (const { path, contents } of outputFiles) save(path, contents);
  save(`${ROOT}/dist/browser/devtools.html`, readFileSync(`${ROOT}/lib/devtools/page/page.html`));
  save(`${ROOT}/dist/browser/devtools.licences.txt`, licences());
}

function licences() {
  const texts = Object.entries(BUNDLED).map(
    ([name, file]) =>
      `${name}\n\n${readFileSync(`${ROOT}/node_modules/${name}/${file}`, 'utf8').trim()}\n`,
  );
  return `devtools.js contains these packages.\n\n${texts.join(`\n${'-'.repeat(72)}\n\n`)}`;
}

/** Whole at once, since a server may be reading it. */
function save(path, contents) {
  const part = `${path}.${process.pid}`;
  writeFileSync(part, contents);
  renameSync(part, path);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildDevtools();
