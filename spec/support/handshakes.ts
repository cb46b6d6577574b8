import fc from 'fast-check';

/** Upgrade requests, right and wrong, and what may be said about them without a parser of HTTP. */

/** A request as its parts. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly version: string;
  /** Lines in order: names may stand there twice, or without a value. */
  readonly headers: readonly (readonly [string, string])[];
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const line = (name: string, ...values: readonly string[]) =>
  fc.constantFrom(...values).map((value) => [name, value] as const);

/** How a right request may be written. */
const rightHeaders = fc
  .tuple(
    line('Host', 'localhost', 'localhost:8080', '127.0.0.1'),
    line('Connection', 'Upgrade', 'upgrade', 'keep-alive, Upgrade'),
    line('UPGRADE', 'websocket', 'WebSocket'),
    line('Sec-WebSocket-Version', '13'),
    fc.uint8Array({ minLength: 16, maxLength: 16 }).map((key) => {
      return ['sec-websocket-key', Buffer.from(key).toString('base64')] as const;
    }),
    line('X-Other', '', 'a', 'x'.repeat(300)),
  )
  .chain((lines) => fc.shuffledSubarray(lines, { minLength: lines.length }));

const right: fc.Arbitrary<Request> = fc.record({
  method: fc.constant('GET'),
  path: fc.constant(''),
  version: fc.constant('HTTP/1.1'),
  headers: rightHeaders,
});

/** Lines that make a right request wrong, or do not. */
const strange = fc.oneof(
  line('Sec-WebSocket-Version', '8', '14', '13, 8', ''),
  line('Sec-WebSocket-Key', '', 'short', KEY, `${KEY}=`, '!'.repeat(24)),
  line('Upgrade', 'h2c', 'websocket, h2c', 'WEBSOCKET', ''),
  line('Connection', 'close', 'keep-alive', 'Upgrade, close', ''),
  line('Content-Length', '0', '5', '-1', 'x', '99999999999999999999'),
  line('Transfer-Encoding', 'chunked', 'identity', 'gzip'),
  line('Origin', 'https://evil.example', 'null', 'http://localhost', ''),
  line('Host', 'other', '', 'a b', '[::1'),
  line('Expect', '100-continue', 'x'),
  line('Sec-WebSocket-Protocol', 'chat', 'a,a', '', ' ,', 'a b', '"'),
  line('Sec-WebSocket-Extensions', 'permessage-deflate', ';;;', 'x; y="', 'a, a'),
  line('', 'no name'),
  line('a b', 'a space'),
  line('X', 'a\rb', 'a\nb', 'a\0b', 'é'),
  line('X-Long', 'x'.repeat(20_000)),
  fc.tuple(fc.string({ unit: 'binary-ascii', maxLength: 8 }), fc.string({ maxLength: 20 })),
);

const wrong: fc.Arbitrary<Request> = fc
  .record({
    request: right,
    method: fc.constantFrom(
      'GET',
      'GET',
      'GET',
      'POST',
      'HEAD',
      'OPTIONS',
      'CONNECT',
      'PRI',
      'get',
      '',
    ),
    version: fc.constantFrom(
      'HTTP/1.1',
      'HTTP/1.1',
      'HTTP/1.0',
      'HTTP/2.0',
      'HTTP/0.9',
      'HTTP',
      '',
    ),
    path: fc.oneof(
      fc.constantFrom('', '?a', '/..', '//', '%', '%00', '?'.repeat(3_000), '#', ' ', '\\'),
      fc.string({ unit: 'binary-ascii', maxLength: 12 }),
    ),
    without: fc.option(fc.nat(5), { nil: undefined }),
    more: fc.array(strange, { maxLength: 3 }),
    at: fc.nat(6),
  })
  .map(({ request, without, more, at, ...start }) => {
    const kept = request.headers.filter((_line, i) => i !== without);
    return { ...start, headers: [...kept.slice(0, at), ...more, ...kept.slice(at)] };
  });

const bytesOf = ({ method, path, version, headers }: Request): Buffer => {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`${method} /${path} ${version}\r\n${lines}\r\n`, 'latin1');
};

/** A handshake of which it is known whether it must succeed; where it is not, `isRight` is undefined. */
export interface Handshake {
  readonly bytes: Buffer;
  readonly isRight: boolean | undefined;
}

export const rightHandshake: fc.Arbitrary<Handshake> = right.map((request) => ({
  bytes: bytesOf(request),
  isRight: true,
}));

const REQUIRED: Readonly<Record<string, RegExp>> = {
  connection: /(^|,)\s*upgrade\s*(,|$)/i,
  upgrade: /(^|,)\s*websocket\s*(,|$)/i,
  'sec-websocket-version': /^13$/,
  'sec-websocket-key': /^[+/0-9A-Za-z]{22}==$/,
};

/** Whether something that a handshake needs is in no line at all: 1.1 or higher, say (RFC 6455 §4.2.1). */
const lacks = ({ method, version, headers }: Request): boolean =>
  method !== 'GET' ||
  !['HTTP/1.1', 'HTTP/2.0'].includes(version) ||
  Object.entries(REQUIRED).some(
    ([required, form]) =>
      !headers.some(([name, value]) => name.toLowerCase() === required && form.test(value.trim())),
  );

export const anyHandshake: fc.Arbitrary<Handshake> = fc.oneof(
  wrong.map((request) => ({
    bytes: bytesOf(request),
    isRight: lacks(request) ? false : undefined,
  })),
  fc.tuple(right, fc.nat(400), fc.nat(255), fc.nat(3)).map(
    ([request, place, byte, how]): Handshake => ({
      bytes: damage(bytesOf(request), place, byte, how),
      isRight: undefined,
    }),
  ),
  fc.uint8Array({ maxLength: 80 }).map((data) => ({
    bytes: Buffer.from(data),
    isRight: false,
  })),
);

function damage(bytes: Buffer, place: number, byte: number, how: number): Buffer {
  const at = place % bytes.length;
  const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
  if (how === 0) return Buffer.concat([head, Buffer.of(byte), tail.subarray(1)]);
  if (how === 1) return Buffer.concat([head, tail.subarray(1)]);
  if (how === 2) return Buffer.concat([head, Buffer.of(byte), tail]);
  return head;
}
