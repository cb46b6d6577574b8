import { describe, expect, it } from '@jest/globals';
import { channel, type PresenceOptions, WebSocketMessage } from '../../../lib/channels/index.js';
import { chatTest, said, say, textOf } from './support.js';

/** Alice and Bob in a room, where Alice has said hi. */
function scene() {
  const t = chatTest();
  const [alice, bob] = [t.connect({ identity: 'alice' }), t.connect({ identity: 'bob' })];
  alice.subscribeAndJoin('chat:1');
  bob.subscribeAndJoin('chat:1');
  const ref = alice.push('chat:1', say, { text: 'hi' });
  return { t, alice, bob, ref };
}

describe('assertReply', () => {
  it('takes the reply to a request, by its value in part, and returns it (CT2)', () => {
    const { alice, ref } = scene();

    expect(alice.assertReply(ref, { ok: true }, { heard: 2 })).toEqual({
      id: ref,
      ok: true,
      type: 'json',
      payload: { heard: 2 },
      timestamp: 0,
    });
    expect(textOf(() => alice.assertReply(ref, { ok: true }))).toBe(
      "assertReply(2, { ok: true }): alice got no such frame; instead:\n  push chat:1 said { user: 'alice', text: 'hi' }",
    );
  });

  it('says what to give where it was given a text (CT2)', () => {
    const { alice, ref } = scene();

    expect(textOf(() => alice.assertReply(ref, 'denied' as never))).toBe(
      `assertReply: give { ok: true } or { error: 'code' }, not "denied"`,
    );
  });

  it('compares the result of a command, and the code and the text of an error', () => {
    const { alice } = scene();
    const [left, refused] = [alice.unsubscribe('chat:1'), alice.subscribe('secret')];

    alice.assertReply(left, { ok: true }, { was: true });
    alice.assertReply(refused, { error: 'denied' }, { message: expect.any(String) });
  });

  it.each([
    {
      what: 'another value',
      answer: { ok: true },
      value: { heard: 3 },
      text: `\
assertReply(2, { ok: true }, { heard: 3 }): alice got no such frame; instead:
  push chat:1 said { user: 'alice', text: 'hi' }
  reply 2 ok { heard: 2 }
    value.heard: 2 instead of 3`,
    },
    {
      what: 'an error',
      answer: { error: 'denied' },
      value: undefined,
      text: `\
assertReply(2, { error: 'denied' }): alice got no such frame; instead:
  push chat:1 said { user: 'alice', text: 'hi' }
  reply 2 ok { heard: 2 }
    ok: true instead of false
    error: undefined instead of 'denied'`,
    },
    {
      what: 'any error',
      answer: { ok: false },
      value: undefined,
      text: `\
assertReply(2, { ok: false }): alice got no such frame; instead:
  push chat:1 said { user: 'alice', text: 'hi' }
  reply 2 ok { heard: 2 }
    ok: true instead of false`,
    },
  ])('fails where $what was expected, with what came instead (CT3)', ({ answer, value, text }) => {
    const { alice, ref } = scene();

    expect(textOf(() => alice.assertReply(ref, answer, value))).toBe(text);
    // A failure takes nothing.
    alice.assertReply(ref, { ok: true });
  });
});

describe('a failed assertion', () => {
  const broken = (join: () => boolean) => {
    const t = chatTest({ channels: [channel('broken', { join })] });
    return t.connect({ identity: 'alice' });
  };

  it('shows what the system has logged, with the place, since no client is told of it (CT3)', () => {
    const alice = broken(() => {
      throw new TypeError('no database');
    });
    const ref = alice.subscribe('broken');

    const text = textOf(() => alice.assertReply(ref, { ok: true }));

    expect(text.replace(/at \S*?([\w.]+):\d+:\d+$/, 'at $1')).toBe(`\
assertReply(1, { ok: true }): alice got no such frame; instead:
  reply 1 internal 'Internal error'
    ok: false instead of true
and the system has logged:
  channels: the join hook of broken has failed: TypeError: no database at clientAssertions.spec.ts`);
    expect(textOf(() => alice.subscribeAndJoin('broken'))).toContain('TypeError: no database');
  });

  it('tells the tabs of one user apart', () => {
    const t = chatTest();
    const [one, other] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'ann' })];

    expect([one.name, other.name, t.connect({ identity: 'ann' }).name]).toEqual([
      'ann',
      'ann (2)',
      'ann (3)',
    ]);
  });
});

describe('refuteReply', () => {
  it('passes where there is no reply, and fails with the one that there is (CT3)', () => {
    const { alice, bob, ref } = scene();

    bob.refuteReply(ref);
    expect(textOf(() => alice.refuteReply(ref))).toBe(
      'refuteReply(2): alice got one:\n  reply 2 ok { heard: 2 }',
    );
    alice.assertReply(ref, { ok: true });
    alice.refuteReply(ref);
  });
});

describe('assertPush', () => {
  it('takes the first push that fits, by its data in part, and leaves the others (CT2)', () => {
    const { alice, bob } = scene();
    alice.push('chat:1', say, { text: 'ho' });

    bob.assertPush('chat:1', said, { text: 'ho' });
    expect(bob.assertPush('chat:1', 'said').payload).toEqual({
      event: 'said',
      data: { user: 'alice', text: 'hi' },
    });
    expect(textOf(() => bob.assertPush('chat:1', said))).toBe(
      "assertPush('chat:1', 'said'): bob got no such frame, and nothing else",
    );
  });

  it('fails with what came instead, and where that differs (CT3)', () => {
    const { t, bob } = scene();
    t.manager.broadcast(WebSocketMessage.text('all'));

    expect(textOf(() => bob.assertPush('chat:1', said, { user: 'bob', text: 'hi' }))).toBe(`\
assertPush('chat:1', 'said', { user: 'bob', text: 'hi' }): bob got no such frame; instead:
  push chat:1 said { user: 'alice', text: 'hi' }
    data.user: 'alice' instead of 'bob'
  text 'all'`);
    expect(textOf(() => bob.assertPush('chat:2', said))).toBe(`\
assertPush('chat:2', 'said'): bob got no such frame; instead:
  push chat:1 said { user: 'alice', text: 'hi' }
  text 'all'`);
  });

  it('knows an event without a channel, and that a plain client is told none', () => {
    const { t, alice } = scene();
    const page = t.connect({ protocol: 'plain' });
    page.subscribeAndJoin('chat:1');

    t.manager.broadcast(WebSocketMessage.event('news', 1));
    t.manager.sendToChannel('chat:1', WebSocketMessage.event('news', 2));

    alice.assertPush('chat:1', 'news', 2);
    alice.assertPush(undefined, 'news', 1);
    page.assertPush('chat:1', 'news', 1);
    page.assertPush('chat:1', 'news', 2);
  });

  it('points at the line of the test', () => {
    const { bob } = scene();
    let stack: string | undefined;
    try {
      bob.assertPush('chat:1', 'typing');
    } catch (error) {
      stack = (error as Error).stack;
    }

    expect(stack?.split('\n').find((line) => /^ +at /.test(line))).toContain(
      'clientAssertions.spec.ts',
    );
  });
});

describe('refutePush', () => {
  it('passes where there is no such push, and fails with the first one that there is (CT3)', () => {
    const { bob } = scene();

    bob.refutePush('chat:1', 'typing');
    bob.refutePush('chat:1', said, { text: 'ho' });
    bob.refutePush('chat:2');
    const line = "bob got one:\n  push chat:1 said { user: 'alice', text: 'hi' }";
    expect(textOf(() => bob.refutePush('chat:1', said))).toBe(
      `refutePush('chat:1', 'said'): ${line}`,
    );
    expect(textOf(() => bob.refutePush('chat:1'))).toBe(`refutePush('chat:1'): ${line}`);
    bob.assertPush('chat:1', said);
    bob.refutePush('chat:1', said);
  });
});

describe('assertFrame', () => {
  it('takes any frame by a part of it, and fails with what came instead (CT3)', () => {
    const { t, bob } = scene();
    t.manager.closeConnection(bob.pid, 4000, 'bye');

    bob.assertFrame({ type: 'close', code: 4000 });
    expect(textOf(() => bob.assertFrame({ type: 'text' }))).toBe(`\
assertFrame({ type: 'text' }): bob got no such frame; instead:
  push chat:1 said { user: 'alice', text: 'hi' }
    type: 'event' instead of 'text'`);
  });
});

describe('assertBroadcast', () => {
  it('takes what was sent to a channel, also where nobody is in it (CT2)', () => {
    const { t } = scene();
    t.manager.channels.subscribe('empty', 'nobody');
    t.manager.sendToChannel('empty', WebSocketMessage.event('news'));

    t.assertBroadcast('chat:1', said, { text: 'hi' });
    t.assertBroadcast('empty', 'news', null);
    expect(textOf(() => t.assertBroadcast('empty', 'news'))).toBe(
      "assertBroadcast('empty', 'news'): the channels got no such frame, and nothing else",
    );
  });

  it('fails with what was sent instead (CT3)', () => {
    const { t } = scene();

    expect(textOf(() => t.assertBroadcast('chat:1', said, { text: 'ho' }))).toBe(`\
assertBroadcast('chat:1', 'said', { text: 'ho' }): the channels got no such frame; instead:
  push chat:1 said { user: 'alice', text: 'hi' }
    data.text: 'hi' instead of 'ho'`);
  });
});

describe('assertPresence', () => {
  const present = (presence: PresenceOptions | true) => {
    const t = chatTest({ channels: [channel('chat:*', { presence })] });
    const [alice, tab] = [t.connect({ identity: 'alice' }), t.connect({ identity: 'alice' })];
    const bob = t.connect({ identity: 'bob', protocol: 'plain' });
    for (const client of [alice, tab, bob]) client.subscribeAndJoin('chat:1');
    t.advance('1s');
    return { t, alice, bob };
  };

  it('compares the keys of who is present, in any order, in either dialect (PR6, CT2)', () => {
    const { t, alice, bob } = present(true);

    alice.assertPresence('chat:1', ['bob', 'alice']);
    alice.drop();
    t.advance('5s');
    bob.assertPresence('chat:1', ['alice', 'bob']);
    t.end();
  });

  it('fails with who is present, or with why there is no answer (CT3)', () => {
    const { alice, bob } = present(true);
    const counted = present({ mode: 'count' });

    expect(textOf(() => alice.assertPresence('chat:1', ['alice']))).toBe(
      "assertPresence('chat:1', [ 'alice' ]): present: [ 'alice', 'bob' ]. Changes are told at most every 50 ms: t.advance('50ms')",
    );
    expect(textOf(() => bob.assertPresence('chat:2', []))).toBe(
      "assertPresence('chat:2', []): not_subscribed: Not subscribed to channel: chat:2",
    );
    expect(textOf(() => counted.bob.assertPresence('chat:1', []))).toBe(
      "assertPresence('chat:1', []): the channel tells only how many: 2",
    );
  });
});

describe('refuteBroadcast', () => {
  it('passes where nothing such was sent, and fails with it (CT3)', () => {
    const { t } = scene();

    t.refuteBroadcast('chat:1', 'typing');
    t.refuteBroadcast('chat:2');
    expect(textOf(() => t.refuteBroadcast('chat:1'))).toBe(
      "refuteBroadcast('chat:1'): the channels got one:\n  push chat:1 said { user: 'alice', text: 'hi' }",
    );
  });
});
