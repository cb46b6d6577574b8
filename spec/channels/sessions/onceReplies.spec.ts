import { describe, expect, it } from '@jest/globals';
import { Subscription } from 'rxjs';
import { Sessions } from '../../../lib/channels/broker/sessions.js';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import type { Member } from '../../../lib/channels/members/member.js';
import type { Session } from '../../../lib/channels/members/session.js';
import { Scene } from '../scene.js';
import { answer, back, endings, guest, order, shop, timers } from './support.js';

describe('the replies that are kept', () => {
  it('are the last 64; one whose reply is gone is outcome_unknown, and not performed (CP23)', () => {
    expect(readLimits().onceReplies).toBe(64);
    const { scene, asked, ann } = shop({}, (payload) => payload);
    for (let id = 1; id <= 66; id++) ann.sends(order(id));

    const again = back(scene, ann).sends(order(1), order(2), order(3), order(66));

    expect(again.frames).toMatchObject([
      { id: 1, ok: false, error: { code: 'outcome_unknown', retry: false } },
      { id: 2, ok: false, error: { code: 'outcome_unknown' } },
      { id: 3, ok: true, payload: 'order 3' },
      { id: 66, ok: true, payload: 'order 66' },
    ]);
    expect(asked).toHaveLength(66);
  });

  it('have 64 KiB; one that is larger alone leaves the others (CP23)', () => {
    expect(readLimits().onceBytes).toBe(64 * 1024);
    const { scene, ann } = shop({}, (size) => 'ä'.repeat(Number(size)));
    const sizes = [1, 5_000, 40_000, 20_000, 5_000];
    sizes.forEach((size, i) => void ann.sends(order(i + 1, size)));
    ann.texts;

    const again = back(scene, ann);
    for (let id = 1; id <= 5; id++) again.sends(order(id));
    expect(endings(again)).toEqual(['1 ok', '2 ok', '3 outcome_unknown', '4 ok', '5 ok']);
    again.sends(order(6, 3_000), order(1), order(2), order(4));
    expect(endings(again)).toEqual(['6 ok', '1 outcome_unknown', '2 outcome_unknown', '4 ok']);
    expect(scene.broker.sessions.bytes).toBeLessThan(64 * 1024);
  });

  it('are those of the requests that were answered last, not sent last (CP23)', () => {
    const { scene, asked, ann } = shop({ onceReplies: 2 });
    ann.sends(order(1), order(2), order(3), order(4));
    for (const at of [3, 2, 1]) answer(scene, asked[at], at);

    const again = back(scene, ann).sends(order(4), order(3), order(2), order(1), order(5));
    answer(scene, asked[0], 0);

    expect(endings(again)).toEqual(['4 outcome_unknown', '3 ok', '2 ok', '1 ok']);
    expect(asked.map(({ payload }) => payload)).toEqual([
      ...['order 1', 'order 2', 'order 3', 'order 4', 'order 5'],
    ]);
  });

  it('of all sessions have 64 MiB; beyond, those go that were lost first (§2.5)', () => {
    expect(readLimits().onceTotal).toBe(64 * 1024 * 1024);
    const { scene, ann } = shop({ onceTotal: 2_500 }, () => 'x'.repeat(900));
    const [bob, cid] = [guest(scene), guest(scene)];
    for (const each of [ann, bob]) each.sends(order(1)).leaves();
    cid.sends(order(1), order(2));

    const { sessions } = scene.broker;
    expect([sessions.find(ann.secret), sessions.find(bob.secret)]).toEqual(['unknown', 'unknown']);
    expect(sessions.bytes).toBeLessThan(2_500);
    // Nobody is lost any more: who asks has its own oldest forgotten.
    cid.texts;
    cid.sends(order(3), order(1), order(2), order(3));
    expect(endings(cid)).toEqual(['3 ok', '1 outcome_unknown', '2 ok', '3 ok']);
  });

  it('are not kept where the session had to go for a newer one, as nothing would take them away again (CP22)', () => {
    const { scene, ann } = shop({ sessions: 1 }, () => 'done');
    guest(scene);

    ann.sends(order(1), order(1));

    expect(endings(ann)).toEqual(['1 ok', '1 outcome_unknown']);
    ann.leaves();
    expect(scene.broker.sessions.bytes).toBe(0);
  });

  it('make room for a large one in one go, however many small ones are kept (§2.5)', () => {
    const limits = readLimits({ onceBytes: 30_000, onceTotal: 30_000 });
    const { kernel, members, newId } = new Scene().broker;
    const after = () => Subscription.EMPTY;
    const sessions = new Sessions({ after, kernel, limits, members, newId, tag: '' });
    const enter = (pid: object) => {
      const member = { pid, connection: {}, session: undefined } as unknown as Member;
      sessions.begin(member);
      return { member, once: sessions.onceOf(member.session as Session) };
    };
    for (let n = 0; n < 5_000; n++) {
      const { member, once } = enter({});
      once.keep(1, 'small');
      sessions.lose(member, []);
    }

    enter({}).once.keep(1, 'x'.repeat(29_990));

    expect([sessions.size, sessions.bytes]).toEqual([3, 30_000]);
  });

  it('count once, also where a reply ends the very session that it is for (§2.5)', () => {
    const { scene, asked, ann } = shop({ onceTotal: 500 });
    ann.sends(order(1)).leaves();

    answer(scene, asked[0], 'x'.repeat(900));

    const { sessions } = scene.broker;
    expect([sessions.find(ann.secret), sessions.bytes]).toEqual(['unknown', 0]);
  });

  it('go with their session, and with them what waits (PT14)', () => {
    const { scene, asked, ann } = shop({ requestTimeout: '1h' });
    ann.sends(order(1), order(2)).leaves();
    answer(scene, asked[0], 'kept');
    expect(scene.broker.sessions.bytes).toBeGreaterThan(0);
    scene.inside.rest();

    scene.system.advance('1m');

    expect([scene.broker.sessions.bytes, timers(scene)]).toEqual([0, 0]);
    expect(answer(scene, asked[1], 'late')).toBe(false);
    expect(scene.events).toEqual(['drop no call']);
  });

  it('are none where a session had to make place, and nothing is performed again (§2.5, PT5)', () => {
    const { scene, asked, ann } = shop({ sessions: 1 });
    ann.sends(order(1), order(2));
    answer(scene, asked[0], 'done');
    guest(scene);

    ann.sends(order(1), order(2), order(3));
    for (const at of [1, 2]) answer(scene, asked[at], 'done');
    ann.sends(order(2), order(3));

    expect(endings(ann)).toEqual([
      ...['1 ok', '1 outcome_unknown', '2 ok', '3 ok'],
      ...['2 outcome_unknown', '3 outcome_unknown'],
    ]);
    expect(asked).toHaveLength(3);
  });

  it('of a session that had to make place are for who is there still, and nobody else (§2.5, PT14)', () => {
    const { scene, asked, ann } = shop({ sessions: 2 });
    ann.sends(order(1), order(2));
    const again = back(scene, ann).sends(order(1), order(2));
    for (const _ of [1, 2]) guest(scene);
    scene.system.advance(10_000);
    again.sends(order(3));
    expect(endings(again)).toEqual(['1 timeout', '2 timeout']);

    scene.inside.rest();
    expect(timers(scene)).toBe(1);
    again.leaves();

    expect(timers(scene)).toBe(0);
    expect(answer(scene, asked[2], 'late')).toBe(false);
  });

  it('of who has asked again end with the connection, if the session is over (PT14)', () => {
    const { scene, ann } = shop({ sessions: 2 });
    ann.sends(order(1));
    const again = back(scene, ann).sends(order(1));
    for (const _ of [1, 2]) guest(scene);
    scene.inside.rest();

    again.leaves();

    expect(timers(scene)).toBe(0);
  });
});

describe('limits of once-requests', () => {
  it('leave nothing of one that is answered with its connection (PT14)', () => {
    const { scene, asked, ann } = shop();
    const conversation = scene.broker.conversationOf(scene.broker.members.get(ann.pid) as Member);
    let count = 0;
    const { onEnd } = conversation;
    conversation.onEnd = (cancel) => {
      const undo = onEnd.call(conversation, cancel);
      count++;
      return () => {
        count--;
        undo();
      };
    };

    ann.sends(order(1), { ...order(2), once: false });
    expect(count).toBe(2);
    for (const message of asked) answer(scene, message, 'done');

    expect(count).toBe(0);
  });

  it('count what runs of a session, over all its connections (§2.5)', () => {
    const { scene, asked, ann } = shop({ pending: 3 });
    ann.sends(order(1), order(2), order(3), order(4));
    expect(endings(ann)).toEqual(['4 overloaded']);

    const again = back(scene, ann).sends(order(5), { ...order(6), once: false });

    expect(endings(again)).toEqual(['5 overloaded']);
    answer(scene, asked[0], 1);
    again.sends(order(5));
    expect(asked.map(({ payload }) => payload)).toEqual([
      ...['order 1', 'order 2', 'order 3', 'order 6', 'order 5'],
    ]);
  });

  it('never say of what was performed that it was too much (CP23)', () => {
    const { scene, asked, ann } = shop({ pending: 2, onceReplies: 1 });
    ann.sends(order(1));
    answer(scene, asked[0], 1);
    ann.sends(order(2));
    answer(scene, asked[1], 2);
    ann.sends(order(3));
    const again = back(scene, ann);

    again.sends({ ...order(8), once: false }, { ...order(9), once: false });
    again.sends(order(1), order(2), order(3), order(4));
    answer(scene, asked[2], 3);

    expect(endings(again)).toEqual([...['1 outcome_unknown', '2 ok', '4 overloaded', '3 ok']]);
  });

  it('never say so of what is asked again too often (B29, CP23)', () => {
    const { scene, ann } = shop({ requestBurst: 2 }, (payload) => payload);

    ann.sends(order(1), order(1), order(1), order(2));
    scene.system.advance('1s');
    ann.sends(order(1), order(2));

    expect(endings(ann)).toEqual([
      ...['1 ok', '1 ok', '1 outcome_unknown', '2 rate_limited', '1 ok', '2 ok'],
    ]);
  });

  it('keep a session small, whatever a client sends', () => {
    const { scene, ann } = shop({ requestsPerSecond: 0 }, (payload) => payload);
    const large = 'x'.repeat(60_000);

    for (let id = 1; id <= 300; id++) {
      ann.sends(order(id, large));
    }

    expect(scene.broker.sessions.bytes).toBeLessThan(64 * 1024);
  });
});
