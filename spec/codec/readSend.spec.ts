import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { readSend } from '../../lib/codec/index.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const buffer = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]).buffer;

describe('readSend', () => {
  it.each<{ what: string; payload: unknown; expected: string | Uint8Array }>([
    { what: 'text', payload: { type: 'text', data: 'hi' }, expected: 'hi' },
    { what: 'empty text', payload: { type: 'text', data: '' }, expected: '' },
    { what: 'text by its data', payload: { data: 'hi' }, expected: 'hi' },
    {
      what: 'bytes',
      payload: { type: 'binary', data: new Uint8Array([1, 2]) },
      expected: new Uint8Array([1, 2]),
    },
    {
      what: 'no bytes',
      payload: { type: 'binary', data: new Uint8Array() },
      expected: new Uint8Array(),
    },
    {
      what: 'bytes by their data',
      payload: { data: Buffer.from([1]) },
      expected: Buffer.from([1]),
    },
    {
      what: 'a string sent as binary',
      payload: { type: 'binary', data: 'é' },
      expected: utf8('é'),
    },
    { what: 'an ArrayBuffer', payload: { data: buffer }, expected: new Uint8Array(buffer) },
    {
      what: 'the window of a view',
      payload: { data: new DataView(buffer, 2, 3) },
      expected: new Uint8Array([2, 3, 4]),
    },
    {
      what: 'the window of another array',
      payload: { data: new Uint16Array(buffer, 2, 2) },
      expected: new Uint8Array([2, 3, 4, 5]),
    },
  ])('reads $what (W1)', ({ payload, expected }) => {
    expect(readSend(payload)).toEqual(expected);
  });

  it('reads buffers of another realm (W1)', () => {
    const payload = runInNewContext('({ data: new ArrayBuffer(3) })');

    expect(readSend(payload)).toEqual(new Uint8Array(3));
  });

  it.each([
    { what: 'nothing', payload: undefined },
    { what: 'null', payload: null },
    { what: 'a bare string', payload: 'hi' },
    { what: 'no data', payload: { type: 'text' } },
    { what: 'null data', payload: { type: 'text', data: null } },
    { what: 'an unknown type', payload: { type: 'json', data: 'x' } },
    { what: 'a null type', payload: { type: null, data: 'x' } },
    { what: 'text that is bytes', payload: { type: 'text', data: new Uint8Array(1) } },
    { what: 'binary that is a number', payload: { type: 'binary', data: 7 } },
    { what: 'an array of numbers', payload: { data: [1, 2] } },
    { what: 'an object', payload: { data: {} } },
  ])('refuses $what (W2)', ({ payload }) => {
    expect(readSend(payload)).toBeUndefined();
  });

  it.each([
    {
      what: 'a getter that throws',
      payload: {
        get data(): string {
          throw new Error('boom');
        },
      },
    },
    {
      what: 'what only looks like bytes',
      payload: { data: Object.create(Uint8Array.prototype) as unknown },
    },
  ])('takes $what for malformed (W2)', ({ payload }) => {
    expect(readSend(payload)).toBeUndefined();
  });
});
