import { describe, expect, it } from '@jest/globals';
import { channel, type PresenceEntry } from '../../../lib/channels/index.js';
import { collect } from '../../support/runtime.js';
import { far, inRoom, listOf, news, presentOn, shown, shownOn } from './presenceSupport.js';
import { brokerOf, type Managers } from './support.js';

type Three = readonly [Managers['tests'][0], Managers['tests'][0], Managers['tests'][0]];
const threeOf = ({ tests }: Managers): Three => tests as unknown as Three;

const channelOf = (name: string) => channel(name, { presence: true });

describe('who is present on several nodes', () => {
  it('is shown on all of them, in the same order, under refs of its own (PR13)', () => {
    const on = presentOn(['a', 'b', 'c']);
    const [a, b, c] = threeOf(on);
    inRoom(c, 'cid');
    on.advance(5);
    inRoom(a, 'ann');
    on.advance(5);
    inRoom(b, 'bob');
    inRoom(b, 'ann');
    on.advance(100);

    expect(shownOn(on)).toEqual(['cid ann:2 bob', 'cid ann:2 bob', 'cid ann:2 bob']);
    expect(new Set(on.tests.map(listOf)).size).toBe(1);
    const entries = brokerOf(a).channels.presenceOf('room')?.list ?? [];
    const refs = entries.flatMap(({ metas }) => metas.map(({ ref }) => ref));
    expect(new Set(refs).size).toBe(4);
    for (const ref of refs) expect(ref).toMatch(/^[0-9a-z]{6,7}p\d$/);
  });

  it('is told to those who watch at another node, by versions of that node (PR6, PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    const ann = inRoom(a, 'ann');
    on.advance(100);
    const bob = inRoom(b, 'bob');
    on.advance(100);
    ann.subscribe('room', { meta: { at: 'home' } });
    on.advance(100);
    ann.unsubscribe('room');
    on.advance(100);

    // Ann was there before Bob's node showed anybody: its first list has her, and is version 1.
    expect(news(bob)).toEqual(['diff 2 +bob', 'diff 3 ~ann', 'diff 4 -ann']);
    expect(shownOn(on)).toEqual(['bob', 'bob']);
  });

  it('is told at once to who begins to watch, where nobody was before (PR6, PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    inRoom(a, 'ann', { meta: 1 });
    on.advance(100);

    const { presence } = b.connect({ identity: 'bob' }).subscribeAndJoin('room', { watch: true });

    expect(presence).toMatchObject({
      version: 1,
      members: [{ key: 'ann', metas: [{ meta: 1 }] }],
    });
  });

  it('is in presence$ of each node, whether there is such a channel or not (PR11, PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    const keys = (list: readonly PresenceEntry[]): string => list.map(({ key }) => key).join();
    const lists = collect(b.manager.channel('room').presence$, keys);
    const ann = inRoom(a, 'ann');
    on.advance(100);
    expect(b.manager.channels.channelExists('room')).toBe(false);
    ann.unsubscribe('room');
    on.advance(100);
    expect(lists).toEqual(['', 'ann', '']);
    expect(brokerOf(b).channels.presenceOf('room')).toBe(undefined);
  });

  it('is what each of its clients has said of itself, to the letter (PR3, PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    inRoom(a, 'ann', { meta: { '\ud800': -0, ['__proto__']: [null, 1e300] } });
    on.advance(100);

    expect(listOf(b)).toBe(listOf(a));
    const [entry] = brokerOf(b).channels.presenceOf('room')?.list ?? [];
    expect(Object.isFrozen(entry?.metas[0]?.meta)).toBe(true);
  });

  it('is counted by its keys on all nodes, with mode count (PR10, PR13)', () => {
    const on = presentOn(['a', 'b'], { mode: 'count' });
    const [a, b] = threeOf(on);
    const ann = inRoom(a, 'ann');
    inRoom(b, 'ann');
    inRoom(b, 'bob');
    on.advance(2_000);

    expect(news(ann).at(-1)).toMatch(/^count \d 2$/);
  });

  it('takes places on all nodes (PR9, PR13)', () => {
    const on = presentOn(['a', 'b'], { members: 2 }, { limits: { presencePerKey: 1 } });
    const [a, b] = threeOf(on);
    const ann = inRoom(a, 'ann');
    on.advance(100);
    const present = (identity: string): unknown =>
      b.connect({ identity }).subscribeAndJoin('room').present;

    expect(present('ann')).toBe('full');
    expect(present('bob')).toBe(true);
    expect(present('cid')).toBe('full');
    ann.unsubscribe('room');
    on.advance(100);
    expect(present('cid')).toBe(true);
  });

  it('lingers at its own node, of which others hear nothing before it is over (PR7, PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    const [ann, bob] = [inRoom(a, 'ann'), inRoom(b, 'bob')];
    on.advance(100);
    ann.drop();
    on.advance(4_990);
    expect(news(bob).at(-1)).toContain('+');
    on.advance(50);
    expect(news(bob).at(-1)).toContain('-ann');
  });

  it('is gone on all nodes where its channel is deleted, once its own node has done so (PR12, PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    inRoom(a, 'ann');
    inRoom(a, 'lost').drop();
    inRoom(b, 'bob');
    on.advance(100);
    expect(shown(b)).toBe('ann lost bob');

    a.manager.channels.deleteChannel('room');
    on.advance(100);

    expect(shown(b)).not.toContain('ann');
    expect(shown(b)).not.toContain('lost');
  });

  it('is shown still where the channel here has given up its place to another (B15, PR13)', () => {
    const on = presentOn(['a', 'b'], {}, { limits: { clientChannels: 1 } });
    const [a, b] = threeOf(on);
    const keys = (list: readonly PresenceEntry[]): string => list.map(({ key }) => key).join();
    const lists = collect(b.manager.channel('room').presence$, keys);
    inRoom(a, 'ann');
    const bob = inRoom(b, 'bob');
    on.advance(100);
    bob.unsubscribe('room');
    on.advance(100);
    bob.subscribeAndJoin('other');
    on.advance(100);

    expect(b.manager.channels.channelExists('room')).toBe(false);
    expect([shown(b), lists.at(-1)]).toEqual(['ann', 'ann']);
    // Whoever comes into it again finds them.
    bob.unsubscribe('other');
    expect(bob.subscribeAndJoin('room', { watch: true }).presence).toMatchObject({
      members: [{ key: 'ann' }],
    });
  });

  it('ends with the manager, whoever is present elsewhere (PR11, PT14)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    let isOver = false;
    b.manager.channel('room').presence$.subscribe({
      complete: () => {
        isOver = true;
      },
    });
    inRoom(a, 'ann');
    on.advance(100);
    b.system.terminate(b.manager.pid);
    on.advance(100);

    expect([isOver, shown(b)]).toEqual([true, '']);
  });

  it('is told in several messages to a node that comes, where there are many (PR13)', () => {
    const on = presentOn(['a', 'b'], { members: 2_000 });
    const [a, b] = threeOf(on);
    on.nats.cut('b');
    on.advance(8_000);
    const clients = Array.from({ length: 510 }, (_, i) => a.connect({ identity: `k${i}` }));
    for (const client of clients) client.subscribe('room');
    const [first] = clients;
    on.advance(100);
    expect(shown(b)).toBe('');
    on.nats.heal();
    on.advance(8_000);

    expect(brokerOf(b).channels.presenceOf('room')?.attendance.size).toBe(510);
    expect(listOf(b)).toBe(listOf(a));

    // And again, in place of all that.
    on.nats.cut('b');
    on.advance(4_000);
    first?.unsubscribe('room');
    on.nats.heal();
    on.advance(8_000);
    expect(brokerOf(b).channels.presenceOf('room')?.attendance.size).toBe(509);
  });

  it('is shown again where all of them had gone (PR6, PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    for (const identity of ['ann', 'bob']) {
      const client = inRoom(a, identity);
      on.advance(100);
      expect(shown(b)).toBe(identity);
      client.unsubscribe('room');
      on.advance(100);
      expect([shown(b), far(b)]).toEqual(['', 0]);
    }
  });

  it('is forgotten of a lost node where nobody shows it (PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    a.manager.define(channelOf('later'));
    a.connect({ identity: 'ann' }).subscribeAndJoin('later');
    on.advance(100);
    expect(far(b)).toBe(1);
    on.nats.kill('a');
    on.advance(2_000);
    expect(far(b)).toBe(0);
  });

  it('is kept of a channel whose presence is defined here later (PR13)', () => {
    const on = presentOn(['a', 'b']);
    const [a, b] = threeOf(on);
    a.manager.define(channelOf('later'));
    a.connect({ identity: 'ann' }).subscribeAndJoin('later');
    on.advance(100);
    expect(brokerOf(b).channels.presenceOf('later')).toBe(undefined);

    b.manager.define(channelOf('later'));

    const bob = b.connect({ identity: 'bob' });
    expect(bob.subscribeAndJoin('later', { watch: true }).presence).toMatchObject({
      members: [{ key: 'ann' }],
    });
  });
});
