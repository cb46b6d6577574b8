import { describe, expect, it } from '@jest/globals';
import { take } from 'rxjs';
import { UnreadItems } from '../../../lib/ws/unreadItems.js';
import { collect, refused } from '../../support/runtime.js';

/** Two of them may wait; `reads` counts how often there may be room again. */
function items() {
  const seen = { reads: 0 };
  const unread: UnreadItems<number> = new UnreadItems(2, () => seen.reads++);
  return { seen, unread };
}

describe('UnreadItems', () => {
  it('keeps what nobody reads, and says when there is no room', () => {
    const { unread } = items();
    const room = [unread.hasRoom];
    for (const item of [1, 2, 3]) {
      unread.push(item);
      room.push(unread.hasRoom);
    }

    expect(room).toEqual([true, true, false, false]);
    expect(collect(unread.items$)).toEqual([1, 2, 3]);
    expect(unread.hasRoom).toBe(true);
  });

  it('gives who pulls one at a time, in the order of pulling, and tells of the room', async () => {
    const { unread, seen } = items();
    unread.push(1);
    const pulls = [unread.pull(), unread.pull(), unread.pull()];
    unread.push(2);
    unread.push(3);

    expect(await Promise.all(pulls)).toEqual([1, 2, 3]);
    expect(seen.reads).toBe(1);
  });

  it('ends all who read behind the last item, and who comes later at once', async () => {
    const { unread } = items();
    unread.push(1);
    unread.end();
    const ends: string[] = [];
    unread.items$.pipe(take(1)).subscribe({ complete: () => ends.push('took one') });
    unread.items$.subscribe({ complete: () => ends.push('late') });

    expect(ends).toEqual(['took one', 'late']);
    expect(await unread.pull()).toBeUndefined();
    const { unread: other } = items();
    const waiting = [other.pull(), other.pull()];
    other.end();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
  });

  it('keeps what is left when its only subscriber leaves in the midst', () => {
    const { unread } = items();
    for (const item of [1, 2, 3]) unread.push(item);

    expect(collect(unread.items$.pipe(take(1)))).toEqual([1]);
    expect(collect(unread.items$.pipe(take(2)))).toEqual([2, 3]);
    unread.push(4);
    expect(collect(unread.items$)).toEqual([4]);
  });

  it('keeps the order when an item brings about another', () => {
    const { unread } = items();
    unread.push(1);
    unread.push(2);
    const seen: number[] = [];
    unread.items$.subscribe((item) => {
      seen.push(item);
      if (item === 1) unread.push(3);
    });

    expect(seen).toEqual([1, 2, 3]);
  });

  it('is read in one of two ways', async () => {
    const { unread } = items();
    const pull = unread.pull();
    const errors: unknown[] = [];
    unread.items$.subscribe({ error: (error) => errors.push(error) });
    unread.push(1);
    await pull;
    unread.items$.subscribe();

    expect(errors).toEqual([refused('Invalid')]);
    await expect(unread.pull()).rejects.toEqual(refused('Invalid'));
  });
});
