import { describe, expect, it } from '@jest/globals';
import { allChecks } from '../lib/cli/conformance/allChecks.js';
import { channelErrors, closeCodes } from '../lib/protocol/index.js';
import { read } from './support/pages.js';
import { WireExample } from './support/wireExample.js';

const page = read('docs/protocol.md');

/** A section of the page. */
function section(title: string): string {
  const text = page.split(`\n## ${title}\n`)[1]?.split('\n## ')[0];
  if (text === undefined) throw new Error(`docs/protocol.md has no section ${title}`);
  return text;
}

/** The rows of a section's tables: the text of each cell. */
const rows = (title: string): string[][] =>
  [...section(title).matchAll(/^\| (.*) \|$/gm)].map(([, row = '']) => row.split(' | '));

describe('docs/protocol.md', () => {
  const examples = page.split('\n## ').flatMap((text) => {
    const [title = ''] = text.split('\n', 1);
    return [...text.matchAll(/```text\n([\s\S]*?)\n```/g)].map(([, lines = '']) => ({
      title,
      lines: lines.split('\n'),
    }));
  });

  it.each(examples)('is what the server says: $title (CP1–CP21)', ({ lines }) => {
    new WireExample().play(lines);
  });

  it('has examples of the sections that say what is on the wire', () => {
    expect(new Set(examples.map(({ title }) => title)).size).toBeGreaterThanOrEqual(8);
  });

  it('says of each close code whether to come back, as the table of the library does (Z6)', () => {
    const said = rows('Coming back').flatMap(([codes = '', what = '']) =>
      codes
        .split(', ')
        .filter((code) => /^\d+$/.test(code))
        .map((code) => [Number(code), verdictOf(what)]),
    );

    const known = closeCodes.map(({ code, reconnect, after }) => [code, `${reconnect} ${after}`]);
    expect(Object.fromEntries(said)).toEqual(Object.fromEntries(known));
  });

  it('says of each error whether it may be retried, as the table of the library does (CP6)', () => {
    const said = rows('Errors').flatMap(([codes = '', retry]) =>
      [...codes.matchAll(/`(\w+)`/g)].map(([, code]) => [code, retry === 'yes']),
    );

    expect(Object.fromEntries(said)).toEqual(channelErrors);
  });

  it('has each check of `conformance` in its list (CL8)', () => {
    const names = [...section('Checklist').matchAll(/`(\w+)`/g)].map(([, name]) => name);

    expect(names.sort()).toEqual(allChecks.map(({ name }) => name).sort());
  });
});

/** `no`, `yes, not before 5 s` and so on, as the library's table has it. */
function verdictOf(text: string): string {
  const [, seconds = '0'] = /not before (\d+) s/.exec(text) ?? [];
  const reconnect = text.includes('*new* token')
    ? 'new token'
    : text.slice(0, 3).replace(/\W/g, '');
  return `${reconnect} ${Number(seconds) * 1_000}`;
}
