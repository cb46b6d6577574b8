import { describe, expect, it } from '@jest/globals';
import type { Presence } from '../../lib/client/index.js';
import { serves } from '../../lib/testing/index.js';
import { does, type Plan, play } from './support.js';

const { hello, close, ok, push } = serves;
const meta = (ref: string, status = 'here') => ({ ref, since: 1, meta: { status } });
const one = (key: string, ref: string, status?: string) => ({ key, ...meta(ref, status) });
const diff = (version: number, change: object) =>
  push('a', 'rx:presence_diff', { version, joins: [], updates: [], leaves: [], ...change });
const snapshot = (version: number, ...keys: readonly string[]) => ({
  version,
  members: keys.map((key) => ({ key, metas: [meta(`${key}1`)] })),
});
const subscribed = ok({ channel: 'a', present: true, presence: snapshot(3, 'ann', 'bob') });

const shown = (list: readonly Presence[]): string =>
  list
    .map(
      ({ key, metas }) =>
        `${key}(${metas.map(({ ref, meta: { status } }) => `${ref} ${status}`).join(', ')})`,
    )
    .join(' ');

/** What is told of the presence in a channel, and what is asked. */
const watched = (plan: Plan): string[] =>
  play([[0, hello()], ...plan], {}, ({ client }, log) => {
    const { presence$, count$ } = client.channel('a');
    presence$.subscribe({
      next: (list) => log(shown(list)),
      error: ({ code }) => log(`error ${code}`),
    });
    count$.subscribe({ next: (count) => log(`${count}`), error: () => {} });
  }).filter((each) => !/dial|connecting|open|waiting|close/.test(each));

describe('presence$', () => {
  it('is asked for with the subscribe, and has the list that comes with its answer (PR6)', () => {
    const messages: unknown[] = [];
    play([[0, hello()]], {}, ({ client, server }) => {
      client.channel('a').presence$.subscribe();
      server.heard$.subscribe((act) => act.type === 'frame' && messages.push(...act.messages));
    });

    expect(messages).toMatchObject([
      { payload: { command: 'subscribe', channel: 'a', watch: true } },
    ]);
    expect(watched([[1, subscribed]])).toEqual([
      '0 1 subscribe a',
      '1 ann(ann1 here) bob(bob1 here)',
      '1 2',
    ]);
  });

  it('has each diff that is the next version: who joins, changes and leaves, tab by tab (PR4)', () => {
    const lines = watched([
      [1, subscribed],
      [2, diff(4, { joins: [one('ann', 'ann2'), one('cid', 'cid1')] })],
      [
        3,
        diff(5, { updates: [one('ann', 'ann1', 'away')], leaves: [{ key: 'bob', ref: 'bob1' }] }),
      ],
      [4, diff(6, { leaves: [{ key: 'ann', ref: 'ann2' }] })],
    ]);

    expect(lines.slice(3)).toEqual([
      '2 ann(ann1 here, ann2 here) bob(bob1 here) cid(cid1 here)',
      '2 3',
      '3 ann(ann1 away, ann2 here) cid(cid1 here)',
      '3 2',
      '4 ann(ann1 away) cid(cid1 here)',
      '4 2',
    ]);
  });

  it('ignores a diff that is older than its list, and asks for the list where one is missing (PR6)', () => {
    const lines = watched([
      [1, subscribed],
      [2, diff(3, { joins: [one('old', 'old1')] })],
      [3, diff(5, { joins: [one('new', 'new1')] })],
      [4, ok(snapshot(7, 'zoe'))],
      [5, diff(6, { joins: [one('new', 'new1')] })],
      [6, diff(8, { leaves: [{ key: 'zoe', ref: 'zoe1' }] })],
    ]);

    expect(lines.slice(3)).toEqual(['3 2 presence a', '4 zoe(zoe1 here)', '4 1', '6 ', '6 0']);
  });

  it('is asked for alone where the channel was subscribed before, and then with each subscribe (PR11)', () => {
    const looks = does(({ client }) => client.channel('a').presence$.subscribe());
    const lines = play(
      [
        [0, hello()],
        [1, ok()],
        [2, looks],
        [3, ok(snapshot(1))],
        [4, looks],
      ],
      {},
      ({ client }) => {
        client.channel('a').messages$.subscribe();
      },
    );

    expect(lines.slice(3)).toEqual(['0 1 subscribe a', '2 2 presence a']);
  });

  it('is asked for where somebody looks while the subscribe is on its way (PR11)', () => {
    const lines = play(
      [
        [0, hello()],
        [1, does(({ client }) => client.channel('a').presence$.subscribe())],
        [2, ok()],
        [3, ok(snapshot(1))],
      ],
      { over: 400 },
      ({ client }) => {
        client.channel('a').messages$.subscribe();
      },
    );

    expect(lines.slice(3)).toEqual(['0 1 subscribe a', '2 2 presence a']);
  });

  it('asks once at a time, however many diffs are missing, and never by itself (PR6)', () => {
    const holes = Array.from({ length: 50 }, (_, i) => [i + 2, diff(9 + 2 * i, {})] as const);
    const lines = watched([
      [1, subscribed],
      ...holes,
      [60, ok(snapshot(7, 'zoe'))],
      [70, diff(200, {})],
      [80, ok(snapshot(7, 'zoe'))],
      [10_000, does(() => {})],
    ]);

    expect(lines.filter((each) => / presence a$/.test(each))).toEqual([
      '2 2 presence a',
      '70 3 presence a',
    ]);
  });

  it('has nothing of the messages that were held for another stream (CC2)', () => {
    const listens = does(({ client }) => {
      const listening = client.channel('a').messages$.subscribe();
      listening.unsubscribe();
    });
    const lists: unknown[] = [];
    const looks = does(({ client }) => {
      client.channel('a').presence$.subscribe((list) => lists.push(list));
    });
    play([
      [0, hello()],
      [1, listens],
      [2, ok()],
      [300, listens],
      [301, ok()],
      [302, push('a', 'said', 1)],
      [303, looks],
    ]);

    expect(lists).toEqual([]);
  });

  it('keeps its list through a loss, until there is another one (table 2.4 row 5)', () => {
    const lines = watched([
      [1, subscribed],
      [2, close()],
      [300, hello()],
      [301, ok({ resumed: false })],
      [302, ok({ presence: snapshot(1, 'ann') })],
    ]);

    expect(lines.slice(3)).toEqual([
      '300 2 resume session-1 2 | 3 subscribe a',
      '302 ann(ann1 here)',
      '302 1',
    ]);
  });

  it('takes a state that is pushed', () => {
    expect(
      watched([
        [1, ok()],
        [2, push('a', 'rx:presence_state', snapshot(1, 'ann'))],
      ]).slice(2),
    ).toEqual(['2 ann(ann1 here)', '2 1']);
  });

  it('errors with its channel (CC3)', () => {
    expect(watched([[1, serves.refuse('denied')]]).slice(1)).toEqual(['1 error denied']);
  });
});

describe('count$', () => {
  it('is told of a channel that only counts (PR10)', () => {
    const lines = watched([
      [1, ok({ presence: { version: 1, count: 9 } })],
      [2, push('a', 'rx:presence_count', { version: 2, count: 10 })],
    ]);

    expect(lines.slice(1)).toEqual(['1 9', '2 10']);
  });
});

describe('updatePresence', () => {
  it('asks for other presence data (CP13)', () => {
    const done: string[] = [];
    const updates = does(({ client }) =>
      client
        .channel('a')
        .updatePresence({ status: 'away' })
        .subscribe({ complete: () => done.push('done') }),
    );

    expect(
      play([
        [0, hello()],
        [1, updates],
        [2, ok({ ref: 'p1' })],
      ]).slice(3),
    ).toEqual(['1 1 presence_update a {status:away}']);
    expect(done).toEqual(['done']);
  });
});

describe('history', () => {
  it('asks for a page (CH11)', () => {
    const pages: unknown[] = [];
    const page = { epoch: 'e', offset: 9, messages: [], more: false };
    const asks = does(({ client }) =>
      client
        .channel('a')
        .history({ before: 4, limit: 2 })
        .subscribe((each) => pages.push(each)),
    );

    expect(
      play([
        [0, hello()],
        [1, asks],
        [2, ok(page)],
      ]).slice(3),
    ).toEqual(['1 1 history a 4 2']);
    expect(pages).toEqual([page]);
  });

  it('asks once for what is missing, however much comes before the answer (PR6)', () => {
    const lines = watched([
      [1, subscribed],
      [2, diff(6, {})],
      [3, diff(7, {})],
      [4, ok(snapshot(7, 'ann'))],
      [5, diff(9, {})],
    ]);

    expect(lines.filter((each) => each.includes('presence'))).toEqual([
      '2 2 presence a',
      '5 3 presence a',
    ]);
  });
});
