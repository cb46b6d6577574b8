import { describe, expect, it } from '@jest/globals';
import type { Receipts, SendOptions } from '../../lib/relay/index.js';
import { UnsentFrames } from '../../lib/ws/unsentFrames.js';
import { heapUsed } from '../support/memory.js';

const ack = (ref: unknown): SendOptions => ({
  overflow: undefined,
  key: '',
  ref,
  from: '{main|0x1}',
});

/** A queue, and what it has told its socket. */
function queue(): { unsent: UnsentFrames; told: unknown[] } {
  const told: unknown[] = [];
  const receipts: Receipts = {
    settled: (fate, options) => void told.push(options?.ref ? `${options.ref} ${fate}` : fate),
  };
  return { unsent: new UnsentFrames({ receipts }), told };
}

/** A frame of as many bytes as its text. */
const text = Buffer.from;

/** What would be written, write by write. */
function drained(unsent: UnsentFrames, limit = 1_000): string[] {
  const writes: string[] = [];
  while (!unsent.isEmpty) writes.push(String(unsent.take(limit).bytes));
  return writes;
}

describe('UnsentFrames', () => {
  it('gives frames in their order, as many as fit into a write, or one (W3)', () => {
    const { unsent } = queue();
    for (const frame of ['aa', 'bb', 'c', 'dddddd', 'e']) unsent.push(text(frame), false);

    expect(unsent.bytes).toBe(12);
    expect(drained(unsent, 4)).toEqual(['aabb', 'c', 'dddddd', 'e']);
    expect(unsent.bytes).toBe(0);
  });

  it('puts a newer value in the place of the last of its key, and counts that (W8)', () => {
    const { unsent, told } = queue();
    unsent.push(text('a1'), true, 'a', ack('first'));
    unsent.push(text('b1'), true, 'b');
    unsent.push(text('plain'), false);
    unsent.push(text('a2, longer'), true, 'a', ack('second'));
    unsent.push(text('b2'), true, 'b');

    expect(told).toEqual(['first replaced', 'replaced']);
    expect(unsent.bytes).toBe(17);
    expect(drained(unsent)).toEqual(['a2, longerb2plain']);
  });

  it('replaces nothing that has been written: the next of its key comes behind (W8)', () => {
    const { unsent, told } = queue();
    unsent.push(text('a1'), true, 'a');
    drained(unsent);
    unsent.push(text('b1'), true, 'b');
    unsent.push(text('a2'), true, 'a');

    expect(drained(unsent)).toEqual(['b1a2']);
    expect(told).toEqual([]);
  });

  it('drops the oldest that may be dropped, and no other (W7)', () => {
    const { unsent, told } = queue();
    unsent.push(text('keep'), false);
    unsent.push(text('one'), true, undefined, ack(1));
    unsent.push(text('two'), true, 'key');
    unsent.push(text('kept'), false);

    expect(unsent.dropOldest()).toBe(true);
    expect(unsent.bytes).toBe(11);
    expect(unsent.dropOldest()).toBe(true);
    expect(unsent.dropOldest()).toBe(false);
    expect(told).toEqual(['1 overflow', 'overflow']);
    // Its place is gone with it.
    unsent.push(text('two again'), true, 'key');
    expect(drained(unsent)).toEqual(['keepkepttwo again']);
  });

  it('sweeps out what was dropped: 1,000,000 drops behind a frame that stays cost little (W7)', () => {
    const { unsent } = queue();
    unsent.push(text('first'), false);
    const before = heapUsed();
    for (let n = 0; n < 1_000_000; n++) {
      unsent.push(text('x'), true);
      if (unsent.bytes > 105) unsent.dropOldest();
    }

    expect(heapUsed() - before).toBeLessThan(64 * 1024 * 1024);
    expect(unsent.bytes).toBe(105);
    expect(drained(unsent)).toEqual([`first${'x'.repeat(100)}`]);
  });

  it('tells acks when their write is done, and those of a write that has failed (W9)', () => {
    const { unsent, told } = queue();
    unsent.push(text('a'), false, undefined, ack('a'));
    unsent.push(text('b'), false, undefined, ack('b'));
    const written = unsent.leaving(unsent.take(1).acks);
    const failed = unsent.leaving(unsent.take(1).acks);

    expect(unsent.isEmpty).toBe(true);
    expect(unsent.isIdle).toBe(false);
    written(null);
    failed(new Error('EPIPE'));
    expect(told).toEqual(['a sent', 'b lost']);
    expect(unsent.isIdle).toBe(true);
  });

  it('settles every ack once at the end, those on their way first (W9)', () => {
    const { unsent, told } = queue();
    unsent.push(text('a'), false, undefined, ack('a'));
    const written = unsent.leaving(unsent.take(1).acks);
    unsent.push(text('b'), true, undefined, ack('b'));
    unsent.push(text('c'), true, 'c', ack('c'));
    unsent.dropOldest();
    unsent.end();
    written(null);
    unsent.end();

    expect(told).toEqual(['b overflow', 'a lost', 'c closing']);
    expect(unsent.isIdle).toBe(true);
  });

  it('drops all that waits, but nothing that is on its way (Q12)', () => {
    const { unsent, told } = queue();
    unsent.push(text('a'), false, undefined, ack('a'));
    const written = unsent.leaving(unsent.take(1).acks);
    for (const ref of ['b', 'c']) unsent.push(text(ref), ref === 'c', ref, ack(ref));
    unsent.dropAll();
    written(null);

    expect(told).toEqual(['b overflow', 'c overflow', 'a sent']);
    expect([unsent.bytes, unsent.dropOldest()]).toEqual([0, false]);
  });
});
