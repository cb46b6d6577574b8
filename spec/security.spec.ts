import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { RELAY_OPTIONS } from '../lib/upgrade/index.js';
import { read } from './support/pages.js';

const text = read('SECURITY.md');

/** Options that are no matter of safety. */
const OTHERS = new Set(['host', 'overflow']);

/** A table cell with a spec: its file and its title, in which Markdown's own characters are escaped. */
const SPEC = /\| `([\w/.]+)` \*((?:\\.|[^*\\])+)\* \|$/gm;

const specs = [...text.matchAll(SPEC)].map(([, file, title = '']) => ({
  path: `spec/${file}.spec.ts`,
  title: title.replace(/\\(.)/g, '$1'),
}));
/** Rows of the tables of threats: all with four cells, but for heads and rules. */
const threats = text.split('\n').filter((line) => /^\| (?!What )/.test(line));

/** Whether a spec has a `describe` or an `it` of this title. */
function hasTitle(path: string, title: string): boolean {
  if (!existsSync(path)) return false;
  const literals = [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``];
  const code = read(path);
  return literals.some((literal) => code.split(literal).slice(0, -1).some(isTitle(code, literal)));
}

const isTitle = (code: string, literal: string) => {
  let at = -1;
  return (): boolean => {
    at = code.indexOf(literal, at + 1);
    return /\(\s*$/.test(code.slice(0, at)) && code.startsWith(',', at + literal.length);
  };
};

describe('SECURITY.md', () => {
  it('has at most 125 lines', () => {
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(125);
  });

  it('names a spec for each threat', () => {
    expect(threats.length).toBeGreaterThan(30);
    expect(specs).toHaveLength(threats.length);
  });

  it.each(specs)('names a spec that is there: $path, $title', ({ path, title }) => {
    expect(hasTitle(path, title)).toBe(true);
  });

  it('finds no spec that is not there', () => {
    const [{ path, title } = { path: '', title: '' }] = specs;

    expect(hasTitle(path, title.slice(1))).toBe(false);
    expect(hasTitle(path, 'watched')).toBe(false);
    expect(hasTitle('spec/none.spec.ts', title)).toBe(false);
  });

  it.each(Object.keys(RELAY_OPTIONS).filter((name) => !OTHERS.has(name)))(
    'says what %s is for',
    (name) => {
      expect(text).toContain(`\`${name}\``);
    },
  );
});
