import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Either } from 'fp-ts/lib/Either.js';
import {
  decodeRelayHeader,
  encodeRelayHeader,
  type RelayConfig,
  type RelayRefusal,
} from '../../lib/codec/index.js';

const PID = '{main|0x00001}';
const header = (fields: object): string => JSON.stringify({ target_pid: PID, ...fields });

function taken(either: Either<RelayRefusal, RelayConfig>): RelayConfig {
  if (either._tag === 'Left') throw new Error(`refused: ${JSON.stringify(either.left)}`);
  return either.right;
}

function refused(text: string): RelayRefusal {
  const either = decodeRelayHeader(text);
  if (either._tag === 'Right') throw new Error(`taken: ${JSON.stringify(either.right)}`);
  return either.left;
}

describe('decodeRelayHeader', () => {
  it('applies the defaults (H5)', () => {
    expect(taken(decodeRelayHeader(header({})))).toEqual({
      target: PID,
      rejoin: 0,
      message_topic: 'ws.message',
      heartbeat_interval: 0,
      metadata: {},
      expires_at: 0,
    });
  });

  it.each([
    {
      what: '"30s"',
      fields: { heartbeat_interval: '30s' },
      expected: { heartbeat_interval: 30_000 },
    },
    {
      what: 'a number of milliseconds',
      fields: { heartbeat_interval: 250 },
      expected: { heartbeat_interval: 250 },
    },
    {
      what: '"0s", which is off',
      fields: { heartbeat_interval: '0s' },
      expected: { heartbeat_interval: 0 },
    },
    {
      what: 'less than 1 ms, which is 1',
      fields: { heartbeat_interval: '10us' },
      expected: { heartbeat_interval: 1 },
    },
    {
      what: 'a topic',
      fields: { message_topic: 'chat.line' },
      expected: { message_topic: 'chat.line' },
    },
    {
      what: 'the empty topic',
      fields: { message_topic: '' },
      expected: { message_topic: 'ws.message' },
    },
    {
      what: 'metadata',
      fields: { metadata: { a: { b: [1] } } },
      expected: { metadata: { a: { b: [1] } } },
    },
    {
      what: 'null for every optional field',
      fields: { message_topic: null, heartbeat_interval: null, metadata: null },
      expected: { message_topic: 'ws.message', heartbeat_interval: 0, metadata: {} },
    },
    {
      what: 'an expiry in milliseconds',
      fields: { expires_at: 1_900_000_000_000 },
      expected: { expires_at: 1_900_000_000_000 },
    },
    {
      what: 'an expiry as a text',
      fields: { expires_at: '2030-01-31T12:00:00+01:00' },
      expected: { expires_at: 1_896_087_600_000 },
    },
    {
      what: 'null, which never expires',
      fields: { expires_at: null },
      expected: { expires_at: 0 },
    },
    { what: 'unknown fields, ignored', fields: { colour: 'red' }, expected: {} },
    {
      what: 'keys in another case, ignored',
      fields: { Metadata: { a: 1 } },
      expected: { metadata: {} },
    },
  ])('takes $what (H5, H7)', ({ fields, expected }) => {
    expect(taken(decodeRelayHeader(header(fields)))).toMatchObject(expected);
  });

  it('takes the last of duplicate keys (H5)', () => {
    const text = `{"target_pid":"nobody","target_pid":"${PID}"}`;
    expect(taken(decodeRelayHeader(text)).target).toBe(PID);
  });

  it.each([
    { what: 'no JSON', row: '6c', text: 'target', field: 'X-WS-Relay' },
    { what: 'an empty header', row: '6c', text: '', field: 'X-WS-Relay' },
    { what: 'an array', row: '6d', text: '[]', field: 'X-WS-Relay' },
    { what: 'null', row: '6d', text: 'null', field: 'X-WS-Relay' },
    { what: 'a string', row: '6d', text: `"${PID}"`, field: 'X-WS-Relay' },
    { what: 'a numeric target', row: '6e', text: '{"target_pid":5}', field: 'target_pid' },
    {
      what: 'a numeric topic',
      row: '6e',
      text: header({ message_topic: 5 }),
      field: 'message_topic',
    },
    {
      what: 'a boolean interval',
      row: '6e',
      text: header({ heartbeat_interval: true }),
      field: 'heartbeat_interval',
    },
    {
      what: 'a boolean expiry',
      row: '6e',
      text: header({ expires_at: true }),
      field: 'expires_at',
    },
    { what: 'array metadata', row: '6e', text: header({ metadata: [] }), field: 'metadata' },
    { what: 'scalar metadata', row: '6e', text: header({ metadata: 'x' }), field: 'metadata' },
  ])('refuses $what (H2 row $row)', ({ text, field }) => {
    expect(refused(text)).toMatchObject({
      status: 400,
      text: 'Invalid relay configuration',
      field,
    });
  });

  it.each([
    { what: 'missing', row: '7a', fields: {} },
    { what: 'null', row: '7a', fields: { target_pid: null } },
    { what: 'null for a child', row: '7a', fields: { target_child: null } },
    { what: 'null, all of them', row: '7a', fields: { target_name: null, target_child: null } },
    { what: 'empty', row: '7a', fields: { target_pid: '' } },
    { what: 'unparsable', row: '7b', fields: { target_pid: '{main0x1}' } },
    { what: 'the name of a process', row: '7b', fields: { target_pid: 'chat-room' } },
    { what: 'of three parts', row: '7b', fields: { target_pid: '{a|b|0x00001}' } },
  ])('refuses a target_pid that is $what (H2 row $row)', ({ fields }) => {
    expect(refused(JSON.stringify(fields))).toMatchObject({
      status: 400,
      text: 'Invalid target PID',
      field: 'target_pid',
    });
  });

  it.each([
    {
      what: 'an unparsable interval',
      row: '8a',
      fields: { heartbeat_interval: '30' },
      field: 'heartbeat_interval',
    },
    {
      what: 'a negative interval',
      row: '8a',
      fields: { heartbeat_interval: '-1s' },
      field: 'heartbeat_interval',
    },
    {
      what: 'a negative number',
      row: '8a',
      fields: { heartbeat_interval: -1 },
      field: 'heartbeat_interval',
    },
    {
      what: 'a system topic',
      row: '8b',
      fields: { message_topic: '@pid/inbox' },
      field: 'message_topic',
    },
    {
      what: 'a topic of the relay',
      row: '8b',
      fields: { message_topic: 'ws.join' },
      field: 'message_topic',
    },
    {
      what: 'another topic of the relay',
      row: '8b',
      fields: { message_topic: 'ws.control' },
      field: 'message_topic',
    },
    {
      what: 'an expiry that is no time',
      row: '8c',
      fields: { expires_at: 'tomorrow' },
      field: 'expires_at',
    },
  ])('refuses $what (H2 row $row)', ({ fields, field }) => {
    expect(refused(header(fields))).toMatchObject({
      status: 400,
      text: 'Invalid relay configuration',
      field,
    });
  });

  it('answers row 6 before row 7 and row 7 before row 8 (H2)', () => {
    const sixAndSeven = '{"target_pid":"","metadata":[]}';
    const sevenAndEight = '{"target_pid":"","heartbeat_interval":"soon"}';

    expect(refused(sixAndSeven).text).toBe('Invalid relay configuration');
    expect(refused(sevenAndEight).text).toBe('Invalid target PID');
  });

  it('needs no target when the relay owns it (H1)', () => {
    const config = taken(decodeRelayHeader('{"metadata":{"a":1}}', { owned: true }));

    expect(config).toMatchObject({ target: undefined, metadata: { a: 1 } });
  });

  it('takes 64 KiB and refuses more than 256 KiB (H8, H2 row 6b)', () => {
    const long = (length: number) => header({ metadata: { text: 'x'.repeat(length) } });

    expect(taken(decodeRelayHeader(long(64 * 1024))).target).toBe(PID);
    expect(refused(long(256 * 1024)).text).toBe('Invalid relay configuration');
  });

  it('never quotes the header in its texts (H4)', () => {
    const refusal = refused('{"target_pid": secret');

    expect(JSON.stringify(refusal)).not.toContain('secret');
  });

  it('freezes metadata deep (H9)', () => {
    const { metadata } = taken(decodeRelayHeader(header({ metadata: { a: { b: [{}] } } })));
    const a = metadata.a as { b: object[] };

    expect([metadata, a, a.b, a.b[0]].every(Object.isFrozen)).toBe(true);
    expect(Object.isFrozen(taken(decodeRelayHeader(header({}))).metadata)).toBe(true);
  });

  it('keeps __proto__ as a key of its own (H9)', () => {
    const text = `{"target_pid":"${PID}","metadata":{"__proto__":{"admin":true}}}`;
    const { metadata } = taken(decodeRelayHeader(text));

    expect(Object.hasOwn(metadata, '__proto__')).toBe(true);
    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(metadata.admin).toBeUndefined();
    expect(Object.isFrozen(Reflect.get(metadata, '__proto__'))).toBe(true);
  });

  it('takes metadata nested as deep as a header can hold (H8)', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const text = `{"target_pid":"${PID}","metadata":{"deep":${deep}}}`;

    expect(taken(decodeRelayHeader(text)).target).toBe(PID);
  });

  it('answers every text with a config or a refusal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(decodeRelayHeader(text)._tag).toMatch(/Left|Right/);
      }),
    );
  });
});

describe('encodeRelayHeader', () => {
  it('leaves out what is not given', () => {
    expect(encodeRelayHeader({ target_pid: PID, metadata: undefined })).toBe(
      `{"target_pid":"${PID}"}`,
    );
  });

  it('escapes what a header may not hold (H8)', () => {
    expect(encodeRelayHeader({ metadata: { name: 'Zoë 🎈\u007f\r\n' } })).toBe(
      '{"metadata":{"name":"Zo\\u00eb \\ud83c\\udf88\\u007f\\r\\n"}}',
    );
  });

  it.each([
    { what: 'a Date', expires_at: new Date(1_900_000_000_000), expected: 1_900_000_000_000 },
    { what: 'the first Date of all', expires_at: new Date(0), expected: 1 },
    { what: '0', expires_at: 0, expected: 0 },
    { what: 'nothing', expires_at: undefined, expected: 0 },
  ])('hands $what over as a time (X13)', ({ expires_at, expected }) => {
    const text = encodeRelayHeader({ target_pid: PID, expires_at });

    expect(taken(decodeRelayHeader(text)).expires_at).toBe(expected);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, new Date('soon'), {}])(
    'has %p refused, and not taken for no expiry (X13, H2 row 8c)',
    (expires_at) => {
      const text = encodeRelayHeader({ target_pid: PID, expires_at: expires_at as number });

      expect(refused(text)).toMatchObject({ field: 'expires_at' });
    },
  );

  it('says what cannot be written', () => {
    const metadata: Record<string, unknown> = {};
    metadata.self = metadata;

    expect(() => encodeRelayHeader({ metadata })).toThrow(
      'metadata.self: an object that contains itself cannot be sent as JSON',
    );
    expect(() => encodeRelayHeader({ metadata: { n: 1n } })).toThrow(
      expect.objectContaining({ code: 'Invalid' }),
    );
  });

  it('is undone by decodeRelayHeader, in printable ASCII only', () => {
    const text = fc.string({ unit: 'binary' });
    const json = fc.dictionary(text, fc.jsonValue({ stringUnit: 'binary' }));
    fc.assert(
      fc.property(json, (metadata) => {
        const encoded = encodeRelayHeader({ target_pid: PID, metadata });

        expect(encoded).toMatch(/^[\x20-\x7e]*$/);
        expect(taken(decodeRelayHeader(encoded)).metadata).toEqual(
          JSON.parse(JSON.stringify(metadata)),
        );
      }),
    );
  });
});
