import { describe, expect, it } from '@jest/globals';
import { decodeControl, decodeRelayHeader, encodeRelayHeader } from '../../lib/codec/index.js';

/** The same metadata by both ways: the header of `setRelay`, and `ws.control`. */
function bothWays(metadata: object): unknown[] {
  const header = decodeRelayHeader(encodeRelayHeader({ metadata }), { owned: true });
  const control = decodeControl({ metadata });
  return [header, control].map((way) => (way._tag === 'Right' ? way.right.metadata : way.left));
}

class User {
  readonly name = 'ada';
}

describe('metadata', () => {
  it.each<{ what: string; value: unknown; read: unknown }>([
    { what: 'a Date', value: new Date(0), read: '1970-01-01T00:00:00.000Z' },
    {
      what: 'an object with toJSON',
      value: { toJSON: (key: string) => `json of ${key}` },
      read: 'json of value',
    },
    { what: 'a Buffer', value: Buffer.from([1]), read: { type: 'Buffer', data: [1] } },
    { what: 'a URL', value: new URL('https://a.example/'), read: 'https://a.example/' },
    { what: 'an instance of a class', value: new User(), read: { name: 'ada' } },
    { what: 'NaN', value: Number.NaN, read: null },
    { what: 'undefined in a list', value: [undefined, 1], read: [null, 1] },
    { what: 'a wrapped text', value: Object('text'), read: 'text' },
  ])('carries $what as JSON.stringify does, on both ways (H9)', ({ value, read }) => {
    expect(bothWays({ value })).toEqual([{ value: read }, { value: read }]);
  });

  it('asks toJSON by the key that JSON.stringify gives, on both ways (H9)', () => {
    const toJSON = (key: string) => key;
    const fields = { 'a.b': { toJSON }, list: [{ toJSON }] };
    const root = { toJSON: (key: string) => ({ key }) };

    expect(bothWays(fields)).toEqual(Array(2).fill(JSON.parse(JSON.stringify(fields))));
    expect(bothWays(root)).toEqual([{ key: '' }, { key: '' }]);
  });

  it.each<[what: string, thrown: unknown, reason: string]>([
    ['an error', new Error('no roles'), 'no roles'],
    ['a text', 'no roles', 'no roles'],
    ['null', null, 'null'],
  ])('says why toJSON throws %s, on both ways (H9, X2)', (_what, thrown, reason) => {
    const toJSON = (): never => {
      throw thrown;
    };
    const metadata = { roles: { toJSON } };
    const left = { field: 'metadata', message: `metadata ${reason}` };

    expect(() => encodeRelayHeader({ metadata })).toThrow(
      expect.objectContaining({ code: 'Invalid', message: reason }),
    );
    expect(decodeControl({ metadata })).toMatchObject({ left });
  });

  it('is refused above 256 KiB, on both ways, and taken below (H8, H9, X2)', () => {
    const long = 'x'.repeat(256 * 1024);
    const list = Array.from({ length: 128 * 1024 }, () => 0);
    for (const metadata of [{ long }, { [long]: 1 }, { list }]) {
      const message = 'metadata is larger than 262144 characters';
      const invalid = expect.objectContaining({ code: 'Invalid', message });
      expect(() => encodeRelayHeader({ metadata })).toThrow(invalid);
      const left = { field: 'metadata', message };
      expect(decodeControl({ metadata })).toMatchObject({ left });
    }
    expect(bothWays({ text: long.slice(100) })).toHaveLength(2);
    expect(decodeControl({ metadata: { text: long.slice(100) } })._tag).toBe('Right');
  });

  it('leaves out what is undefined, on both ways (H9)', () => {
    expect(bothWays({ a: undefined, b: 1 }).map((read) => Object.keys(read as object))).toEqual([
      ['b'],
      ['b'],
    ]);
  });

  const loop: Record<string, unknown> = {};
  loop.roles = loop;
  it.each<{ what: string; value: unknown }>([
    { what: 'a Set', value: new Set(['admin']) },
    { what: 'a Map', value: new Map() },
    { what: 'a function', value: () => 1 },
    { what: 'a symbol', value: Symbol('s') },
    { what: 'a BigInt', value: 1n },
    { what: 'a Uint8Array', value: new Uint8Array(1) },
    { what: 'a Error', value: new Error('lost') },
  ])('refuses $what, naming the path, on both ways (H9, X2)', ({ what, value }) => {
    const metadata = { user: { roles: value } };
    const message = `metadata.user.roles: ${what} cannot be sent as JSON`;

    expect(() => encodeRelayHeader({ metadata })).toThrow(
      expect.objectContaining({ code: 'Invalid', message }),
    );
    expect(decodeControl({ metadata })).toMatchObject({ left: { field: 'metadata', message } });
  });

  it('refuses a cycle, naming the path, on both ways (H9, X2)', () => {
    const message = 'metadata.roles: an object that contains itself cannot be sent as JSON';

    expect(() => encodeRelayHeader({ metadata: loop })).toThrow(message);
    expect(decodeControl({ metadata: loop })).toMatchObject({ left: { message } });
  });
});
