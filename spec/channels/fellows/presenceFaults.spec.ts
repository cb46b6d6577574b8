import { describe, expect, it } from '@jest/globals';
import { turns } from '../../support/runtime.js';
import { far, inRoom, listOf, news, presentOn, shownOn } from './presenceSupport.js';
import { brokerOf, type Managers, partsOf } from './support.js';

type Three = readonly [Managers['tests'][0], Managers['tests'][0], Managers['tests'][0]];

/** Ann on a, Bob on b, Cid on c, who watch; all know of each other. */
function three(...options: Parameters<typeof presentOn> extends [unknown, ...infer R] ? R : never) {
  const on = presentOn(['a', 'b', 'c'], ...options);
  const [a, b, c] = on.tests as unknown as Three;
  const clients = [inRoom(a, 'ann'), inRoom(b, 'bob'), inRoom(c, 'cid')] as const;
  on.advance(100);
  expect(shownOn(on)).toEqual(['ann bob cid', 'ann bob cid', 'ann bob cid']);
  const before = clients.map(news);
  /** What each has been told since. */
  const told = (): string[] =>
    clients.map((each, i) => news(each).slice(before[i]?.length).join(', '));
  return { on, a, b, c, clients, told };
}

/** Without their versions, which are those of each node. */
const bare = (lines: readonly string[]): string[] =>
  lines.map((line) => line.replaceAll(/diff \d+ /g, ''));

describe('presence of several nodes', () => {
  it('has who was on a lost node linger, and then leave (PR7, PR14)', () => {
    const { on, told } = three();

    on.nats.kill('a');
    on.advance(5_000);
    expect(told().slice(1)).toEqual(['', '']);
    on.advance(1_800);

    expect(bare(told()).slice(1)).toEqual(['-ann', '-ann']);
    expect(shownOn(on).slice(1)).toEqual(['bob cid', 'bob cid']);
  });

  it('has them leave at once where nobody lingers (PR7, PR14)', () => {
    const { on, told } = three({ linger: 0 });

    on.nats.kill('a');
    on.advance(1_900);

    expect(bare(told()).slice(1)).toEqual(['-ann', '-ann']);
  });

  it('tells nobody of a node that is back before that (PR14)', () => {
    const { on, told } = three();

    on.nats.cut('a');
    on.advance(4_000);
    expect(partsOf(on.tests[1] as never).own.fellows.size).toBe(1);
    on.nats.heal();
    on.advance(20_000);

    expect(told()).toEqual(['', '', '']);
    expect(shownOn(on)).toEqual(['ann bob cid', 'ann bob cid', 'ann bob cid']);
  });

  it('tells what has changed meanwhile, and nothing else (PR14)', () => {
    const { on, a, clients, told } = three();

    on.nats.cut('a');
    on.advance(3_900);
    clients[0].subscribe('room', { meta: 'new' });
    inRoom(a, 'dan');
    clients[2].unsubscribe('room');
    on.advance(100);
    on.nats.heal();
    on.advance(3_000);

    expect(new Set(bare(told()[1]?.split(', ') ?? []))).toEqual(new Set(['-cid', '+dan ~ann']));
    expect(new Set(on.tests.map(listOf)).size).toBe(1);
  });

  it('has each side of a split see its own, and all of them all again once it has healed (PR14)', () => {
    const { on, told } = three();
    const before = on.tests.map(listOf);

    on.nats.split(['a'], ['b', 'c']);
    on.advance(8_000);
    expect(shownOn(on)).toEqual(['ann', 'bob cid', 'bob cid']);
    expect(bare(told())).toEqual(['-bob -cid', '-ann', '-ann']);
    on.nats.heal();
    on.advance(8_000);

    expect(bare(told())).toEqual(['-bob -cid, +bob +cid', '-ann, +ann', '-ann, +ann']);
    // Under the same refs, in the same order.
    expect(on.tests.map(listOf)).toEqual(before);
  });

  it('shows a client of a lost node that is back elsewhere in time all the while (PT8, PR14)', () => {
    const { on, b, told } = three();

    on.nats.kill('a');
    on.advance(1_000);
    inRoom(b, 'ann');
    on.advance(10_000);

    expect(bare(told()).slice(1)).toEqual(['+ann, -ann', '+ann, -ann']);
    expect(shownOn(on).slice(1)).toEqual(['bob cid ann', 'bob cid ann']);
  });

  it('never counts such a client as gone, with mode count (PR10, PR14)', () => {
    const { on, b, told } = three({ mode: 'count', debounce: 10 });

    on.nats.kill('a');
    on.advance(1_000);
    inRoom(b, 'ann');
    on.advance(10_000);

    expect(told().slice(1)).toEqual(['', '']);
  });

  it('has who was on a node that has shut down linger as well (PR14)', async () => {
    const { on, a, told } = three();

    let isOver = false;
    void a.system.shutdown().then(() => {
      isOver = true;
    });
    for (let i = 0; i < 100 && !isOver; i++) {
      on.advance(10);
      await turns(1);
    }
    expect(isOver).toBe(true);
    expect(told().slice(1)).toEqual(['', '']);
    on.advance(4_000);
    expect(told().slice(1)).toEqual(['', '']);
    on.advance(1_100);

    expect(bare(told()).slice(1)).toEqual(['-ann', '-ann']);
  });

  it('has who has left in order leave before its node does (PR7, PR14)', () => {
    const { on, clients, told } = three();

    clients[0].close(1000);
    on.advance(10);
    on.nats.kill('a');
    on.advance(100);

    expect(bare(told()).slice(1)).toEqual(['-ann', '-ann']);
  });

  it('leaves nothing where all have gone (PT14, PR14)', () => {
    const { on, clients } = three();

    for (const client of clients) client.drop();
    on.advance(6_000);

    expect(on.tests.map((t) => brokerOf(t).channels.presenceOf('room'))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(on.tests.map(far)).toEqual([0, 0, 0]);
  });
});
