import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
// @ts-expect-error a file of the library, without types
import htmlBlock from 'markdown-it/lib/rules_block/html_block.mjs';
import { type DefaultTheme, defineConfig } from 'vitepress';
import { links } from '../markdown/links.js';
import { slug } from '../markdown/slug.js';
import { tryLinks } from '../markdown/tryLinks.js';

/**
 * The documents as a site, `npm run docs`: the files of the tree where they are, which are read on GitHub as well, and
 * what `generate.ts` writes beside them. Nothing of it is fetched from another host.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** Where the site lies on its server; what `versions.ts` sets for the sites of several versions. */
const base = process.env.DOCS_BASE ?? '/';
/** All versions that are built beside this one, the newest first. */
const versions = process.env.DOCS_VERSIONS?.split(' ') ?? [];
const home = process.env.DOCS_HOME ?? base;

/** The menu's groups; a page that none of them names comes last in `Running`. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Guide: ['processes', 'testing'],
  WebSockets: ['relay', 'http', 'channels', 'presence-history', 'clients', 'protocol'],
  'Coming from': ['from-socketio', 'from-phoenix'],
  Running: ['deploying', 'config', 'cluster', 'observability', 'troubleshooting', 'compatibility'],
  Reference: ['limits', 'performance', 'rules', 'DECISIONS'],
};
const grouped = Object.values(GROUPS).flat();
const others = readdirSync(`${root}docs`)
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.replace('.md', ''))
  .filter((name) => !grouped.includes(name));

/** A page by its path without `.md`, under the title that it has. */
function entry(path: string): DefaultTheme.SidebarItem {
  const [, text = path] = /^# (.*)$/m.exec(readFileSync(`${root}${path}.md`, 'utf8')) ?? [];
  return { text: text.replaceAll('`', ''), link: `/${path}` };
}

const guide = Object.entries(GROUPS).map(([text, names]) => ({
  text,
  items: [...names, ...(text === 'Running' ? others : [])].map((name) => entry(`docs/${name}`)),
}));
guide[0]?.items.unshift({ text: 'A first answer', link: '/' });
guide[0]?.items.push({ text: 'Try it', link: '/try' }, { text: 'Examples', link: '/examples/' });
guide
  .at(-1)
  ?.items.push(
    { text: 'API', link: '/api/modules' },
    ...['CHANGELOG', 'SECURITY', 'CONTRIBUTING'].map(entry),
  );

/** The modules of the API, where they have been written. */
function api(): DefaultTheme.SidebarItem[] {
  try {
    const names = readdirSync(`${root}site/generated/api`).map((name) => name.replace('.md', ''));
    const modules = names.filter((name) => name !== 'modules' && name !== 'index');
    const items = modules.map((name) => ({ text: `rx-process/${name}`, link: `/api/${name}` }));
    return [
      {
        text: 'API',
        link: '/api/modules',
        items: [{ text: 'rx-process', link: '/api/' }, ...items],
      },
    ];
  } catch {
    return [];
  }
}

export default defineConfig({
  title: 'rx-process',
  description: 'Processes as observables, and a WebSocket relay for Express',
  lang: 'en',
  base,
  srcDir: '..',
  outDir: './dist',
  srcExclude: [
    ...['**/node_modules/**', '**/dist/**', '.*/**', '{bench,lib,spec,templates}/**'],
    ...(process.env.DOCS_PAGES === undefined ? [] : [`!(${process.env.DOCS_PAGES})`]),
  ],
  rewrites: {
    'README.md': 'index.md',
    'examples/README.md': 'examples/index.md',
    'examples/python-client/README.md': 'examples/python-client/index.md',
    'site/try.md': 'try.md',
    'site/generated/:path*': ':path*',
  },
  ignoreDeadLinks: 'localhostLinks',
  lastUpdated: false,
  markdown: {
    languageAlias: { caddy: 'nginx' },
    anchor: { slugify: slug },
    config: (md) => {
      // A tag begins a block where it does on GitHub, not wherever a line begins with one.
      md.block.ruler.at('html_block', htmlBlock, { alt: ['paragraph', 'reference', 'blockquote'] });
      links(md, root);
      tryLinks(md, root, base);
    },
  },
  vite: {
    publicDir: `${root}site/generated/public`,
    build: { chunkSizeWarningLimit: 2_000 },
  },
  themeConfig: {
    outline: [2, 3],
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/docs/processes' },
      { text: 'API', link: '/api/modules' },
      { text: 'Try it', link: '/try' },
      {
        text: version,
        items: [
          { text: 'Changes', link: '/CHANGELOG' },
          ...versions.map((each, i) => ({
            text: each === version ? `${each} (this one)` : each,
            link: i === 0 ? home : `${home}${each}/`,
            target: '_self',
          })),
        ],
      },
    ],
    sidebar: { '/': guide, '/api/': api() },
    docFooter: { prev: 'Before', next: 'Next' },
  },
});
