import { describe, expect, it } from '@jest/globals';
import { cycles, target } from './support/graph.js';
import { parse } from './support/source.js';

describe('the rules of architecture.spec.ts see', () => {
  const text = `/* ünïcode before */
import type { A } from './a.js';
import { type B } from '../core/index.js';
export { c } from 'io-ts/lib/Type.js';
type D = import('./d.js').D;
const e = (x: any) => {
  if (x) { for (const y of x) { while (y) { try { Date.now(); } catch { x.setTimeout(); } } } }
  else if (x) setTimeout(e);
};
const f = { performance: 1, setInterval };
await import('./g.js');
`;
  const source = parse('runtime/x.ts', text);

  it('imports and what survives compilation', () => {
    expect(source.imports).toEqual([
      { from: './a.js', typeOnly: true, isExport: false, line: 2 },
      { from: '../core/index.js', typeOnly: false, isExport: false, line: 3 },
      { from: 'io-ts/lib/Type.js', typeOnly: false, isExport: true, line: 4 },
      { from: './d.js', typeOnly: true, isExport: false, line: 5 },
      { from: './g.js', typeOnly: false, isExport: false, line: 11 },
    ]);
    expect(source.imports.map((each) => target(source, each))).toEqual([
      { file: 'runtime/a.ts' },
      { file: 'core/index.ts' },
      { package: 'io-ts' },
      { file: 'runtime/d.ts' },
      { file: 'runtime/g.ts' },
    ]);
  });

  it('the length of functions, depth, any, and the globals', () => {
    const clocks = source.globals.filter(({ what }) => /Timeout|Interval|now|perf/.test(what));

    expect(source.functions.map(({ line, length }) => [line, length])).toEqual([[6, 4]]);
    expect(Math.max(...source.nesting.map(({ depth }) => depth))).toBe(4);
    expect(source.anys).toEqual([{ what: 'any', line: 6 }]);
    expect(clocks).toEqual([
      { what: 'Date.now', line: 7 },
      { what: 'x.setTimeout', line: 7 },
      { what: 'setTimeout', line: 8 },
      { what: 'setInterval', line: 10 },
    ]);
  });

  it('circles', () => {
    const a = parse('core/a.ts', "import './b.js'");
    const b = parse('core/b.ts', "export { x } from './a.js'");
    const c = parse('core/c.ts', "import type {} from './d.js'");
    const d = parse('core/d.ts', "import type {} from './c.js'");

    expect(cycles([a, b, c, d])).toEqual([
      'core/a.ts → core/b.ts → core/a.ts',
      'core/c.ts → core/d.ts → core/c.ts',
    ]);
  });

  it('whose comment is the first', () => {
    const opening = (code: string) => parse('core/x.ts', code).opening;

    expect(opening("import 'é';\nconst a = 1;\n/** é */\nexport const X_Y = 2;")).toEqual(['X_Y']);
    expect(opening('/** A class. */\nexport class X { /** A field. */ y = 1; }')).toEqual(['X']);
    expect(opening('/** A helper. */\nconst y = 1;\n/** X. */\nexport type X = 1;')).toEqual([]);
    expect(opening('export interface X { /** A field. */ y: 1 }\nexport type Z = 1;')).toEqual([
      'Z',
    ]);
    expect(opening('export const x = 1;')).toBeUndefined();
  });

  it('a program below the line that says what runs it', () => {
    const { lines, imports } = parse(
      'cli/index.ts',
      "#!/usr/bin/env node\n/** A program. */\nimport './a.js';",
    );

    expect(lines[0]).toBe('/** A program. */');
    expect(imports).toMatchObject([{ from: './a.js', line: 2 }]);
  });
});
