import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import type { ChannelError, Loaded } from '../../lib/client/index.js';
import { serves } from '../../lib/testing/index.js';
import { dataOf, does, type Plan, play } from './support.js';

const { hello, close, ok, push } = serves;
const said = (n: number, offset: number) => push('a', 'said', n, { offset });
const subscribed = (offset: number, more: object = {}) => ok({ epoch: 'e', offset, ...more });
const back = (more: object): Plan => [
  [10, close()],
  [300, hello()],
  [301, ok({ resumed: true })],
  [302, subscribed(6, more)],
];

/** A list that is loaded by hand, to which each message is added; what is shown of it, and when it is loaded. */
function folded(plan: (load: Subject<string | Loaded<string>>) => Plan): string[] {
  const load = new Subject<string | Loaded<string>>();
  const lines = play([[0, hello()], ...plan(load)], {}, ({ client }, log) => {
    client
      .channel('a')
      .fold<string>(
        () => {
          log('loads');
          return load;
        },
        (state, message) => {
          if (dataOf(message) === 13) throw new Error('thirteen');
          return `${state},${dataOf(message)}`;
        },
      )
      .subscribe({
        next: (state) => log(state),
        error: ({ message }: ChannelError) => log(`error ${message}`),
      });
  });
  return lines.filter((each) => !/dial|connect|open|waiting|close|subscribe|resume/.test(each));
}

describe('fold', () => {
  it('loads when it is subscribed, and folds in what came meanwhile and what comes (CC5)', () => {
    const lines = folded((load) => [
      [1, subscribed(4)],
      [2, said(5, 5)],
      [3, does(() => load.next('4'))],
      [4, said(6, 6)],
    ]);

    expect(lines).toEqual(['1 loads', '3 4,5', '4 4,5,6']);
  });

  it('folds nothing in that what was loaded has already (CC5)', () => {
    const lines = folded((load) => [
      [1, subscribed(4)],
      [2, said(5, 5)],
      [3, does(() => load.next({ state: '4,5,6', position: { epoch: 'e', offset: 6 } }))],
      [4, said(6, 6)],
      [5, said(7, 7)],
    ]);

    expect(lines).toEqual(['1 loads', '3 4,5,6', '5 4,5,6,7']);
  });

  it('goes on after a loss without a gap, and loads again after one (CC5)', () => {
    const start: Plan = [[1, subscribed(4)]];
    const lines = (more: object): string[] =>
      folded((load) => [
        ...start,
        [2, does(() => load.next('4'))],
        ...back(more),
        [303, said(7, 7)],
        [304, does(() => load.next('new'))],
      ]);

    expect(lines({ recovered: true })).toEqual(['1 loads', '2 4', '303 4,7']);
    expect(lines({ recovered: false, reason: 'epoch' })).toEqual([
      '1 loads',
      '2 4',
      '302 loads',
      '304 new,7',
    ]);
  });

  it('shows nothing while what is replayed is not complete (CC5, CH9)', () => {
    const lines = folded((load) => [
      [1, subscribed(4)],
      [2, does(() => load.next('4'))],
      ...back({ recovered: true, replay: 2 }),
      [303, said(5, 5)],
      [304, said(6, 6)],
    ]);

    expect(lines).toEqual(['1 loads', '2 4', '304 4,5,6']);
  });

  it('loads again when more came than it keeps', () => {
    const flood = Array.from({ length: 1_001 }, (_, i) => [2, said(i, 5 + i)] as const);
    const lines = folded((load) => [
      [1, subscribed(4)],
      ...flood,
      [3, does(() => load.next('all'))],
    ]);

    expect(lines).toEqual(['1 loads', '2 loads', '3 all']);
  });

  it('errors with what loading errors with, and with what its step throws', () => {
    const failing = folded((load) => [
      [1, subscribed(4)],
      [2, does(() => load.error(new Error('500')))],
    ]);
    const throwing = folded((load) => [
      [1, subscribed(4)],
      [2, does(() => load.next('4'))],
      [3, said(13, 5)],
    ]);

    expect([failing.at(-1), throwing.at(-1)]).toEqual(['2 error 500', '3 error thirteen']);
  });
});
