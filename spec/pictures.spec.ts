import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { drawMarbles, readRows } from '../.ci/drawMarbles.js';

const FOLDER = 'docs/pictures';
/** What `npm run pictures` makes, and how large it may be, in bytes: they are part of the package. */
const PICTURES = [
  { name: 'chat.png', most: 60_000 },
  { name: 'marbles.svg', most: 10_000 },
];

describe('docs/pictures', () => {
  it('holds what npm run pictures makes, and nothing else', () => {
    expect(readdirSync(FOLDER).sort()).toEqual(PICTURES.map(({ name }) => name));
  });

  it.each(PICTURES)('has $name of at most $most bytes', ({ name, most }) => {
    const { length } = readFileSync(`${FOLDER}/${name}`);

    expect(length).toBeGreaterThan(1_000);
    expect(length).toBeLessThanOrEqual(most);
  });

  it.each(PICTURES)('is where the README shows $name', ({ name }) => {
    expect(readFileSync('README.md', 'utf8')).toMatch(`](${FOLDER}/${name})`);
  });

  it('shows the marble test as it stands in the README, or npm run pictures is due', () => {
    const { rows, letters } = readRows(readFileSync('README.md', 'utf8'));

    expect(readFileSync(`${FOLDER}/marbles.svg`, 'utf8')).toBe(drawMarbles(rows, letters));
  });
});

describe('readRows', () => {
  it('finds the rows of the README, and what their letters stand for', () => {
    const { rows, letters } = readRows(readFileSync('README.md', 'utf8'));

    expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining(['inbox', 'expected']));
    const used = rows.flatMap(({ text }) => text.match(/\w/g) ?? []);
    expect([...letters.keys()].sort()).toEqual([...new Set(used)].sort());
  });

  it('reads the first test only', () => {
    const test = "const a = hot(' -x', { x: message(ws.join, {}) });\nexpectObservable(a)\n";

    expect(readRows(test + test).rows).toEqual([{ name: 'a', text: '-x' }]);
  });
});

describe('drawMarbles', () => {
  const count = (svg: string, what: string): number => svg.split(what).length - 1;

  it('draws a circle for each letter, a bar for the end, and names what has a name', () => {
    const svg = drawMarbles([{ name: 'a & b', text: '-x-(xy|)' }], new Map([['x', 'ws.join']]));

    expect(count(svg, '<circle')).toBe(3);
    expect(count(svg, '>ws.join<')).toBe(2);
    expect(count(svg, '"end"')).toBe(1);
    expect(svg).toMatch('a &amp; b -x-(xy|)');
  });

  it('writes a pause as its time, and draws it no wider where it is written longer', () => {
    const widthOf = (text: string) =>
      /width="(\d+)/.exec(drawMarbles([{ name: 'a', text }], new Map()))?.[1];
    const svg = drawMarbles([{ name: 'a', text: '-x 89999ms #' }], new Map());

    expect(count(svg, '<circle')).toBe(1);
    expect(svg).toMatch('>89999ms<');
    expect(widthOf('-x 89999ms #')).toBe(widthOf('-x 5ms #'));
  });
});
