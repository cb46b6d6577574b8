// Writes the pages that are not in the tree: the API from the doc comments, and the files that pages link to.
// `npm run docs` and `npm run docs:dev` begin with it; `--no-api` leaves out the API, which takes longest.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { sourcePage } from './markdown/links.js';
import { bundleTry } from './try/bundle.js';
import { examplesOf } from './try/examples.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'site', 'generated');

const fresh = process.argv.includes('--no-api')
  ? ['source', 'public']
  : ['api', 'source', 'public'];
for (const name of fresh) rmSync(join(folder, name), { recursive: true, force: true });
if (fresh.includes('api')) writeApi();
writeSources();
writeExamples();
writeVersions();
await bundleTry(join(folder, 'public', 'try'));

/** A page for each door of the package, in Markdown, which VitePress and its search read as they read the guide. */
function writeApi(): void {
  const typedoc = join(
    dirname(createRequire(import.meta.url).resolve('typedoc')),
    '..',
    'bin',
    'typedoc',
  );
  execFileSync(process.execPath, [typedoc, '--logLevel', 'Warn'], {
    cwd: join(root, 'site'),
    stdio: 'inherit',
  });
  const path = join(folder, 'api');
  for (const name of readdirSync(path)) {
    const door = name === 'index.md' ? 'rx-process' : `rx-process/${name.replace('.md', '')}`;
    const text = readFileSync(join(path, name), 'utf8');
    const titled =
      name === 'modules.md'
        ? text.replace(
            /^\| \[(\w+)\]/gm,
            (_, of) => `| [rx-process${of === 'index' ? '' : `/${of}`}]`,
          )
        : text.replace(/^# .*/, `# ${door}`);
    writeFileSync(join(path, name), titled);
  }
}

/** A page for each file that a page links to and that is none itself: the examples and the schemas. */
function writeSources(): void {
  const folders = ['.', 'docs', 'examples', 'examples/python-client'];
  const pages = folders.flatMap((each) =>
    readdirSync(join(root, each))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(each, name)),
  );
  const linked = pages.flatMap((page) =>
    [...readFileSync(join(root, page), 'utf8').matchAll(/(?<!!)\[[^\]]*\]\(([^)\s#]+)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^\w+:|\.md$/.test(link))
      .map((link) => join(dirname(page), link)),
  );
  for (const path of new Set(linked)) {
    if (!existsSync(join(root, path)) || !statSync(join(root, path)).isFile()) continue;
    const code = readFileSync(join(root, path), 'utf8');
    const page = join(folder, sourcePage(path));
    mkdirSync(dirname(page), { recursive: true });
    writeFileSync(page, `# ${path}\n\n\`\`\`\`${extname(path).slice(1)}\n${code}\n\`\`\`\`\n`);
  }
}

/** The examples of the guide that run in the browser, for the menu of `Try it`. */
function writeExamples(): void {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
  const examples = pages
    .filter((name) => name.endsWith('.md'))
    .flatMap((name) => examplesOf(join(root, name)));
  // Where a file does nothing alone, it is in the same text as its spec.
  const unique = new Map(examples.map((example) => [example.code, example]));
  writeFileSync(join(folder, 'examples.json'), JSON.stringify([...unique.values()]));
}

/** The versions that `versions.ts` builds, the newest first: links that lead out of this one, so VitePress's own do not do. */
function writeVersions(): void {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { DOCS_BASE = '/', DOCS_HOME = DOCS_BASE, DOCS_VERSIONS = version } = process.env;
  const lines = String(DOCS_VERSIONS)
    .split(' ')
    .map((each, i) => {
      const link = `<a href="${DOCS_HOME}${i === 0 ? '' : `${each}/`}" target="_self">${each}</a>`;
      return `- ${link}${each === version ? ', which you are reading' : ''}`;
    });
  writeFileSync(join(folder, 'versions.md'), `# Versions\n\n${lines.join('\n')}\n`);
}
