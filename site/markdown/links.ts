import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';

/**
 * Has links of the tree lead to pages of the site: a README is the page of its folder, and a file that is no page is
 * shown on one of its own, which `generate.ts` writes.
 */
export function links(md: MarkdownRenderer, root: string): void {
  md.core.ruler.push('site_links', ({ tokens, env }) => {
    const from = dirname(relative(root, env.path ?? ''));
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href !== null) token.attrSet('href', pageOf(href, from, root));
    }
  });
}

function pageOf(href: string, from: string, root: string): string {
  const [path = '', anchor] = href.split('#');
  if (path === '' || /^(\w+:|\/)/.test(path)) return href;
  const hash = anchor === undefined ? '' : `#${anchor}`;
  if (path.endsWith('README.md')) return `${path.replace('README.md', 'index.md')}${hash}`;
  const to = join(from, path);
  const isFile = existsSync(join(root, to)) && statSync(join(root, to)).isFile();
  return isFile && !path.endsWith('.md')
    ? `${relative(from, sourcePage(to)).replaceAll('\\', '/')}${hash}`
    : href;
}

/** The page of a file that is none, from the root of the site. */
export const sourcePage = (path: string): string =>
  `source/${path.replaceAll('\\', '/').replace(/\.(\w+)$/, '-$1')}.md`;
