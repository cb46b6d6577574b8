import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The menu of the site, from the files of the tree: every page of docs/ is in it, under the title that it has. */
export interface Entry {
  readonly text: string;
  readonly link: string;
}

/** The groups of docs/; a page that none of them names comes last in `Running`. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  Guide: ['processes', 'testing'],
  WebSockets: ['relay', 'http', 'channels', 'presence-history', 'clients', 'protocol'],
  'Coming from': ['from-socketio', 'from-phoenix'],
  Running: ['deploying', 'config', 'cluster', 'observability', 'troubleshooting', 'compatibility'],
  Reference: ['limits', 'performance', 'rules', 'DECISIONS'],
};
const BEFORE: Readonly<Record<string, readonly Entry[]>> = {
  Guide: [{ text: 'A first answer', link: '/' }],
};

export function menu(root: string): { text: string; items: Entry[] }[] {
  const entry = (path: string): Entry => {
    const [, title = path] = /^# (.*)$/m.exec(readFileSync(join(root, `${path}.md`), 'utf8')) ?? [];
    return { text: title.replaceAll('`', ''), link: `/${path}` };
  };
  const after: Readonly<Record<string, readonly Entry[]>> = {
    Guide: [
      { text: 'Try it', link: '/try' },
      { text: 'Examples', link: '/examples/' },
    ],
    Running: ungrouped(root).map((name) => entry(`docs/${name}`)),
    Reference: [
      { text: 'API', link: '/api/modules' },
      ...['CHANGELOG', 'SECURITY', 'CONTRIBUTING'].map(entry),
    ],
  };
  return Object.entries(GROUPS).map(([text, names]) => ({
    text,
    items: [
      ...(BEFORE[text] ?? []),
      ...names.map((name) => entry(`docs/${name}`)),
      ...(after[text] ?? []),
    ],
  }));
}

function ungrouped(root: string): string[] {
  const grouped = Object.values(GROUPS).flat();
  return readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.replace('.md', ''))
    .filter((name) => !grouped.includes(name));
}

/** The modules of the API, where their pages have been written. */
export function apiMenu(root: string): { text: string; items: Entry[] }[] {
  const folder = join(root, 'site', 'generated');
  if (!readdirSync(folder).includes('api')) return [];
  const names = readdirSync(join(folder, 'api')).map((name) => name.replace('.md', ''));
  const doors = names.filter((name) => name !== 'modules' && name !== 'index');
  const items = doors.map((name) => ({ text: `rx-process/${name}`, link: `/api/${name}` }));
  return [
    {
      text: 'API',
      items: [
        { text: 'All modules', link: '/api/modules' },
        { text: 'rx-process', link: '/api/' },
        ...items,
      ],
    },
  ];
}
