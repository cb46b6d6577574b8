import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { readSend } from '../../lib/codec/index.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const buffer = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]).buffer;

describe('readSend', () => {
  it.each<[string, unknown, string | Uint8Array]>([
    ['text', { type: 'text', data: 'hi' }, 'hi'],
    ['empty text', { type: 'text', data: '' }, ''],
    ['text by its data', { data: 'hi' }, 'hi'],
    ['bytes', { type: 'binary', data: new Uint8Array([1, 2]) }, new Uint8Array([1, 2])],
    ['no bytes', { type: 'binary', data: new Uint8Array() }, new Uint8Array()],
    ['bytes by their data', { data: Buffer.from([1]) }, Buffer.from([1])],
    ['a string sent as binary', { type: 'binary', data: 'é' }, utf8('é')],
    ['an ArrayBuffer', { data: buffer }, new Uint8Array(buffer)],
    ['the window of a view', { data: new DataView(buffer, 2, 3) }, new Uint8Array([2, 3, 4])],
    [
      'the window of another array',
      { data: new Uint16Array(buffer, 2, 2) },
      new Uint8Array([2, 3, 4, 5]),
    ],
  ])('reads %s (W1)', (_what, payload, expected) => {
    expect(readSend(payload)).toEqual(expected);
  });

  it('reads buffers of another realm (W1)', () => {
    const payload = runInNewContext('({ data: new ArrayBuffer(3) })');

    expect(readSend(payload)).toEqual(new Uint8Array(3));
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a bare string', 'hi'],
    ['no data', { type: 'text' }],
    ['null data', { type: 'text', data: null }],
    ['an unknown type', { type: 'json', data: 'x' }],
    ['a null type', { type: null, data: 'x' }],
    ['text that is bytes', { type: 'text', data: new Uint8Array(1) }],
    ['binary that is a number', { type: 'binary', data: 7 }],
    ['an array of numbers', { data: [1, 2] }],
    ['an object', { data: {} }],
  ])('refuses %s (W2)', (_what, payload) => {
    expect(readSend(payload)).toBeUndefined();
  });

  it.each([
    [
      'a getter that throws',
      {
        get data(): string {
          throw new Error('boom');
        },
      },
    ],
    ['what only looks like bytes', { data: Object.create(Uint8Array.prototype) as unknown }],
  ])('takes %s for malformed (W2)', (_, payload) => {
    expect(readSend(payload)).toBeUndefined();
  });
});
