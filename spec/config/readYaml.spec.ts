import { describe, expect, it } from '@jest/globals';
import { refused } from './support.js';

const first = (text: string): string => refused(text).message.split('\n')[0] as string;
const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
const LETTERS = 'abcdefghi';
/** Nine lists, each of nine times the one before. */
const BOMB = [...LETTERS]
  .map((letter, i) => {
    const item = i === 0 ? 'x' : `*${LETTERS[i - 1]}`;
    return `${letter}: &${letter} [${range(9).map(() => item)}]`;
  })
  .join('\n');
const MIB = 2 ** 20;

describe('a document', () => {
  it.each([
    {
      what: 'a key twice',
      text: 'a: 1\nb: 2\na: 3',
      says: '3:1: duplicate key "a", first at line 1',
    },
    {
      what: 'a key that is a number',
      text: '1: a',
      says: '1:1: a key is a text: put it in quotes',
    },
    {
      what: 'a key that is a list',
      text: '? [a]\n: b',
      says: '1:3: a key is a text: put it in quotes',
    },
    {
      what: 'a key of all prototypes',
      text: 'a: { __proto__: { b: 1 } }',
      says: '1:6: no key is "__proto__"',
    },
    { what: 'a tag of its own', text: 'a: !env PORT', says: '1:4: Unresolved tag: !env' },
    {
      what: 'a tag beyond the core schema',
      text: '- !!binary aGk=',
      says: '1:3: Unresolved tag: tag:yaml.org,2002:binary',
    },
    { what: 'a second document', text: '- a\n---\n- b', says: '2:1: there is a second document' },
    {
      what: 'an unknown directive',
      text: '%INCLUDE a\n---\n[]',
      says: '1:1: Unknown directive %INCLUDE',
    },
    { what: 'an alias of nothing', text: 'a: *b', says: '1:4: no anchor "b" before it' },
    { what: 'an alias of what it is in', text: '&a [*a]', says: '1:5: no anchor "a" before it' },
    {
      what: 'a tab for an indent',
      text: '\ta: 1',
      says: '1:1: Tabs are not allowed as indentation',
    },
  ])('has not $what (CF4)', ({ text, says }) => {
    const { message, issues } = refused(text);

    expect(message).toBe(`yaml:${says}`);
    expect(issues[0]?.path).toBe('');
  });

  it('may use anchors, at 100 places (CF4)', () => {
    const text = (aliases: number) => `- &a { kind: x }\n${'- *a\n'.repeat(aliases)}`;

    expect(first(text(100))).toBe(
      'yaml:1:8 entries[0].kind: invalid kind "x"; there is http.router, http.endpoint, http.service',
    );
    expect(first(text(101))).toBe('yaml:102:3: more than 100 aliases');
  });

  it.each([
    { what: 'aliases of aliases', text: BOMB, says: '4:8: more than 100 aliases' },
    {
      what: 'aliases of much',
      text: `- &a [${'x,'.repeat(5_000)}]\n- *a\n- *a\n`,
      says: '3:3: more than 10000 values by aliases',
    },
    { what: 'lists in lists', text: '['.repeat(MIB), says: '1:65: nested deeper than 64' },
    { what: 'maps in maps', text: '{a: '.repeat(MIB / 4), says: '1:254: nested deeper than 64' },
    {
      what: 'lists in lists without brackets',
      text: '- '.repeat(MIB / 2),
      says: '1:128: nested deeper than 64',
    },
    { what: 'keys in keys', text: '? '.repeat(MIB / 2), says: '1:128: nested deeper than 64' },
    {
      what: 'a large text',
      text: `#${'ü'.repeat(MIB / 2)}`,
      says: '1:1: the text is larger than 1 MiB',
    },
  ])('is refused before it becomes large: $what (CF4)', ({ text, says }) => {
    expect(first(text)).toBe(`yaml:${says}`);
  });

  it('with thirty thousand keys takes no time that grows with their square (CF4)', () => {
    const keys = range(30_000).map((i) => `k${i}: 1`);

    // Compared each with each other, as the parser does by default, they would take a quarter of a minute.
    expect(first(keys.join('\n'))).toBe('yaml:1:1 k0: unknown field');
  }, 10_000);

  it('of anything else is what it is in YAML 1.2, whatever it says itself (CF4)', () => {
    expect(first('%YAML 1.1\n---\nversion: yes\nentries: []')).toBe(
      'yaml:3:1 version: invalid version "yes"; there is 1.0',
    );
    expect(first('<<: { version: "1.0", entries: [] }')).toBe('yaml:1:1 ["<<"]: unknown field');
  });

  it('counts lines whatever ends them, and takes a byte order mark (CF4)', () => {
    expect(first('\uFEFF- {}\r\n- {}\r\n')).toBe('yaml:1:3 entries[0].kind: missing field');
    expect(refused('- {}\r\n- {}\r\n').issues.map(({ line }) => line)).toEqual([1, 2]);
  });

  it('expands no variables (CF4)', () => {
    const text = `- { name: a, kind: http.router, meta: { server: "\${SERVER}" } }`;

    expect(first(text)).toBe(
      `yaml:1:41 entries[0].meta.server: no server "\${SERVER}": give it in { servers }`,
    );
  });
});
