import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a file of the library, without types
import htmlBlock from 'markdown-it/lib/rules_block/html_block.mjs';
import { defineConfig } from 'vitepress';
import { links } from '../markdown/links.js';
import { slug } from '../markdown/slug.js';
import { tables } from '../markdown/tables.js';
import { tryLinks } from '../markdown/tryLinks.js';
import { apiMenu, menu } from '../pages.js';

/**
 * The documents as a site, `npm run docs`: the files of the tree where they are, which are read on GitHub as well, and
 * what `generate.ts` writes beside them. Nothing of it is fetched from another host.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const env = process.env;

/** Where the site lies on its server. */
const base = env.DOCS_BASE ?? '/';
/** For a spec: the few pages that it wants to have built, instead of all. */
const only = env.DOCS_ONLY?.split(' ');
const left = ['', 'docs/', 'examples/'].flatMap((folder) =>
  readdirSync(root + folder)
    .map((name) => folder + name)
    .filter((path) => only !== undefined && path.endsWith('.md') && !only.includes(path)),
);

const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='14' fill='%236546e8'/></svg>";

export default defineConfig({
  title: 'rx-process',
  description: 'Processes as observables, and a WebSocket relay for Express',
  lang: 'en',
  head: [['link', { rel: 'icon', href: ICON }]],
  base,
  srcDir: '..',
  outDir: env.DOCS_OUT ?? './dist',
  srcExclude: [
    ...['**/node_modules/**', '**/dist/**', '.*/**', '{bench,lib,spec,templates}/**'],
    ...left,
    ...(only === undefined ? [] : ['examples/*/**', 'site/generated/**']),
  ],
  rewrites: {
    'README.md': 'index.md',
    'examples/README.md': 'examples/index.md',
    'examples/python-client/README.md': 'examples/python-client/index.md',
    'site/try.md': 'try.md',
    'site/generated/:path*': ':path*',
  },
  ignoreDeadLinks: only === undefined ? 'localhostLinks' : true,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    languageAlias: { caddy: 'nginx' },
    anchor: { slugify: slug },
    config: (md) => {
      // A tag begins a block where it does on GitHub, not wherever a line begins with one.
      md.block.ruler.at('html_block', htmlBlock, { alt: ['paragraph', 'reference', 'blockquote'] });
      links(md, root);
      tables(md);
      tryLinks(md, root, base);
    },
  },
  vite: {
    publicDir: `${root}site/generated/public`,
    build: {
      chunkSizeWarningLimit: 2_000,
      ...(only && { minify: false, rollupOptions: { treeshake: false } }),
    },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/docs/processes', activeMatch: '^/docs/' },
      { text: 'API', link: '/api/modules', activeMatch: '^/api/' },
      { text: 'Try it', link: '/try' },
      {
        text: version,
        items: [
          { text: 'Changes', link: '/CHANGELOG' },
          { text: 'Versions', link: '/versions' },
        ],
      },
    ],
    sidebar: { '/': menu(root), '/api/': apiMenu(root) },
  },
});
