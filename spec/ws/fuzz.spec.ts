import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FrameReader } from '../../lib/testing/faults/frameReader.js';
import { cleanUp } from '../express/support.js';
import { judge } from '../support/frameModel.js';
import { framesBytes } from '../support/frames.js';
import { anyStream, pieces, sizes, validFrames } from '../support/streams.js';
import { byPipe, byTcp, runs, SEED, say, type Way } from './fuzzing.js';
import { census, goodClient, settle, type Witnessed, witnessed } from './witness.js';

const MAX = 2_000;

let server: Witnessed;
let baseline: object;

beforeAll(async () => {
  server = await witnessed({ maxPayload: MAX, pingInterval: '1h' });
  baseline = await census(server);
});
afterAll(cleanUp);

const PONG = framesBytes({ opcode: 10 });

/** What a client's stream brought about. */
async function outcome(way: Way, stream: Buffer, cut: readonly number[]) {
  const { target, visit } = server.next();
  const back = await say(server, way, [Buffer.from(target.request), ...pieces(stream, cut)]);
  await visit.exit;
  const end = back.indexOf('\r\n\r\n') + 4;
  const frames = new FrameReader().read(back.subarray(end));
  const [close, ...more] = frames.filter(({ opcode }) => opcode === 8);
  const code = close && (close.payload.length < 2 ? 1005 : close.payload.readUInt16BE());
  const [join, ...messages] = visit.heard;
  const leave = messages.pop();
  expect([join, more]).toEqual(['join', []]);
  return { messages, end: { code, leave: String(leave).replace(/^leave: /, '') } };
}

describe(`a client's frames (seed ${SEED})`, () => {
  const isDelivered = async (way: Way, stream: Buffer, cut: readonly number[]): Promise<void> => {
    const { messages, ends } = judge(stream, MAX);
    const seen = await outcome(way, stream, cut);

    expect(seen.messages).toEqual(messages);
    expect(ends).toContainEqual(seen.end);
  };
  const valid = validFrames.map((frames) => framesBytes(...frames));

  it('are delivered exactly if they are right, in whatever pieces they come (L2, L4)', async () => {
    const property = fc.asyncProperty(valid, sizes, async (stream, cut) => {
      expect(judge(stream, MAX).ends.map(({ leave }) => leave)).not.toContain('protocol error');
      await isDelivered(byPipe, stream, cut);
    });
    await fc.assert(property, runs());
    await settle(server, baseline);
  }, 120_000);

  it('are delivered up to the first fault, and nothing after it (cause k)', async () => {
    await fc.assert(
      fc.asyncProperty(anyStream, sizes, (...given) => isDelivered(byPipe, ...given)),
      runs(),
    );
    await settle(server, baseline);
  }, 120_000);

  it('are so also where a turn is over in the midst of them (Q6)', async () => {
    const before = fc
      .integer({ min: 200, max: 300 })
      .map((count) => Buffer.concat(Array(count).fill(PONG)));
    const long = fc.tuple(before, anyStream).map((parts) => Buffer.concat(parts));
    const property = fc.asyncProperty(
      long,
      fc.constantFrom(7, 500, 20_000),
      async (stream, cut) => {
        const { messages, ends } = judge(stream, MAX);
        const seen = await outcome(byPipe, stream, [cut]);

        expect(seen.messages).toEqual(messages);
        // The end of TCP may be known before a fault is found; then no close frame goes out.
        expect(ends.map(({ leave }) => leave)).toContain(seen.end.leave);
      },
    );
    await fc.assert(property, runs(0.2));
    await settle(server, baseline);
  }, 120_000);

  it('are so by TCP as well', async () => {
    await fc.assert(
      fc.asyncProperty(anyStream, sizes, (...given) => isDelivered(byTcp, ...given)),
      runs(0.1),
    );
    await settle(server, baseline);
  }, 120_000);

  it('of one do not concern another', async () => {
    const serveGood = await goodClient(server);
    await fc.assert(
      fc.asyncProperty(fc.array(anyStream, { maxLength: 8 }), sizes, async (streams, cut) => {
        await Promise.all(streams.map((stream) => isDelivered(byPipe, stream, cut)));
        await serveGood();
      }),
      runs(0.05),
    );
  }, 120_000);
});
