import { describe, expect, it } from '@jest/globals';
import type { ChannelTest } from '../../../lib/testing/channels/channelTest.js';
import type { TestClient } from '../../../lib/testing/channels/testClient.js';
import { LINKED, SILENCE } from '../../cluster/groups/support.js';
import { readers, send, three } from './support.js';

/** The home at `a`, which has sent one message, with a member at each node. */
function begun() {
  const { tests, clients, nats, advance } = three();
  const [a, b, c] = tests;
  send(a, 'one');
  advance(20);
  return { nats, advance, a, b, c, third: clients[2] };
}

/** Comes back by a position: the client and its request. */
function back(test: ChannelTest, since: unknown) {
  const client = test.connect();
  return { client, ref: client.subscribe('news', { since } as object) };
}

describe('a client that comes back to a node which is behind what it was shown elsewhere', () => {
  it('is answered by what the home has, which comes first (CN6, CH4)', () => {
    const { nats, a, b, third, advance } = begun();
    nats.cut('b');
    send(a, 'two');
    send(a, 'three');
    advance(20);
    nats.heal('b');
    const since = { ...third.position('news'), offset: 2 };
    const { client, ref } = back(b, since);
    client.refuteReply(ref);
    advance(1_000);

    client.assertReply(ref, { ok: true }, expect.objectContaining({ recovered: true, replay: 1 }));
    expect(client.frames.at(-1)).toMatchObject({ payload: 'three', offset: 3 });
  });

  it('is answered when its node has found the home again, where the link was lost (CN6, CH4)', () => {
    const { nats, a, b, third, advance } = begun();
    nats.cut('b');
    advance(SILENCE + 100);
    send(a, 'two');
    advance(20);
    nats.heal('b');
    const { client, ref } = back(b, third.position('news'));
    advance(LINKED + 2_000);

    client.assertReply(ref, { ok: true }, expect.objectContaining({ recovered: true, replay: 0 }));
  });

  it('is answered by the stream of the next home, of which its node has not heard (CN6, CN8)', () => {
    const { nats, b, c, advance } = begun();
    nats.cut('b');
    nats.kill('a');
    advance(SILENCE + 3_000);
    send(c, 'anew');
    advance(20);
    const [last] = readers({ tests: [c], advance }) as [TestClient];
    nats.heal('b');
    const { client, ref } = back(b, last.position('news'));
    advance(LINKED + 2_000);

    client.assertReply(ref, { ok: true }, expect.objectContaining({ recovered: true, replay: 0 }));
  });
});

it.each([
  { what: 'above the top', reason: 'ahead', since: { offset: 9 } },
  { what: 'of another stream', reason: 'epoch', since: { epoch: 'other' } },
])('is told `$reason` where its position is $what of the home as well (CH5, CN6)', (row) => {
  const { a, b, third, advance } = begun();
  for (const test of [a, b]) {
    const { client, ref } = back(test, { ...third.position('news'), ...row.since });
    advance(10);
    const { reason } = row;
    client.assertReply(ref, { ok: true }, expect.objectContaining({ reason, offset: 1 }));
  }
});

it('is refused in time where no home can be asked (CN5)', () => {
  const { nats, b, third, advance } = begun();
  nats.cut('b');
  const { client, ref } = back(b, { ...third.position('news'), offset: 9 });
  advance(4_900);
  client.refuteReply(ref);
  advance(200);

  client.assertReply(ref, { error: 'timeout' });
});
