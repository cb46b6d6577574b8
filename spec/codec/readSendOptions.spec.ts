import { describe, expect, it } from '@jest/globals';
import { readSendOptions } from '../../lib/codec/index.js';

const FROM = '{main|0x0000a}';
const ref = { any: 'value' };

describe('readSendOptions', () => {
  it.each([
    { what: 'nothing', payload: { data: '' } },
    { what: 'undefined fields', payload: { overflow: undefined, key: undefined, ack: undefined } },
  ])('has nothing to say about $what (W7)', ({ payload }) => {
    expect(readSendOptions(payload, FROM)).toBeUndefined();
  });

  it.each<{ what: string; payload: object; expected: object }>([
    { what: "overflow 'close'", payload: { overflow: 'close' }, expected: { overflow: 'close' } },
    {
      what: 'dropOldest',
      payload: { overflow: 'dropOldest' },
      expected: { overflow: 'dropOldest' },
    },
    {
      what: 'latest without a key',
      payload: { overflow: 'latest' },
      expected: { overflow: 'latest' },
    },
    { what: 'a key alone', payload: { key: 'a' }, expected: { overflow: 'latest', key: 'a' } },
    { what: 'an empty key', payload: { key: '' }, expected: { overflow: 'latest' } },
    {
      what: 'latest with a key',
      payload: { overflow: 'latest', key: 'a' },
      expected: { overflow: 'latest', key: 'a' },
    },
    { what: 'an ack', payload: { ack: ref }, expected: { ref } },
    { what: 'null as an ack', payload: { ack: null }, expected: { ref: null } },
  ])('reads $what (W7–W9)', ({ payload, expected }) => {
    const options = { overflow: undefined, key: '', ref: undefined, from: FROM, ...expected };

    expect(readSendOptions(payload, FROM)).toEqual(options);
  });

  it('gives the very ack (W9)', () => {
    expect(readSendOptions({ ack: ref }, FROM)).toHaveProperty('ref', ref);
  });

  it.each<{ what: string; payload: object }>([
    { what: 'an overflow that is none', payload: { overflow: 'drop' } },
    { what: 'a key that is no text', payload: { key: 7 } },
    { what: 'a key with another overflow', payload: { key: 'a', overflow: 'dropOldest' } },
    {
      what: 'a getter that throws',
      payload: {
        get key() {
          throw new Error('no');
        },
      },
    },
  ])('refuses $what (W2)', ({ payload }) => {
    expect(readSendOptions(payload, FROM)).toBe('malformed');
  });
});
