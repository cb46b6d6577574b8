import { relative } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { examplesOf, hashOf } from '../try/examples.js';

/** Puts a link `Try it` below each example that runs in the browser; the link carries its code. */
export function tryLinks(md: MarkdownRenderer, root: string, base: string): void {
  const { fence } = md.renderer.rules;
  if (fence === undefined) throw new Error('VitePress renders no fences');
  md.renderer.rules.fence = (tokens, at, options, env, self) => {
    const html = fence(tokens, at, options, env, self);
    const [, file] = /^\/\/ (\S+\.ts)\n/.exec(tokens[at]?.content ?? '') ?? [];
    if (file === undefined) return html;
    const example = of(env.path, relative(root, env.path), file);
    if (example === undefined) return html;
    return `${html}<p class="try"><a href="${base}try.html${hashOf(example.code)}" target="_self" aria-label="Try it: ${file}, in the browser">Try it</a></p>\n`;
  };
}

/** Whose examples there are: the guide's. */
const GUIDE = /^(README|docs[/\\]\w[\w-]*)\.md$/;

const of = (path: string, page: string, file: string) =>
  GUIDE.test(page) ? examplesOf(path).find(({ name }) => name.endsWith(`/${file}`)) : undefined;
