import { afterEach, describe, expect, it } from '@jest/globals';
import type { Receipts, SendOptions } from '../../lib/relay/index.js';
import type { ServerSocket } from '../../lib/ws/serverSocket.js';
import { cleanUp, within } from '../express/support.js';
import { deferred, turns } from '../support/runtime.js';
import { connect, connectRaw, type End, stall, texts, wire } from './support.js';

afterEach(cleanUp);

const KIB = 1024;
const MIB = 1024 * KIB;

const how = (fields: Partial<SendOptions>): SendOptions => ({
  overflow: undefined,
  key: '',
  ref: undefined,
  from: '{main|0x1}',
  ...fields,
});
const dropOldest = how({ overflow: 'dropOldest' });

/** What a socket says of its frames: drops by reason, and outcomes in order. */
function receiptsOf({ socket }: End) {
  const drops = { overflow: 0, replaced: 0 };
  const outcomes: unknown[] = [];
  const told = { drops, outcomes, settled: deferred() };
  const receipts: Receipts = {
    settled: (fate, options) => {
      if (fate === 'overflow' || fate === 'replaced') drops[fate]++;
      if (options?.ref === undefined) return;
      outcomes.push(`${options.ref} ${fate}`);
      told.settled.resolve();
    },
  };
  socket.track(receipts);
  return told;
}

/** The payloads of a server's text frames in what was read, each below 126 bytes. */
const framesIn = (text: string, start: string): string[] =>
  text.split('\x81').flatMap((part) => (part.slice(1).startsWith(start) ? [part.slice(1)] : []));

describe("overflow: 'latest'", () => {
  it('holds the newest of 100 keys for a client that stands still, whatever is sent, and no other client waits (W8)', async () => {
    const SENDS = 1_000_000;
    const server = await wire();
    const { raw, end } = await connectRaw(server);
    const other = await connect(server);
    const { drops } = receiptsOf(end);
    raw.socket.pause();
    await stall(end);
    const before = end.socket.buffered;
    let slowest = 0;
    let most = 0;
    for (let n = 0; n < SENDS; n++) {
      end.socket.write(`v:${n}`, how({ overflow: 'latest', key: `${n % 100}` }));
      if (n % 50_000 > 0) continue;
      most = Math.max(most, end.socket.buffered - before);
      const asked = performance.now();
      other.end.socket.write(`${n}`);
      expect(await other.client.next()).toBe(`${n}`);
      slowest = Math.max(slowest, performance.now() - asked);
    }

    expect(drops).toEqual({ overflow: 0, replaced: SENDS - 100 });
    expect(most).toBeLessThan(100 * 12);
    expect(slowest).toBeLessThan(1_000);
    raw.text = '';
    raw.socket.resume();
    await raw.until(/v:999999/);
    const newest = Array.from({ length: 100 }, (_, n) => `v:${SENDS - 100 + n}`);
    expect(framesIn(raw.text, 'v:')).toEqual(newest);
    expect(end.events).toEqual([]);
  }, 30_000);

  it('keeps one frame where nobody gives a key, if the relay says so (W7, W8)', async () => {
    const { raw, end } = await connectRaw(await wire({ overflow: 'latest' }));
    const { drops } = receiptsOf(end);
    raw.socket.pause();
    await stall(end);
    for (const text of ['v:1', 'v:2', 'v:3']) end.socket.write(text);
    raw.socket.resume();
    await raw.until(/v:3/);

    expect(framesIn(raw.text, 'v:')).toEqual(['v:3']);
    expect(drops).toEqual({ overflow: 0, replaced: 2 });
  });
});

describe("overflow: 'dropOldest'", () => {
  it('bounds what waits by maxBuffered, drops the oldest, and closes nobody (W7)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: MIB }));
    const { drops } = receiptsOf(end);
    raw.socket.pause();
    await stall(end);
    for (let n = 0; n < 300_000; n++) end.socket.write(`v:${n}`.padEnd(98), dropOldest);

    expect(end.socket.buffered).toBeLessThanOrEqual(MIB + 64 * KIB + 10);
    expect(end.socket.buffered).toBeGreaterThan(MIB - 100);
    raw.text = '';
    raw.socket.resume();
    await raw.until(/v:299999/);
    const got = framesIn(raw.text, 'v:').map((text) => Number(text.trim().slice(2)));
    expect(got[0]).toBe(drops.overflow);
    expect(got).toEqual(got.map((_, n) => drops.overflow + n));
    expect(got.length + drops.overflow).toBe(300_000);
    expect(end.events).toEqual([]);
  }, 20_000);

  it('drops none of policy close for others, and is dropped itself where nothing else may be (W7)', async () => {
    const { raw, end } = await connectRaw(await wire({ maxBuffered: 256 * KIB }));
    const told = receiptsOf(end);
    raw.socket.pause();
    await stall(end);
    let kept = 0;
    const room = () => 256 * KIB + 64 * KIB - end.socket.buffered;
    for (; room() > 2_000; kept++) end.socket.write(`keep:${kept}`.padEnd(1_000));
    for (let n = 0; n < 50; n++) end.socket.write('drop:'.padEnd(1_000), dropOldest);
    // Of policy close: it takes the place of what may be dropped, and then there is none.
    expect(end.socket.write('keep:!'.padEnd(1_000))).toBe(true);
    expect(told.drops.overflow).toBe(50);
    expect(end.events).toEqual([]);
    expect(end.socket.write('keep:?'.padEnd(2_000))).toBe(false);
    expect(texts(end.events)).toEqual(['congested']);
    raw.text = '';
    raw.socket.resume();
    await raw.until(/keep:!/);

    expect(raw.text.match(/keep:\d/g)).toHaveLength(kept);
    expect(raw.text).not.toContain('drop:');
  });

  it('is still a client that does not read when nothing leaves for an interval (Q2)', async () => {
    const { raw, end } = await connectRaw(await wire({ overflow: 'dropOldest' }));
    raw.socket.pause();
    await stall(end);
    for (let check = 0; check < 3; check++) {
      for (let n = 0; n < 1_000; n++) end.socket.write(new Uint8Array(64 * KIB));
      (end.socket as ServerSocket).check();
      await turns(12);
    }

    expect(texts(end.events)).toEqual(['congested']);
  });
});

describe("overflow: 'close'", () => {
  it.each([
    { what: 'nothing waits yet', before: undefined },
    { what: 'something does', before: how({ ref: 1 }) },
  ])(
    'takes no more than maxBuffered beside the largest in one turn where $what (Q2)',
    async ({ before }) => {
      const { end } = await connect(await wire({ maxBuffered: MIB }));
      end.socket.write('first', before);
      let taken = 0;
      while (end.socket.write(new Uint8Array(64 * KIB - 10)) && taken < 100) taken++;

      expect(taken).toBe(17);
      expect(texts(end.events)).toEqual(['congested']);
    },
  );
});

describe('frames that wait', () => {
  it('never reach a client cut in half, and keep their order across keys of none (W3)', async () => {
    const { client, end } = await connect(await wire({ maxBuffered: 64 * MIB }));
    const sent: string[] = [];
    for (let n = 0; n < 2_000; n++) {
      const data = `${n}:`.padEnd(1 + ((n * 7_919) % 30_000), 'x');
      sent.push(data);
      end.socket.write(data, n % 3 === 0 ? dropOldest : undefined);
    }
    const got: unknown[] = [];
    while (got.length < sent.length) got.push(await client.next());

    expect(got).toEqual(sent);
  });

  it('leave before the close frame, however many they are (W3)', async () => {
    const { client, end } = await connect(await wire());
    for (let n = 0; n < 1_000; n++) end.socket.write(`${n}`.padEnd(1_000), dropOldest);
    end.socket.close(4000, 'done');
    let got = 0;
    client.socket.on('message', () => got++);

    expect(await within(client.closed, 'the close')).toEqual({ code: 4000, reason: 'done' });
    expect(got).toBe(1_000);
  });

  it('cost no listener once they have left', async () => {
    const { raw, end } = await connectRaw(await wire());
    const before = end.net.listenerCount('drain');
    raw.socket.pause();
    await stall(end);
    end.socket.write('v:last');
    await turns(4);
    expect(end.net.listenerCount('drain')).toBe(before + 1);
    raw.socket.resume();
    await raw.until(/v:last/);
    await turns(4);

    expect(end.net.listenerCount('drain')).toBe(before);
    expect(end.socket.buffered).toBe(0);
  });
});

describe('a frame with an ack (W9)', () => {
  it('is sent when its bytes have left, not before', async () => {
    const { raw, end } = await connectRaw(await wire());
    const { outcomes, settled } = receiptsOf(end);
    raw.socket.pause();
    await stall(end);
    end.socket.write('v:1', how({ ref: 'a' }));
    await turns(12);
    expect(outcomes).toEqual([]);
    raw.socket.resume();
    await within(settled.promise, 'the receipt');

    expect(outcomes).toEqual(['a sent']);
  });

  it('is dropped when the connection ends first, waiting or on its way, and once', async () => {
    const { raw, end } = await connectRaw(await wire());
    const { outcomes } = receiptsOf(end);
    raw.socket.pause();
    await stall(end);
    end.socket.write('v:1', how({ ref: 'a' }));
    end.socket.write('v:2', how({ ref: 'b', overflow: 'latest' }));
    await turns(2);
    (end.socket as ServerSocket).terminate();
    expect(outcomes).toEqual(['a closing', 'b closing']);
    await end.seen('closed');
    await turns(12);

    expect(outcomes).toEqual(['a closing', 'b closing']);
    expect(end.socket.write('v:3', how({ ref: 'c' }))).toBe(false);
  });
});
