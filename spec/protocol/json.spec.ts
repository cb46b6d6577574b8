import { describe, expect, it } from '@jest/globals';
import { readSend } from '../../lib/codec/index.js';
import { type ClientMessage, json, parseJson } from '../../lib/protocol/index.js';

describe('json', () => {
  it.each([
    { what: 'an object', value: { type: 'said', text: 'grüß dich' } },
    { what: 'a list', value: [1, [], {}] },
    { what: 'a text', value: '' },
    { what: 'null', value: null },
  ])('is a frame with the text of $what (W6)', ({ value }) => {
    const data = JSON.stringify(value);

    expect(json(value)).toEqual({ type: 'text', data });
    expect(readSend(json(value))).toBe(data);
  });

  it.each([
    { what: 'undefined', value: undefined },
    { what: 'function', value: () => {} },
    { what: 'symbol', value: Symbol('a') },
  ])('refuses what has no JSON: $what (W6)', ({ what, value }) => {
    expect(() => json(value)).toThrow(
      expect.objectContaining({
        code: 'Invalid',
        message: `json: a value of type ${what} has no JSON`,
      }),
    );
  });

  it('lets the error of a cycle pass, which names the way round (W6)', () => {
    const room = { name: 'lobby', self: {} };
    room.self = room;

    expect(() => json(room)).toThrow(/circular structure.*'self'/s);
  });
});

describe('parseJson', () => {
  it.each<{ what: string; data: ClientMessage['data']; expected: unknown }>([
    { what: 'an object', data: '{"type":"say"}', expected: { type: 'say' } },
    { what: 'null', data: 'null', expected: null },
    { what: 'false', data: 'false', expected: false },
    { what: 'garbage', data: 'garbage{', expected: undefined },
    { what: 'nothing', data: '', expected: undefined },
    { what: 'bytes, even of JSON', data: Buffer.from('{}'), expected: undefined },
  ])('reads $what without an error (L8)', ({ data, expected }) => {
    expect(parseJson(data)).toEqual(expected);
  });

  it('reads a key __proto__ as a key of its own (L8)', () => {
    const value = parseJson('{"__proto__":{"admin":true}}') as { admin?: true };

    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(value.admin).toBeUndefined();
  });
});
