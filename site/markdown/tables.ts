import type { MarkdownRenderer } from 'vitepress';

/** Leaves out what heads nothing: a table without headings, as GitHub wants them, has none here. */
export function tables(md: MarkdownRenderer): void {
  md.core.ruler.push('site_tables', (state) => {
    const { tokens } = state;
    state.tokens = tokens.filter((_, at) => {
      const from = tokens.findLastIndex(({ type }, i) => i <= at && type === 'thead_open');
      const to = tokens.findIndex(({ type }, i) => i >= from && type === 'thead_close');
      if (from < 0 || at > to) return true;
      return tokens.slice(from, to).some(({ content }) => content !== '');
    });
    for (const [at, { type, content }] of state.tokens.entries()) {
      if (type !== 'inline' || content !== '' || state.tokens[at - 1]?.type !== 'th_open') continue;
      for (const each of [state.tokens[at - 1], state.tokens[at + 1]]) if (each) each.tag = 'td';
    }
  });
}
