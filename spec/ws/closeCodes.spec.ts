import { afterAll, describe, expect, it } from '@jest/globals';
import { cleanUp } from '../express/support.js';
import { closing, frameBytes, isCloseCode } from '../support/frames.js';
import { attack, goodClient, witnessed } from './witness.js';

afterAll(cleanUp);

const CODES = 5_001;
const AT_ONCE = 32;

/** Whether the connection's exit is of the normal class (Z1). */
const isOrderly = (code: number): boolean =>
  [1000, 1001, 1005, 1012].includes(code) || code >= 3000;

/** What a client's close frame brings about: at the client, at the target, at who monitors. */
const expected = (code: number) =>
  isCloseCode(code)
    ? { code, heard: ['join', 'leave: client closed'], isOrderly: isOrderly(code) }
    : { code: 1002, heard: ['join', 'leave: protocol error'], isOrderly: false };

describe('a close frame', () => {
  it(`of every code from 0 to ${CODES - 1} is echoed, or is a protocol error (cause a, k, Z1)`, async () => {
    const server = await witnessed();
    const serveGood = await goodClient(server);
    const wrong: unknown[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      for (let code = next++; code < CODES; code = next++) {
        const fate = await attack(server, frameBytes(closing(code)));
        const seen = { code: fate.code, heard: fate.heard, isOrderly: /^normal/.test(fate.exit) };
        if (JSON.stringify(seen) !== JSON.stringify(expected(code))) wrong.push([code, seen]);
        await serveGood();
      }
    };

    await Promise.all(Array.from({ length: AT_ONCE }, worker));

    expect(wrong).toEqual([]);
    expect(server.relay.count).toBe(1);
  }, 30_000);
});
