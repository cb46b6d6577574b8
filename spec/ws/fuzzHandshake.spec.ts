import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cleanUp } from '../express/support.js';
import { anyHandshake, type Handshake, rightHandshake } from '../support/handshakes.js';
import { pieces, sizes } from '../support/streams.js';
import { byPipe, byTcp, runs, SEED, say, type Way } from './fuzzing.js';
import { census, goodClient, settle, type Witnessed, witnessed } from './witness.js';

let server: Witnessed;
let baseline: object;
/** How many connections have opened so far. */
let opened = 0;

beforeAll(async () => {
  server = await witnessed({ pingInterval: '1h' });
  server.relay.connections$.subscribe(({ type }) => {
    if (type === 'opened') opened++;
  });
  baseline = await census(server);
});
afterAll(cleanUp);

const acceptOf = (request: string): string => {
  const key = /sec-websocket-key: (.*)\r\n/i.exec(request)?.[1] ?? '';
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
};

/** Checks that a connection opens if and only if the answer is a 101, and that this may be. */
async function isAnswered(way: Way, handshake: Handshake, cut: readonly number[]): Promise<void> {
  const before = opened;
  const { bytes } = handshake;
  const back = (await say(server, way, pieces(bytes, cut))).toString('latin1');
  const statuses = [...back.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));

  expect(opened - before).toBe(statuses.filter((status) => status === 101).length);
  expect(statuses.filter((status) => status > 101 && (status < 400 || status === 500))).toEqual([]);
  if (handshake.isRight === false) expect(statuses).not.toContain(101);
  if (handshake.isRight === true) {
    expect(statuses).toEqual([101]);
    expect(back).toContain(`Sec-WebSocket-Accept: ${acceptOf(bytes.toString('latin1'))}\r\n`);
  }
}

describe(`a handshake (seed ${SEED})`, () => {
  it('is answered with 101 if it is right, however it is written and cut (H2 row 12)', async () => {
    await fc.assert(
      fc.asyncProperty(rightHandshake, sizes, (...given) => isAnswered(byPipe, ...given)),
      runs(0.5),
    );
    await settle(server, baseline);
  }, 120_000);

  it('opens nothing if it is wrong, and never ends the server (H2 row 2)', async () => {
    await fc.assert(
      fc.asyncProperty(anyHandshake, sizes, (...given) => isAnswered(byPipe, ...given)),
      runs(),
    );
    await settle(server, baseline);
    await (await goodClient(server))();
  }, 120_000);

  it('is treated so by TCP as well', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(rightHandshake, anyHandshake), sizes, (...given) =>
        isAnswered(byTcp, ...given),
      ),
      runs(0.1),
    );
  }, 120_000);
});
