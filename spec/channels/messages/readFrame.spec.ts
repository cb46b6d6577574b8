import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ClientFrame, readFrame, wireMessage } from '../../../lib/codec/index.js';

const text = (payload: string): ClientFrame => ({ type: 'text', payload });

describe('what a client has sent', () => {
  it.each<{ what: string; raw: string; read: ClientFrame }>([
    {
      what: 'a message',
      raw: '{"type":"ping","timestamp":7}',
      read: { type: 'ping', timestamp: 7 },
    },
    { what: 'no timestamp', raw: '{"type":"text","payload":"a"}', read: text('a') },
    {
      what: 'a wrong timestamp',
      raw: '{"type":"text","payload":"a","timestamp":"now"}',
      read: text('a'),
    },
    { what: 'no JSON', raw: 'hello', read: text('hello') },
    { what: 'nothing', raw: '', read: text('') },
    { what: 'a number', raw: '42', read: text('42') },
    { what: 'null', raw: 'null', read: text('null') },
    { what: 'an array', raw: '[1]', read: text('[1]') },
    { what: 'no type', raw: '{"payload":1}', read: text('{"payload":1}') },
    { what: 'an unknown type', raw: '{"type":"shout"}', read: text('{"type":"shout"}') },
    {
      what: 'a type of a prototype',
      raw: '{"type":"constructor"}',
      read: text('{"type":"constructor"}'),
    },
    { what: 'null metadata', raw: '{"type":"pong","metadata":null}', read: { type: 'pong' } },
    { what: 'unknown keys', raw: '{"type":"pong","mood":1}', read: { type: 'pong' } },
    {
      what: 'a payload of null',
      raw: '{"type":"json","payload":null}',
      read: { type: 'json', payload: null },
    },
  ])('is read leniently: $what (B3)', ({ raw, read }) => {
    expect(readFrame(raw)).toEqual(read);
    expect(wireMessage.decode(raw)).toEqual({ _tag: 'Right', right: read });
  });

  it('is always a message, whatever it is (B3)', () => {
    const raw = fc.oneof(fc.string({ unit: 'binary' }), fc.json());

    fc.assert(fc.property(raw, (given) => expect(wireMessage.is(readFrame(given))).toBe(true)));
  });
});
