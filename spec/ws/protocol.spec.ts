import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Peer } from '../../lib/testing/faults/peer.js';
import { cleanUp } from '../express/support.js';
import { closePayload, closing, type Frame, frameBytes, framesBytes } from '../support/frames.js';
import { pieces } from '../support/streams.js';
import { byPipe, say } from './fuzzing.js';
import { attack, goodClient, type Witnessed, witnessed } from './witness.js';

const MAX = 4_096;
let server: Witnessed;
let serveGood: () => Promise<void>;

beforeAll(async () => {
  server = await witnessed({ maxPayload: MAX });
  serveGood = await goodClient(server);
});
afterAll(cleanUp);

/** What stands behind a fault, and must not be heard. */
const AFTER: Frame = { payload: 'after the fault' };

interface Row {
  readonly what: string;
  readonly frames: readonly Frame[];
  /** What is heard before the fault. */
  readonly before?: readonly string[];
}

const REASONS: Readonly<Record<number, string>> = {
  1002: 'protocol error',
  1007: 'invalid payload',
  1009: 'message too big',
};

/** The rows of one code; a good client is served after each of them. */
function closes(code: number, rows: readonly Row[]): void {
  it.each(rows)(`closes with ${code} for $what (cause k)`, async ({ frames, before = [] }) => {
    const fate = await attack(server, framesBytes(...frames, AFTER));

    const reason = REASONS[code];
    expect(fate.code).toBe(code);
    expect(fate.heard).toEqual(['join', ...before, `leave: ${reason}`]);
    expect(fate.exit).toBe(`error connection closed: ${code} ${reason}`);
    await serveGood();
  });
}

const hex = (opcode: number): string => `0x${opcode.toString(16)}`;
const ping = (payload: string | Uint8Array): Frame => ({ opcode: 9, payload });
const begin = (payload: string | Uint8Array = 'be'): Frame => ({ payload, fin: false });
const go = (payload: string | Uint8Array = 'gin', fin = true): Frame => ({
  opcode: 0,
  payload,
  fin,
});
const HELLO: Frame = { payload: 'hello' };

describe('a client that breaks the framing', () => {
  closes(1002, [
    ...[1, 2, 8, 9, 10].map((opcode) => ({
      what: `a frame ${hex(opcode)} that is not masked`,
      frames: [{ opcode, mask: null }],
    })),
    { what: 'a fragment that is not masked', frames: [begin(), { ...go(), mask: null }] },
    ...[1, 2, 3, 4, 5, 6, 7].flatMap((rsv) => [
      { what: `reserved bits ${rsv} of a text`, frames: [{ ...HELLO, rsv }] },
      { what: `reserved bits ${rsv} of a ping`, frames: [{ opcode: 9, rsv }] },
      { what: `reserved bits ${rsv} of a close frame`, frames: [{ ...closing(1000), rsv }] },
      { what: `reserved bits ${rsv} of a fragment`, frames: [begin(), { ...go(), rsv }] },
    ]),
    ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
      { what: `the reserved opcode ${hex(opcode)}`, frames: [{ opcode, payload: 'x' }] },
      { what: `${hex(opcode)} without its end`, frames: [{ opcode, fin: false }] },
      { what: `${hex(opcode)} between fragments`, frames: [begin(), { opcode }, go()] },
    ]),
  ]);
  closes(1002, [
    { what: 'a fault behind a message', frames: [HELLO, { opcode: 3 }], before: ['hello'] },
    { what: 'a continuation of nothing', frames: [go()] },
    { what: 'a continuation of nothing, to be continued', frames: [go('gin', false)] },
    {
      what: 'a continuation of what is whole',
      frames: [begin(), go(), go()],
      before: ['begin'],
    },
    { what: 'a text inside a message', frames: [begin(), HELLO] },
    { what: 'bytes inside a message', frames: [begin(), { opcode: 2 }] },
    { what: 'a new message inside one of bytes', frames: [{ opcode: 2, fin: false }, begin()] },
  ]);
});

describe('a fault that is found in a later turn', () => {
  it('is the last that is read of a client, in whatever pieces the rest came (Q6, cause k)', async () => {
    const { target, visit } = server.next();
    const stream = framesBytes(
      ...Array<Frame>(300).fill({ opcode: 10 }),
      { opcode: 3 },
      ...Array<Frame>(50).fill(AFTER),
    );

    await say(server, byPipe, [Buffer.from(target.request), ...pieces(stream, [7])]);

    expect(await visit.exit).toBe('error connection closed: 1002 protocol error');
    expect(visit.heard).toEqual(['join', 'leave: protocol error']);
    await serveGood();
  });
});

describe('a client that breaks a control frame', () => {
  const long = 'x'.repeat(126);
  closes(1002, [
    ...[8, 9, 10].flatMap((opcode) => [
      { what: `${hex(opcode)} in fragments`, frames: [{ opcode, fin: false }, go('')] },
      { what: `${hex(opcode)} of 126 bytes`, frames: [{ opcode, payload: long }] },
      {
        what: `${hex(opcode)} of 70,000 bytes`,
        frames: [{ opcode, payload: 'x'.repeat(70_000) }],
      },
      {
        what: `${hex(opcode)} with its length in 2 bytes`,
        frames: [{ opcode, lengthBytes: 2 } as const],
      },
      {
        what: `${hex(opcode)} with its length in 8 bytes`,
        frames: [{ opcode, lengthBytes: 8 } as const],
      },
    ]),
    { what: 'a close payload of 1 byte', frames: [{ opcode: 8, payload: Buffer.of(3) }] },
    { what: 'a close frame inside a ping', frames: [{ ...ping(''), fin: false }, closing(1000)] },
  ]);
});

describe('a client that says too much', () => {
  closes(1009, [
    { what: 'one byte too many', frames: [{ opcode: 2, payload: new Uint8Array(MAX + 1) }] },
    { what: 'one byte too many in the last fragment', frames: [begin('x'.repeat(MAX)), go('x')] },
    { what: 'a length of 2^31', frames: [{ length: 2n ** 31n }] },
    { what: 'a length of 2^53', frames: [{ length: 2n ** 53n }] },
    { what: 'a length of 2^63, the top bit', frames: [{ length: 2n ** 63n }] },
    { what: 'a length of 2^64 - 1', frames: [{ length: 2n ** 64n - 1n }] },
  ]);

  it('hears as much as there may be', async () => {
    const payload = 'x'.repeat(MAX);

    const { heard } = await attack(server, framesBytes({ payload }, closing(1000)));

    expect(heard).toEqual(['join', payload, 'leave: client closed']);
  });

  it.each([
    { size: 0, lengthBytes: 2 },
    { size: 125, lengthBytes: 2 },
    { size: 5, lengthBytes: 8 },
    { size: 300, lengthBytes: 8 },
  ] as const)(
    'is heard with a length of $size in $lengthBytes bytes more than needed',
    async ({ size, lengthBytes }) => {
      const payload = 'x'.repeat(size);

      const { heard, code } = await attack(
        server,
        framesBytes({ payload, lengthBytes }, closing(1000)),
      );

      expect([heard, code]).toEqual([['join', payload, 'leave: client closed'], 1000]);
    },
  );
});

/** What is no UTF-8 (RFC 3629 §3). */
const INVALID = [
  { what: 'a byte that is never there', bytes: [0xff] },
  { what: 'a continuation alone', bytes: [0x80] },
  { what: 'a cut letter of two', bytes: [0xc3] },
  { what: 'a cut letter of three', bytes: [0xe2, 0x82] },
  { what: 'a cut letter of four', bytes: [0xf0, 0x9f, 0x98] },
  { what: 'an overlong letter of two', bytes: [0xc0, 0xaf] },
  { what: 'an overlong letter of three', bytes: [0xe0, 0x80, 0xaf] },
  { what: 'an overlong letter of four', bytes: [0xf0, 0x80, 0x80, 0xaf] },
  { what: 'an overlong zero', bytes: [0xc0, 0x80] },
  { what: 'the first surrogate', bytes: [0xed, 0xa0, 0x80] },
  { what: 'the last surrogate', bytes: [0xed, 0xbf, 0xbf] },
  { what: 'a pair of surrogates', bytes: [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80] },
  { what: 'U+110000', bytes: [0xf4, 0x90, 0x80, 0x80] },
  { what: 'a letter of five', bytes: [0xf8, 0x88, 0x80, 0x80, 0x80] },
].map(({ what, bytes }) => ({ what, bytes: Buffer.from(bytes) }));

const between = (bytes: Buffer): Buffer => Buffer.concat([Buffer.from('aé'), bytes, Buffer.of(98)]);

describe('a client whose text is not UTF-8', () => {
  closes(
    1007,
    INVALID.flatMap(({ what, bytes }) => [
      { what, frames: [{ payload: bytes }] },
      { what: `${what} between letters`, frames: [{ payload: between(bytes) }] },
      { what: `${what} in a fragment of its own`, frames: [begin('a'), go(bytes, false), go('b')] },
      { what: `${what} in the reason of a close`, frames: [closing(1000, bytes)] },
      { what: `${what} in a long reason`, frames: [closing(1000, between(bytes))] },
    ]),
  );

  it.each(INVALID)('is heard when $what is binary', async ({ bytes }) => {
    const frames = framesBytes({ opcode: 2, payload: bytes }, closing(1000));

    const { heard } = await attack(server, frames);

    expect(heard).toEqual(['join', new Uint8Array(bytes), 'leave: client closed']);
  });
});

describe('text in UTF-8', () => {
  const TEXT = '\u0000aéß€\ud7ff\ue000\uffff\u{10000}😀\u{10ffff}z';
  const bytes = Buffer.from(TEXT);
  const cuts = Array.from({ length: bytes.length + 1 }, (_, cut) => cut);
  const expected = ['join', TEXT, 'leave: client closed'];

  it('is whole again, wherever two fragments meet', async () => {
    for (const cut of cuts) {
      const frames = [begin(bytes.subarray(0, cut)), ping('in between'), go(bytes.subarray(cut))];
      const { heard } = await attack(server, framesBytes(...frames, closing(1000)));

      expect([cut, heard]).toEqual([cut, expected]);
    }
  });

  it('is whole again in fragments of one byte', async () => {
    const parts = [...bytes].map((byte) => go(Buffer.of(byte), false));

    const { heard } = await attack(server, framesBytes(begin(''), ...parts, go(''), closing(1000)));

    expect(heard).toEqual(expected);
  });

  it('is whole again, wherever TCP cuts the frame', async () => {
    const stream = framesBytes({ payload: bytes }, closing(1000));
    for (let cut = 1; cut < stream.length; cut++) {
      const { heard } = await attack(server, stream.subarray(0, cut), stream.subarray(cut));

      expect([cut, heard]).toEqual([cut, expected]);
    }
  });

  it('is whole again when TCP brings one byte at a time', async () => {
    const stream = framesBytes({ payload: bytes }, closing(1000));

    const { heard } = await attack(server, ...[...stream].map((byte) => Buffer.of(byte)));

    expect(heard).toEqual(expected);
  });
});

describe('a client that leaves', () => {
  it('may do so without a code (cause a)', async () => {
    const fate = await attack(server, framesBytes({ opcode: 8 }, AFTER));

    expect(fate).toMatchObject({ code: 1005, heard: ['join', 'leave: client closed'] });
  });

  it.each([
    { reason: 'bye' },
    { reason: 'protocol error' },
    { reason: 'grüße €😀' },
    { reason: 'x'.repeat(123) },
  ])('gives its reason, $reason, to the target (cause a, Z5)', async ({ reason }) => {
    const fate = await attack(server, framesBytes(closing(4000, reason), AFTER));

    expect(fate).toMatchObject({ code: 4000, heard: ['join', `leave: ${reason}`] });
  });

  it('may do so in the middle of a message, which is not heard', async () => {
    const fate = await attack(server, framesBytes(begin(), closing(1000), go()));

    expect(fate).toMatchObject({ code: 1000, heard: ['join', 'leave: client closed'] });
  });

  it('is no client whose close frame is cut (cause b)', async () => {
    const bytes = frameBytes({ opcode: 8, payload: closePayload(1000) });
    const { target, visit } = server.next();
    new Peer(target, { open: ({ socket }) => void socket.end(bytes.subarray(0, -1)) });

    expect(await visit.exit).toBe('error connection closed: 1006 connection lost');
    expect(visit.heard).toEqual(['join', 'leave: connection lost']);
  });
});
