import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Links of a built site that lead nowhere, anchors included: those that go to another host are left out. */
export function deadLinks(folder: string): string[] {
  const pages = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.html'));
  const texts = new Map(pages.map((page) => [page, readFileSync(join(folder, page), 'utf8')]));
  const anchors = (page: string): string[] =>
    [...(texts.get(page) ?? '').matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id);
  const known = new Map(pages.map((page) => [page, new Set(anchors(page))]));
  const isDead = (link: string, page: string): boolean => {
    const [path = '', anchor = ''] = decodeURIComponent(link).split('#');
    const to = fileOf(path, page);
    if (!existsSync(join(folder, to))) return true;
    // The hash of `Try it` is a code.
    return anchor !== '' && !anchor.startsWith('code=') && !known.get(to)?.has(anchor);
  };
  return pages.flatMap((page) => {
    const links = [...(texts.get(page) ?? '').matchAll(/<a [^>]*href="([^"]*)"/g)];
    const own = new Set(links.map(([, link = '']) => link).filter((link) => !/^\w+:/.test(link)));
    return [...own].filter((link) => isDead(link, page)).map((link) => `${page}: ${link}`);
  });
}

function fileOf(path: string, page: string): string {
  if (path === '') return page;
  const to = path.startsWith('/') ? path.slice(1) : join(dirname(page), path);
  return /(^|\/)$/.test(to) ? join(to, 'index.html') : to;
}
