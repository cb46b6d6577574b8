import { describe, expect, it } from '@jest/globals';
import { Frames } from '../../../lib/cluster/transport/frames.js';
import { readFrameSubject, Subjects } from '../../../lib/cluster/transport/subjects.js';
import type { Transport } from '../../../lib/cluster/transport/transport.js';

const subjects = new Subjects('shop');
const [A, B] = ['a~k3f9x1qz', 'b-2~00000001'];

describe('Subjects', () => {
  it('names what a node publishes and hears (D18, D62)', () => {
    expect(subjects).toMatchObject({ beats: 'rxp1.shop.b.*', bucket: 'rxp1-shop' });
    expect(subjects.beat('a')).toBe('rxp1.shop.b.a');
    expect(subjects.frame(B, A)).toBe('rxp1.shop.l.b-2.00000001.a.k3f9x1qz');
    expect(subjects.frames(A)).toBe('rxp1.shop.l.a.k3f9x1qz.*.*');
    expect(subjects.inbox('a')).toBe('rxp1.shop.i.a');
  });
});

describe('readFrameSubject', () => {
  it('tells both ends of a frame, and of what is refused as its reply (D17, D60)', () => {
    expect(readFrameSubject(subjects.frame(B, A))).toEqual({ to: B, from: A });
    expect(readFrameSubject(subjects.frame(A, B))).toEqual({ to: A, from: B });
  });

  it.each([
    { subject: subjects.beat('a') },
    { subject: 'rxp2.shop.l.a.1.b.1' },
    { subject: 'rxp1.shop.l.a.1.b' },
    { subject: 'rxp1.shop.l.a.1.b.1.x' },
    { subject: '' },
  ])('knows that $subject is none (D18)', ({ subject }) => {
    expect(readFrameSubject(subject)).toBeUndefined();
  });
});

describe('the largest frame', () => {
  it.each([
    { maxPayload: 2 ** 20, max: 256 * 1024 },
    { maxPayload: 100_000, max: 98_976 },
  ])('has $max bytes where the server takes $maxPayload (D22)', ({ maxPayload, max }) => {
    expect(new Frames({ maxPayload } as Transport, 'main', 'a~1').max).toBe(max);
  });
});
