import { describe, expect, it } from '@jest/globals';
import { inRoom, listOf, news, presentOn } from './presenceSupport.js';
import { answerTo, comesBack, guest, kept, RESUMED, refused, three } from './sessionsSupport.js';
import { brokerOf } from './support.js';

describe('a session of several nodes', () => {
  it('is unknown where the node that has made it is lost (CP22, CN42)', () => {
    const { on, a, b } = three();
    const { secret } = guest(a);
    on.nats.kill('a');
    on.advance(2_000);

    expect(answerTo(comesBack(b, secret, 2))).toEqual(refused('unknown'));
  });

  it('is unknown at once where that is lost while it is asked (CP22, CN42)', () => {
    const { on, a, b } = three();
    const { secret } = guest(a);
    on.nats.cut('a');
    on.advance(1_000);

    const again = comesBack(b, secret, 2);
    expect(answerTo(again)).toBe(undefined);
    on.advance(900);

    expect(answerTo(again)).toEqual(refused('unknown'));
  });

  it('is unknown where no answer comes in 2 s, and what comes later is over (CP22, CN42)', () => {
    const { on, a, b, c } = three();
    const { client, secret } = guest(a);
    client.drop();
    on.nats.delay(2_100, 2_100);
    const again = comesBack(b, secret, 2);
    on.advance(1_999);
    expect(answerTo(again)).toBe(undefined);
    on.advance(1);
    expect(answerTo(again)).toEqual(refused('unknown'));

    on.nats.delay(0, 0);
    on.advance(5_000);
    expect(kept(on)).toEqual([0, 0, 0]);
    const later = comesBack(c, secret, 3);
    on.advance(50);
    expect(answerTo(later)).toEqual(refused('unknown'));
  });

  it('is unknown, and over, where the node that has it is too slow to hand it over (CP22, CN42)', () => {
    const { on, a, b, c } = three();
    const { secret } = guest(a);
    comesBack(b, secret, 2).drop();
    on.advance(50);
    on.nats.delay(1_500, 1_500);
    const again = comesBack(c, secret, 3);
    on.advance(2_100);
    expect(answerTo(again)).toEqual(refused('unknown'));
    on.nats.delay(0, 0);
    on.advance(5_000);

    expect(kept(on)).toEqual([0, 0, 0]);
  });

  it('is unknown where the node that has it now is lost (CP22, CN42)', () => {
    const { on, a, b, c } = three();
    const { secret } = guest(a);
    comesBack(b, secret, 2);
    on.advance(50);
    on.nats.kill('b');
    on.advance(2_000);

    const again = comesBack(c, secret, 3);
    on.advance(50);

    expect(answerTo(again)).toEqual(refused('unknown'));
    expect(kept(on)[0]).toBe(0);
  });

  it('stays where it is when the node that has made it is lost (CP22, CN42)', () => {
    const { on, a, b } = three();
    const { secret } = guest(a);
    const moved = comesBack(b, secret, 2);
    on.advance(50);
    on.nats.kill('a');
    on.advance(3_000);
    moved.drop();

    expect(answerTo(comesBack(b, secret, 3))).toEqual(RESUMED);
  });

  it('is found again after the nodes had lost each other (CP22, CN42)', () => {
    const { on, a, b, c } = three();
    const { secret } = guest(a);
    comesBack(b, secret, 2);
    on.advance(50);
    on.nats.split(['a', 'c'], ['b']);
    on.advance(4_000);
    expect(kept(on)[0]).toBe(0);
    on.nats.heal();
    on.advance(4_000);

    const again = comesBack(c, secret, 3);
    on.advance(50);

    expect(answerTo(again)).toEqual(RESUMED);
  });

  it('is told as refused to nobody whose server ends meanwhile (CN42)', () => {
    const { on, a, b } = three();
    const { secret } = guest(a);
    const again = comesBack(b, secret, 2);
    b.system.terminate(b.manager.pid);
    on.advance(5_000);

    expect(answerTo(again)).toBe(undefined);
    expect(kept(on)[1]).toBe(0);
  });
});

describe('the presence of a client that resumes at another node', () => {
  const twoTabs = () => {
    const on = presentOn(['a', 'b', 'c']);
    const [a, b, c] = on.tests as unknown as readonly [
      (typeof on.tests)[0],
      (typeof on.tests)[0],
      (typeof on.tests)[0],
    ];
    const ann = inRoom(a, 'ann', { meta: 1 });
    const secret = String(ann.frames[0]?.hello?.session);
    const watchers = [a, b, c].map((t, i) => inRoom(t, `watcher-${i}`));
    on.advance(100);
    const before = watchers.map((each) => news(each).length);
    const told = () =>
      watchers.map((each, i) =>
        news(each)
          .slice(before[i])
          .join(', ')
          .replaceAll(/diff \d+ /g, ''),
      );
    return { on, a, b, c, ann, secret, told };
  };

  it('stays as it is, wherever it is watched (PR8, PR15)', () => {
    const { on, a, b, secret, told } = twoTabs();
    const list = listOf(a);

    const again = comesBack(b, secret, 2, 'ann');
    on.advance(500);
    expect(again.subscribeAndJoin('room', { meta: 1 })).toMatchObject({ present: true });
    on.advance(20_000);

    expect(told()).toEqual(['', '', '']);
    expect(on.tests.map(listOf)).toEqual([list, list, list]);
    expect(brokerOf(a).channels.presenceOf('room')?.attendance.counts.entries).toBe(1);
  });

  it('is an update where its meta is another (PR8, PR15)', () => {
    const { on, c, ann, secret, told } = twoTabs();
    ann.drop();
    on.advance(1_000);

    const again = comesBack(c, secret, 2, 'ann');
    on.advance(50);
    again.subscribeAndJoin('room', { meta: 2 });
    on.advance(20_000);

    expect(told()).toEqual(['~ann', '~ann', '~ann']);
    expect(new Set(on.tests.map(listOf)).size).toBe(1);
  });

  it('leaves after the linger where it subscribes nothing (PR7, PR15)', () => {
    const { on, b, secret, told } = twoTabs();
    comesBack(b, secret, 2, 'ann');
    on.advance(4_900);
    expect(told()).toEqual(['', '', '']);
    on.advance(200);

    expect(told()).toEqual(['-ann', '-ann', '-ann']);
  });

  it('leaves at once where it has subscribed and unsubscribes (PR7, PR15)', () => {
    const { on, b, secret, told } = twoTabs();
    const again = comesBack(b, secret, 2, 'ann');
    on.advance(50);
    again.subscribeAndJoin('room', { meta: 1 });
    on.advance(500);
    again.unsubscribe('room');
    on.advance(100);

    expect(told()).toEqual(['-ann', '-ann', '-ann']);
  });

  it('stays over several nodes, and back (PR8, PR15)', () => {
    const { on, a, b, c, secret, told } = twoTabs();
    const list = listOf(a);
    for (const [i, t] of [b, c, a, c].entries()) {
      const again = comesBack(t, secret, i + 2, 'ann');
      on.advance(50);
      if (i !== 1) again.subscribeAndJoin('room', { meta: 1 });
      on.advance(300);
    }
    on.advance(20_000);

    expect(told()).toEqual(['', '', '']);
    expect(on.tests.map(listOf)).toEqual([list, list, list]);
  });

  it('stays where it has come home again (PR8, PR15)', () => {
    const { on, a, b, secret, told } = twoTabs();
    for (const [i, t] of [b, a].entries()) {
      const again = comesBack(t, secret, i + 2, 'ann');
      on.advance(50);
      again.subscribeAndJoin('room', { meta: 1 });
    }
    on.advance(20_000);

    expect(told()).toEqual(['', '', '']);
    expect(brokerOf(a).channels.presenceOf('room')?.attendance.counts).toEqual({
      ...{ keys: 2, entries: 2, lingering: 0 },
    });
  });

  it('lingers there when it is lost again, though that is over where it was before (PR7, PR8, PR15)', () => {
    const { on, b, ann, secret, told } = twoTabs();
    ann.drop();
    on.advance(1_000);
    const again = comesBack(b, secret, 2, 'ann');
    on.advance(50);
    again.subscribeAndJoin('room', { meta: 1 });
    on.advance(2_000);
    again.drop();
    on.advance(4_900);
    comesBack(b, secret, 3, 'ann').subscribeAndJoin('room', { meta: 1 });
    on.advance(20_000);

    expect(told()).toEqual(['', '', '']);
  });

  it('stays where it is over at the first node while it goes from the second to the third (PR7, PR8, PR15)', () => {
    const seen = Array.from({ length: 10 }, (_, millis) => {
      const { on, b, c, ann, secret, told } = twoTabs();
      ann.drop();
      on.advance(2_000);
      comesBack(b, secret, 2, 'ann').drop();
      on.advance(2_993 + millis);
      const again = comesBack(c, secret, 3, 'ann');
      on.advance(50);
      again.subscribeAndJoin('room', { meta: 1 });
      on.advance(20_000);
      return told().join('');
    });

    expect(seen).toEqual(seen.map(() => ''));
  });

  it('lingers where the node is lost that it has gone to (PR14, PR15)', () => {
    const { on, b, secret, told } = twoTabs();
    const again = comesBack(b, secret, 2, 'ann');
    on.advance(50);
    again.subscribeAndJoin('room', { meta: 1 });
    on.advance(20_000);
    on.nats.kill('b');
    on.advance(5_000);
    expect([told()[0], told()[2]]).toEqual(['', '']);
    on.advance(2_000);
    expect([told()[0], told()[2]]).toEqual(['-watcher-1 -ann', '-watcher-1 -ann']);
  });
});
