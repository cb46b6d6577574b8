import { describe, expect, it } from '@jest/globals';
import { commands } from '../lib/channels/wire/commands.js';
import { channelErrors, closeCode } from '../lib/protocol/index.js';
import { refusals } from '../lib/upgrade/index.js';
import { read } from './support/pages.js';
import { readLib } from './support/source.js';

const code = readLib()
  .map(({ lines }) => lines.join('\n'))
  .join('\n');

/** What the left columns of the page say, below its table of places. */
const said = read('docs/troubleshooting.md')
  .replace(/[\s\S]*?\n## /, '')
  .split('\n')
  .filter((line) => /^\| (?!Code|It says|Status|What you see)/.test(line))
  .map((line) => line.split(' | ')[0]?.slice(2) ?? '');

/** Texts that are quoted, in the pieces that are always the same; a call by its name. */
const texts = said
  .flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text))
  .flatMap((text) => text.replace(/\(\)$/, '').split('…'))
  .map((text) => text.trim())
  .filter((text) => text !== '');
/** Codes of lines of the log: what is quoted behind the word. */
const logged = said.flatMap((cell) =>
  [...cell.replace(/^.*?\blog /, 'log ').matchAll(/(?<=^log .*)`(\w+)`/g)].map(
    ([, word = '']) => word,
  ),
);
const numbers = (pattern: RegExp) =>
  said.flatMap((cell) => [...cell.replace(/`[^`]+`/g, '').matchAll(pattern)].map(Number));

const isSaid = (text: string): boolean => code.includes(text);
const isWarned = (word: string): boolean =>
  new RegExp(`(warn|warning|once)\\(\\s*'${word}'|(\\[|: |^\\s*)'${word}',`, 'm').test(code);

describe('docs/troubleshooting.md', () => {
  it.each(texts)('quotes what the code says: %s', (text) => {
    expect(isSaid(text)).toBe(true);
  });

  it.each(logged)('names a code of the log that there is: %s', (word) => {
    expect(isWarned(word)).toBe(true);
  });

  it('names close codes that there are', () => {
    const codes = numbers(/\b[14]\d{3}\b(?!,)/g);

    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((each) => closeCode(each) === undefined)).toEqual([]);
    expect(codes.filter((each) => closeCode(each)?.name.startsWith('other'))).toEqual([]);
  });

  it("names statuses of refusals, and 401, which is an application's", () => {
    const statuses = new Set(
      Object.values(refusals).flatMap((each) => ('status' in each ? each.status : [])),
    );
    const named = numbers(/\b[45]\d{2}\b/g);

    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((each) => each !== 401 && !statuses.has(each as never))).toEqual([]);
  });

  it('would find what nobody says', () => {
    expect(texts.length).toBeGreaterThan(40);
    expect(logged.length).toBeGreaterThan(8);
    expect(isSaid('Upgrade requested')).toBe(false);
    expect(isWarned('origin_accepted')).toBe(false);
  });
});

/** The cells of a page's tables, without what they quote of code. */
const cellsOf = (path: string): string[][] =>
  read(path)
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.slice(2).replace(/ \|$/, '').split(' | '));

describe('codes of the log', () => {
  const inLimits = cellsOf('docs/limits.md').flatMap((cells) =>
    [...(cells.at(-1) ?? '').matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, word = '']) => word),
  );
  const observed = new Set(
    cellsOf('docs/observability.md').flatMap(([cell = '']) => /^`(\w+)`$/.exec(cell)?.[1] ?? []),
  );
  const ofChannels = readLib()
    .filter(({ folder }) => folder === 'channels')
    .flatMap(({ lines }) => [...lines.join('\n').matchAll(/\.warn\(\s*'(\w+)'/g)])
    .map(([, word = '']) => word);

  it.each([...new Set(inLimits)])('in docs/limits.md there are: %s', (word) => {
    // Of the log, of a reply, a command, or why there is a gap.
    const isKnown = isWarned(word) || word in channelErrors || word in commands;
    expect(isKnown || isSaid(`reason: '${word}'`)).toBe(true);
  });

  it.each([...new Set(ofChannels)])('of channels are all in docs/observability.md: %s', (word) => {
    expect(observed).toContain(word);
  });

  it('are some', () => {
    expect(new Set(inLimits).size).toBeGreaterThan(8);
    expect(ofChannels).toEqual(expect.arrayContaining(['channels', 'protocol_errors']));
  });
});
