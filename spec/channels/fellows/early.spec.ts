import { describe, expect, it } from '@jest/globals';
import { frames } from '../../../lib/channels/fellows/frames.js';
import type { Home } from '../../../lib/channels/fellows/home.js';
import { WebSocketMessage } from '../../../lib/channels/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { chatOf } from './chat.js';
import { dropsOf, homesOf, type Managers, managersOf, partsOf, textsOf } from './support.js';

const send = ({ manager }: ChannelTest, text: string) =>
  manager.sendToChannel('news', WebSocketMessage.text(text));

/** Has the first node want something by which a channel gets its home there, of which the others can know 2 ms later. */
function late({ tests, nats }: Managers, want: (a: ChannelTest) => unknown): void {
  nats.delay(20, 20);
  want(tests[0] as ChannelTest);
  nats.delay(0, 0);
}

function newsOf(names: readonly string[]) {
  const on = managersOf(names, { news: { history: {} } });
  const [a, b, c] = on.tests as [ChannelTest, ChannelTest, ChannelTest];
  /** As a node sends to what it takes for the home at `a`. */
  const ask = (by: ChannelTest, count = 1): void => {
    const { own } = partsOf(by);
    for (let i = 0; i < count; i++) own.tell(partsOf(a).own.pid, frames.unattend, ['news']);
  };
  return { ...on, a, b, c, ask, waiting: () => partsOf(a).homes.waiting };
}

describe('what comes for a home that its own node does not know of yet', () => {
  it('waits for it: messages and who attends (CN5)', () => {
    const on = newsOf(['a', 'b']);
    late(on, (a) => send(a, 'one'));
    const bob = on.b.connect();
    const ref = bob.subscribe('news');
    send(on.b, 'two');
    on.advance(10);
    expect([on.tests.map(homesOf), on.waiting()]).toEqual([[0, 0], 2]);

    on.advance(30);
    expect([on.tests.map(homesOf), on.waiting()]).toEqual([[1, 0], 0]);
    bob.assertReply(ref, { ok: true });
    send(on.a, 'three');
    on.advance(10);
    expect(textsOf(bob)).toEqual(['2 two', '3 three']);
  });

  it('waits for it: that the channel is deleted, behind what was sent (CN5, CH2)', () => {
    const on = newsOf(['a', 'b']);
    late(on, (a) => send(a, 'one'));
    send(on.b, 'two');
    on.b.manager.channels.deleteChannel('news');
    on.advance(50);

    send(on.a, 'of the next stream');
    on.advance(10);
    expect(on.a.manager.channel('news').history()).toMatchObject([{ offset: 1 }]);
  });

  it('waits for it: what is said to the process of the channel, where there was one before (CN20, CN27)', () => {
    const { a, b, c, join, advance, nats } = chatOf(['a', 'b', 'c']);
    const [, , bob] = [join(c, 'cleo'), join(a, 'ann'), join(b, 'bob')];
    bob.news();
    const { homes, homed } = partsOf(c);
    nats.freeze('b');
    homes.release(homed.find('chat')?.home as Home);
    advance(0);
    nats.delay(100, 100);
    advance(1);
    nats.delay(0, 0);
    nats.thaw('b');
    advance(5);
    expect(partsOf(a).homes.waiting).toBe(1);

    const ref = bob.client.push('chat', 'ok', 1);
    advance(5);
    expect(partsOf(a).homes.waiting).toBe(2);
    advance(200);
    bob.client.assertReply(ref, { ok: true });
  });

  it('waits up to 10,000 messages; what is beyond is dropped, which is told (CN5)', () => {
    const on = newsOf(['a', 'b']);
    const drops = dropsOf(on.a);
    late(on, (a) => send(a, 'one'));
    on.ask(on.b, 10_000);
    on.advance(10);
    expect([on.waiting(), drops]).toEqual([10_000, []]);

    on.ask(on.b);
    on.advance(5);
    expect([on.waiting(), drops]).toEqual([10_000, ['overflow']]);
  });

  it('is nothing any more where another node is the home after all (CN5)', () => {
    const on = newsOf(['a', 'b', 'c']);
    on.nats.delay(10, 10);
    send(on.c, 'one');
    send(on.a, 'two');
    on.nats.delay(0, 0);
    on.ask(on.b);
    on.advance(5);
    expect(on.waiting()).toBe(1);

    on.advance(50);
    expect([on.tests.map(homesOf), on.waiting()]).toEqual([[0, 0, 1], 0]);
  });

  it('is nothing any more where the node that has sent it is lost (CN5)', () => {
    const on = newsOf(['a', 'b', 'c', 'd']);
    // Without the others nobody says whose the name is, for 2 s.
    on.nats.split(['d'], ['a', 'b', 'c']);
    send(on.a, 'one');
    for (const each of [on.b, on.b, on.c]) on.ask(each);
    on.advance(10);
    expect(on.waiting()).toBe(3);

    on.nats.split(['d'], ['a', 'c'], ['b']);
    on.advance(1_500);
    expect([on.tests.map(homesOf), on.waiting()]).toEqual([[0, 0, 0, 0], 1]);
  });

  it('is nothing any more where the manager ends (CN5)', () => {
    const on = newsOf(['a', 'b']);
    late(on, (a) => send(a, 'one'));
    on.ask(on.b);
    on.advance(10);
    expect(on.waiting()).toBe(1);

    on.a.system.terminate(on.a.manager.pid);
    on.advance(5);
    expect(on.waiting()).toBe(0);
  });
});
