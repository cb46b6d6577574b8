import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRight } from 'fp-ts/lib/Either.js';
import { MAX_BATCH, readBatch, readFrame, wireMessage } from '../../../lib/codec/index.js';

describe('readFrame', () => {
  it.each([
    { text: '{"type":"ping"}', as: { type: 'ping' } },
    { text: '{"type":"json","payload":null}', as: { type: 'json', payload: null } },
    { text: '{"type":"text","payload":"a","extra":1}', as: { type: 'text', payload: 'a' } },
    { text: '{"type":"ping","timestamp":5}', as: { type: 'ping', timestamp: 5 } },
    { text: '{"type":"ping","timestamp":"5"}', as: { type: 'ping' } },
    { text: '{"type":"ping","timestamp":1.5}', as: { type: 'ping' } },
    { text: '{"type":"ping","metadata":{"a":1}}', as: { type: 'ping', metadata: { a: 1 } } },
    { text: '{"type":"ping","metadata":null,"id":null}', as: { type: 'ping' } },
    { text: '{"type":"ping","id":1e999}', as: { type: 'ping', problem: /^id: expected/ } },
    { text: '{"type":"ping","id":1e3}', as: { type: 'ping', id: 1_000 } },
    { text: '{"type":"ping","ok":1}', as: { type: 'ping', problem: /^ok: expected boolean/ } },
    { text: '{"type":"text","channel":1}', as: { type: 'text', problem: /^channel: expected/ } },
    { text: '{"type":"system","channel":1}', as: { type: 'system' } },
    { text: '{"type":"ping","__proto__":{"id":7}}', as: { type: 'ping' } },
  ])('reads $text (B3, CP5, CP7)', ({ text, as }) => {
    const { problem, ...frame } = readFrame(text);

    const { problem: expected, ...fields } = as as { type: string; problem?: RegExp };
    expect(frame).toEqual(fields);
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(expected);
  });

  it.each([
    '',
    'x',
    '5',
    'null',
    '"ping"',
    '[]',
    '{}',
    '{"type":"x"}',
    '{"type":{}}',
    '{"type":null}',
  ])('takes %j for a text (B3)', (text) => {
    expect(readFrame(text)).toEqual({ type: 'text', payload: text });
  });

  it('never throws, whatever it is given, and its codec never fails (B3)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(isRight(wireMessage.decode(text))).toBe(true);
        readBatch(text);
      }),
      { numRuns: 500 },
    );
  });
});

describe('readBatch', () => {
  const items = (count: number) => JSON.stringify(Array.from({ length: count }, () => ({})));

  it('reads 1 to 64 messages; what is no object is none (CP4)', () => {
    expect(readBatch('[{"type":"ping"},{"x":1},5,[],null]')).toEqual([
      { type: 'ping' },
      { type: 'text', payload: '{"x":1}' },
      ...[undefined, undefined, undefined],
    ]);
    expect(readBatch(items(MAX_BATCH))).toHaveLength(64);
  });

  it.each([0, MAX_BATCH + 1])('has no batch of %d (CP4)', (count) => {
    expect(readBatch(items(count))).toBeUndefined();
  });

  it('reads a message that is in no array as one', () => {
    expect(readBatch('{"type":"ping","id":1}')).toEqual({ type: 'ping', id: 1 });
    expect(readBatch('hello')).toEqual({ type: 'text', payload: 'hello' });
  });
});
