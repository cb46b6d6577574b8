import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from '@jest/globals';
import { Turns } from '../../lib/ws/turns.js';
import { turns as nextTurns } from '../support/runtime.js';

describe('Turns', () => {
  it('lets one go on in each turn, in the order in which they came (Q6)', async () => {
    const turns = new Turns();
    const log: string[] = [];
    for (const name of ['a', 'b']) turns.push(() => log.push(name));
    expect(log).toEqual([]);
    const seen: string[][] = [];
    for (let n = 0; n < 3; n++) {
      await nextTurns(1);
      seen.push([...log]);
    }

    expect(seen).toEqual([['a'], ['a', 'b'], ['a', 'b']]);
  });

  it('lets one that comes again go behind the others, and begins anew when all have gone (Q6)', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const again = (name: string, times: number): void => {
      log.push(name);
      if (times > 1) turns.push(() => again(name, times - 1));
    };
    turns.push(() => again('a', 3));
    turns.push(() => again('b', 1));
    await nextTurns(6);
    turns.push(() => again('c', 1));
    await nextTurns(2);

    expect(log).toEqual(['a', 'b', 'a', 'a', 'c']);
  });

  it('lets nobody go on in the context of another (F3)', async () => {
    const turns = new Turns();
    const store = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    store.run('request', () => turns.push(() => seen.push(store.getStore())));
    turns.push(() => seen.push(store.getStore()));
    await nextTurns(3);

    expect(seen).toEqual([undefined, undefined]);
  });
});
