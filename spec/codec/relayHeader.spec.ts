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
      target_pid: PID,
      message_topic: 'ws.message',
      heartbeat_interval: 0,
      metadata: {},
    });
  });

  it.each([
    ['"30s"', { heartbeat_interval: '30s' }, { heartbeat_interval: 30_000 }],
    ['a number of milliseconds', { heartbeat_interval: 250 }, { heartbeat_interval: 250 }],
    ['"0s", which is off', { heartbeat_interval: '0s' }, { heartbeat_interval: 0 }],
    ['less than 1 ms, which is 1', { heartbeat_interval: '10us' }, { heartbeat_interval: 1 }],
    ['a topic', { message_topic: 'chat.line' }, { message_topic: 'chat.line' }],
    ['the empty topic', { message_topic: '' }, { message_topic: 'ws.message' }],
    ['metadata', { metadata: { a: { b: [1] } } }, { metadata: { a: { b: [1] } } }],
    [
      'null for every optional field',
      { message_topic: null, heartbeat_interval: null, metadata: null },
      { message_topic: 'ws.message', heartbeat_interval: 0, metadata: {} },
    ],
    ['unknown fields, ignored', { colour: 'red' }, {}],
    ['keys in another case, ignored', { Metadata: { a: 1 } }, { metadata: {} }],
  ])('takes %s (H5, H7)', (_what, fields, expected) => {
    expect(taken(decodeRelayHeader(header(fields)))).toMatchObject(expected);
  });

  it('takes the last of duplicate keys (H5)', () => {
    const text = `{"target_pid":"nobody","target_pid":"${PID}"}`;
    expect(taken(decodeRelayHeader(text)).target_pid).toBe(PID);
  });

  it.each([
    ['no JSON', '6c', 'target', 'X-WS-Relay'],
    ['an empty header', '6c', '', 'X-WS-Relay'],
    ['an array', '6d', '[]', 'X-WS-Relay'],
    ['null', '6d', 'null', 'X-WS-Relay'],
    ['a string', '6d', `"${PID}"`, 'X-WS-Relay'],
    ['a numeric target', '6e', '{"target_pid":5}', 'target_pid'],
    ['a numeric topic', '6e', header({ message_topic: 5 }), 'message_topic'],
    ['a boolean interval', '6e', header({ heartbeat_interval: true }), 'heartbeat_interval'],
    ['array metadata', '6e', header({ metadata: [] }), 'metadata'],
    ['scalar metadata', '6e', header({ metadata: 'x' }), 'metadata'],
  ])('refuses %s (H2 row %s)', (_what, _row, text, field) => {
    expect(refused(text)).toMatchObject({
      status: 400,
      text: 'Invalid relay configuration',
      field,
    });
  });

  it.each([
    ['missing', '7a', {}],
    ['null', '7a', { target_pid: null }],
    ['empty', '7a', { target_pid: '' }],
    ['unparsable', '7b', { target_pid: '{main0x1}' }],
    ['the name of a process', '7b', { target_pid: 'chat-room' }],
    ['of three parts', '7b', { target_pid: '{a|b|0x00001}' }],
  ])('refuses a target_pid that is %s (H2 row %s)', (_what, _row, fields) => {
    expect(refused(JSON.stringify(fields))).toMatchObject({
      status: 400,
      text: 'Invalid target PID',
      field: 'target_pid',
    });
  });

  it.each([
    ['an unparsable interval', '8a', { heartbeat_interval: '30' }, 'heartbeat_interval'],
    ['a negative interval', '8a', { heartbeat_interval: '-1s' }, 'heartbeat_interval'],
    ['a negative number', '8a', { heartbeat_interval: -1 }, 'heartbeat_interval'],
    ['a system topic', '8b', { message_topic: '@pid/inbox' }, 'message_topic'],
    ['a topic of the relay', '8b', { message_topic: 'ws.join' }, 'message_topic'],
    ['another topic of the relay', '8b', { message_topic: 'ws.control' }, 'message_topic'],
  ])('refuses %s (H2 row %s)', (_what, _row, fields, field) => {
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

    expect(config).toMatchObject({ target_pid: '', metadata: { a: 1 } });
  });

  it('takes 64 KiB and refuses more than 256 KiB (H8, H2 row 6b)', () => {
    const long = (length: number) => header({ metadata: { text: 'x'.repeat(length) } });

    expect(taken(decodeRelayHeader(long(64 * 1024))).target_pid).toBe(PID);
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

    expect(taken(decodeRelayHeader(text)).target_pid).toBe(PID);
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
