import { describe, expect, it } from '@jest/globals';
import { frames } from '../../../lib/channels/fellows/frames.js';
import type { Topic } from '../../../lib/index.js';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import { chatOf, SOON } from './chat.js';
import { answerTo, comesBack, guest, RESUMED, three } from './sessionsSupport.js';
import { partsOf } from './support.js';

/** Has the fellow of a node say something to that of another one, whether it is so or not. */
function lies<P>(by: ChannelTest, to: ChannelTest, topic: Topic<P>, payload: NoInfer<P>): void {
  partsOf(by).own.tell(partsOf(to).own.pid, topic, payload);
}

describe('a node that is taken over', () => {
  it('speaks for clients of its own alone to the process of a channel (D60, D61)', () => {
    const { a, b, c, log, warnings, join, advance } = chatOf(['a', 'b', 'c']);
    join(a, 'ann');
    const { pid } = join(b, 'bob');
    join(c, 'cleo');
    const connection = { pid, id: pid, identity: 'boss', metadata: {}, connectedAt: 0 } as never;
    const said = ['chat', pid, undefined, 'event', 'ok', {}, false, 1] as const;
    log.length = 0;

    lies(c, a, frames.said, said);
    lies(c, a, frames.renewed, ['chat', pid, connection, 'forged']);
    lies(c, a, frames.admit, ['chat', 1, { connection } as never]);
    lies(c, a, frames.left, ['chat', pid, 'forged']);
    lies(c, a, frames.joined, ['chat', pid, connection, 'forged']);
    lies(c, a, frames.attend, ['chat', undefined, [[pid, connection, 0, false]], undefined]);
    advance(SOON);

    // What it says of its own is so: nobody of it is there any more.
    expect(log).toEqual(['cleo left: unsubscribed']);
    expect(warnings[0]).toEqual(Array.from({ length: 6 }, () => 'forged'));
  });

  it('does not answer what the process of a channel on another node was asked (D60, D61)', () => {
    const { a, b, c, join, advance } = chatOf(['a', 'b', 'c']);
    join(a, 'ann');
    const bob = join(b, 'bob');
    const ref = bob.client.push('chat', 'keep', {});
    for (let n = 0; n < 10; n++) lies(c, b, frames.answer, ['chat', n, '"forged"', undefined]);
    advance(SOON);

    expect(bob.client.frames.filter(({ id }) => id === ref)).toEqual([]);
  });

  it('does not hand over a session that another node was asked for (D60, D61)', () => {
    const { on, a, b, c } = three();
    const { secret } = guest(a);
    const again = comesBack(b, secret, 2);
    for (let n = 0; n < 10; n++) lies(c, b, frames.resumed, [n, secret, 'expired']);
    on.advance(10);

    expect(answerTo(again)).toEqual(RESUMED);
  });
});
