import { describe, expect, it } from '@jest/globals';
import * as t from 'io-ts';
import { event, ofEvent, type Schema } from '../../lib/channels/index.js';
import { check, type Issue } from '../../lib/protocol/index.js';
import { refused } from '../support/runtime.js';

/** A Standard Schema that answers so. */
const standard = (answer: unknown): Schema<unknown> =>
  ({ '~standard': { version: 1, vendor: 'spec', validate: () => answer } }) as Schema<unknown>;

describe('event', () => {
  it('is a name with its schemas, and does not change (B20)', () => {
    const data = t.type({ text: t.string });
    const say = event('say', { data });

    expect(say).toEqual({ name: 'say', data });
    expect(Object.isFrozen(say)).toBe(true);
    expect(event('bare')).toEqual({ name: 'bare' });
  });

  it.each([
    { what: 'no name', make: () => event('') },
    { what: 'a name that is no text', make: () => event(1 as never) },
    { what: 'a reserved name', make: () => event('rx:mine') },
    { what: 'an unknown option', make: () => event('say', { date: t.string } as never) },
    { what: 'data that is no schema', make: () => event('say', { data: {} as never }) },
    { what: 'a reply that is no schema', make: () => event('say', { reply: 1 as never }) },
  ])('refuses $what', ({ make }) => {
    expect(make).toThrow(refused('Invalid'));
  });
});

describe('ofEvent', () => {
  it.each([{ given: 'say' }, { given: undefined }, { given: {} }])(
    'refuses $given, which would let nothing through (B20)',
    ({ given }) => {
      expect(() => ofEvent(given as never)).toThrow(refused('Invalid'));
    },
  );
});

describe('check', () => {
  it('gives the value as the schema makes it (B20)', () => {
    expect(check(standard({ value: 7 }), '7')).toEqual({ value: 7 });
    expect(check(t.type({ n: t.number }), { n: 1 })).toEqual({ value: { n: 1 } });
    expect(check(undefined, 'anything')).toEqual({ value: 'anything' });
  });

  it.each<{ what: string; schema: Schema<unknown>; value: unknown; issue: Issue }>([
    {
      what: 'a Standard Schema',
      schema: standard({ issues: [{ message: 'too long', path: ['text'] }] }),
      value: {},
      issue: { path: 'text', message: 'too long' },
    },
    {
      what: 'one whose path is of objects',
      schema: standard({
        issues: [{ message: 'no', path: [{ key: 'a' }, 0, { key: 'b c' }, 'd'] }],
      }),
      value: {},
      issue: { path: 'a[0][b c].d', message: 'no' },
    },
    {
      what: 'one without a path',
      schema: standard({ issues: [{ message: 'no' }] }),
      value: {},
      issue: { path: '', message: 'no' },
    },
    {
      what: 'an io-ts type',
      schema: t.type({ user: t.type({ tags: t.array(t.string) }) }),
      value: { user: { tags: ['a', 1] } },
      issue: { path: 'user.tags[1]', message: 'expected string' },
    },
    {
      what: 'an io-ts intersection',
      schema: t.intersection([t.type({ a: t.string }), t.type({ b: t.string })]),
      value: { a: '' },
      issue: { path: 'b', message: 'expected string' },
    },
    {
      what: 'an io-ts type, of the whole',
      schema: t.string,
      value: 1,
      issue: { path: '', message: 'expected string' },
    },
  ])('names the path of what does not fit: $what (B20)', ({ schema, value, issue }) => {
    expect(check(schema, value)).toEqual({ issues: [issue] });
  });

  it('refuses a schema that answers by a promise (B20)', () => {
    expect(() => check(standard(Promise.resolve({ value: 1 })), 1)).toThrow(refused('Invalid'));
  });
});
