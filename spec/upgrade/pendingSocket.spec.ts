import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { PendingSocket } from '../../lib/upgrade/index.js';
import { heapUsed } from '../support/memory.js';

const owner = { leave: () => {}, onTimeout: () => {} };

/** A pending socket whose client the spec is, after `head`. */
function watched(head = '') {
  const socket = new PassThrough();
  const pending = new PendingSocket(socket as never, Buffer.from(head), owner);
  pending.watch();
  return { socket, pending };
}

describe('PendingSocket', () => {
  it('gives back what came with the request and after it, in order (H15)', () => {
    const { socket, pending } = watched('head ');
    for (const chunk of ['one ', 'two ', 't', 'h', 'r', 'ee'])
      socket.emit('data', Buffer.from(chunk));

    expect(pending.release().toString()).toBe('head one two three');
  });

  it('keeps single bytes as few as they are, not a hundred bytes for each (H15)', () => {
    const { socket, pending } = watched();
    const before = heapUsed();
    for (let n = 0; n < 60_000; n++) socket.emit('data', Buffer.from([n]));

    expect(heapUsed() - before).toBeLessThan(1_000_000);
    expect(pending.release()).toHaveLength(60_000);
  });

  it.each([
    { what: 'came with the request', head: 64 * 1024, later: 0 },
    { what: 'came after it', head: 0, later: 64 * 1024 },
    { what: 'came with it and after it', head: 40 * 1024, later: 24 * 1024 },
  ])('is not read beyond 64 KiB that $what (H15)', ({ head, later }) => {
    const { socket, pending } = watched('x'.repeat(head));
    if (later > 1) socket.emit('data', Buffer.alloc(later - 1));
    expect(socket.isPaused()).toBe(later === 0);
    if (later > 0) socket.emit('data', Buffer.alloc(1));

    expect(socket.isPaused()).toBe(true);
    pending.forget();
    expect(socket.isPaused()).toBe(false);
  });
});
