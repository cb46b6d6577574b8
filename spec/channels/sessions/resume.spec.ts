import { describe, expect, it } from '@jest/globals';
import { readLimits } from '../../../lib/channels/definitions/limitOptions.js';
import { channel, type JoinHook } from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { channelTest } from '../../../lib/testing/index.js';
import { collect, idle } from '../../support/runtime.js';
import { Scene } from '../scene.js';
import { comesBack, guest, RESUMED, refused, timers } from './support.js';

describe('resume', () => {
  it('goes on with a session whose connection was lost (CP22)', () => {
    const scene = new Scene();
    const ann = guest(scene);
    ann.leaves();

    const back = comesBack(scene, ann.secret, 2);

    expect(back.texts).toEqual([
      '{"id":1000,"ok":true,"result":{"resumed":true},"type":"system","payload":"Resumed","timestamp":0}',
    ]);
    // Its own one has ended by that.
    expect(scene.broker.sessions.size).toBe(1);
    back.leaves();
    expect(comesBack(scene, back.secret, 3).frames).toMatchObject([refused('unknown')]);
    expect(comesBack(scene, ann.secret, 3).frames).toMatchObject([RESUMED]);
  });

  it('takes it over from a connection that is half-open, which is closed 4409 (CP22)', () => {
    const scene = new Scene();
    const older = guest(scene);
    older.command('subscribe', { channel: 'a' }).texts;
    const left = collect(scene.manager.connections$, ({ type, count }) => [type, count]);

    const newer = comesBack(scene, older.secret, 2);

    expect(newer.frames).toMatchObject([RESUMED]);
    expect([older.closing, newer.closing]).toEqual(['4409 session taken over', undefined]);
    expect(older.texts).toEqual([]);
    expect(scene.manager.getConnectionIds()).toEqual([newer.pid]);
    // Subscriptions are asked for anew, and authorised anew.
    expect(scene.manager.channels.subscriberCount('a')).toBe(0);
    older.sends({ type: 'system', payload: { command: 'resume', session: older.secret, n: 9 } });
    older.leaves(4409);
    expect(scene.manager.getConnectionIds()).toEqual([newer.pid]);
    expect(left).toEqual([
      ['joined', 2],
      ['left', 1],
    ]);
    // The session is not lost by the end of the older one.
    scene.system.advance('10m');
    expect(comesBack(scene, older.secret, 3).frames).toMatchObject([RESUMED]);
  });

  it.each([1, 2, 3])('closes what lags behind a newer dial: %i after 3 (CP22, PT6)', (n) => {
    const scene = new Scene();
    const { secret } = guest(scene);
    const newest = comesBack(scene, secret, 3);
    newest.texts;

    const lagging = guest(scene);
    lagging.sends([
      { type: 'system', payload: { command: 'resume', session: secret, n }, id: 1 },
      { type: 'system', payload: { command: 'subscribe', channel: 'a' }, id: 2 },
    ]);

    expect([lagging.texts, lagging.closing]).toEqual([[], '4409 session taken over']);
    expect(scene.manager.channels.channelExists('a')).toBe(false);
    expect([newest.texts, newest.closing]).toEqual([[], undefined]);
    expect(comesBack(scene, secret, 4).frames).toMatchObject([RESUMED]);
  });

  it('is in time for 30 s, then expired for as long, then unknown (CP22)', () => {
    expect(readLimits().session).toBe(30_000);
    const scene = new Scene();
    const [ann, bob] = [guest(scene), guest(scene)];
    // Its time begins with the loss.
    scene.system.advance('1h');
    for (const each of [ann, bob]) each.leaves();

    scene.system.advance(29_999);
    expect(comesBack(scene, ann.secret, 2).frames).toMatchObject([RESUMED]);
    scene.system.advance(1);
    expect(comesBack(scene, bob.secret, 2).frames).toMatchObject([refused('expired')]);
    scene.system.advance(29_999);
    expect(comesBack(scene, bob.secret, 3).frames).toMatchObject([refused('expired')]);
    scene.system.advance(1);
    expect(comesBack(scene, bob.secret, 4).frames).toMatchObject([refused('unknown')]);
  });

  it('is for who has had it, and leaves it to that one (CP22)', () => {
    const scene = new Scene();
    const ann = guest(scene, 'ann');
    ann.leaves();

    for (const other of ['bob', undefined]) {
      const thief = comesBack(scene, ann.secret, 1_000, other);
      expect(thief.frames).toMatchObject([refused('identity')]);
      // The session of its hello stands.
      thief.leaves();
      expect(comesBack(scene, thief.secret, 2, other).frames).toMatchObject([RESUMED]);
    }
    expect(comesBack(scene, ann.secret, 2, 'ann').frames).toMatchObject([RESUMED]);
  });

  it.each([
    { what: 'no session', fields: { n: 2 } },
    { what: 'a session that is no text', fields: { session: ['x'], n: 2 } },
    { what: 'no n', fields: { n: undefined } },
    { what: 'an n that is 0', fields: { n: 0 } },
    { what: 'an n below 0', fields: { n: -1 } },
    { what: 'an n above 2^53', fields: { n: 2 ** 53 } },
    { what: 'an n that is no integer', fields: { n: 1.5 } },
    { what: 'an n that is a text', fields: { n: '2' } },
  ])('refuses $what as bad_request, and changes nothing (CP13)', ({ what, fields }) => {
    const scene = new Scene();
    const ann = guest(scene);
    const other = guest(scene);
    const session = what === 'no session' ? undefined : ann.secret;

    other.command('resume', { session, ...fields }, 1);

    expect(other.frames).toMatchObject([{ id: 1, error: { code: 'bad_request' } }]);
    expect([ann.closing, scene.broker.sessions.size]).toEqual([undefined, 2]);
  });

  it('is not for the dialect of the page, which has no session (CP1)', () => {
    const scene = new Scene();
    const ann = guest(scene);
    const plain = scene.connectPlain();
    plain.texts;

    plain.command('resume', { session: ann.secret, n: 2 }, 1);

    expect(plain.frames).toMatchObject([
      { id: 1, error: { code: 'not_available', message: 'resume: only in rx-process.v1' } },
    ]);
    expect(ann.closing).toBeUndefined();
  });

  it('of the session that it has is true, and closes nothing (CP22)', () => {
    const scene = new Scene();
    const ann = guest(scene);

    ann.command('resume', { session: ann.secret, n: 2 }, 1);
    ann.command('resume', { session: ann.secret, n: 3 }, 2);

    expect(ann.brief).toEqual(['1 ok Resumed', '2 ok Resumed']);
    expect(ann.closing).toBeUndefined();
    // What it says twice lags, as it does from another connection.
    ann.command('resume', { session: ann.secret, n: 3 }, 3);
    expect([ann.closing, ann.brief]).toEqual(['4409 session taken over', []]);
  });

  it('works in one batch with what follows, and behind it (CP4, CC11)', () => {
    const scene = new Scene();
    const older = guest(scene);
    const resume = { command: 'resume', session: older.secret, n: 2 };
    const batch = [resume, { command: 'subscribe', channel: 'a' }].map((payload, i) => ({
      ...{ type: 'system', payload, id: i + 1 },
    }));

    const newer = guest(scene).sends(batch);
    const newest = guest(scene);
    newest.sends(batch.reverse().map((each) => ({ ...each, payload: { ...each.payload, n: 3 } })));

    expect(newer.brief).toEqual(['1 ok Resumed', '2 ok Subscribed to channel: a']);
    expect(newest.brief).toEqual(['2 ok Subscribed to channel: a', '1 ok Resumed']);
    expect(scene.manager.channels.getSubscribers('a')).toEqual([newest.pid]);
  });

  it('shows hooks and processes another connection of the same client (CP22)', () => {
    const seen: unknown[] = [];
    const join: JoinHook = ({ connection: { id, identity } }) => {
      seen.push([id, identity]);
      return true;
    };
    const scene = new Scene({ channels: [channel('a', { join })] });
    let ids = 0;
    scene.broker.newId = (what) => `${what} ${++ids}`;
    const ann = guest(scene, 'ann');
    ann.command('subscribe', { channel: 'a' }).leaves();

    comesBack(scene, ann.secret, 2, 'ann').command('subscribe', { channel: 'a' });

    expect(seen).toEqual([
      ['connection 1', 'ann'],
      ['connection 3', 'ann'],
    ]);
  });
});

describe('a session', () => {
  it.each([
    { how: 'lost', end: (_: Scene, ann: ReturnType<typeof guest>) => ann.leaves() },
    { how: 'left by 1000', end: (_: Scene, ann: ReturnType<typeof guest>) => ann.leaves(1000) },
    { how: 'closed', end: (s: Scene, { pid }: { pid: string }) => s.manager.closeConnection(pid) },
    { how: 'killed', end: ({ system }: Scene, { pid }: { pid: string }) => system.terminate(pid) },
  ])('outlives its connection, however that has ended: $how (CP22)', ({ end }) => {
    const scene = new Scene();
    const ann = guest(scene, 'ann');

    end(scene, ann);
    scene.system.flush();

    expect(comesBack(scene, ann.secret, 2, 'ann').frames).toMatchObject([RESUMED]);
  });

  it('outlives the end of its authorisation, and a token of somebody else (B32)', () => {
    const scene = new Scene();
    const asked = {
      connect: () => ({ identity: 'ann', expiresIn: '1s' }),
      refresh: () => ({ identity: 'bob' }),
    };
    const [ann, eve] = [guest(scene, 'ann', asked), guest(scene, 'ann', asked)];
    eve.command('refresh', { token: 'of bob' });
    scene.system.advance('1s');

    expect([ann.closing, eve.closing]).toEqual([
      '4401 authorization expired',
      '4403 another identity',
    ]);
    for (const { secret } of [ann, eve]) {
      expect(comesBack(scene, secret, 2, 'bob').frames).toMatchObject([refused('identity')]);
      expect(comesBack(scene, secret, 2, 'ann').frames).toMatchObject([RESUMED]);
    }
  });

  it('is kept where another process has its connection meanwhile, for 30 s (X3)', () => {
    const scene = new Scene();
    const [ann, bob, eve] = [guest(scene), guest(scene), guest(scene)];
    const other = scene.system.spawn(idle);
    const goesTo = (target_pid: string) => {
      for (const { pid } of [ann, bob, eve]) scene.system.send(pid, 'ws.control', { target_pid });
      scene.system.flush();
    };
    goesTo(other);
    scene.system.advance(29_999);
    const taker = comesBack(scene, bob.secret, 2);
    expect(taker.frames).toMatchObject([RESUMED]);

    goesTo(scene.manager.pid);

    const secrets = [ann, bob, eve].map(({ frames }) => frames[0]?.hello.session);
    expect(secrets).toEqual([ann.secret, expect.any(String), eve.secret]);
    // Who has taken it over has it.
    expect(secrets[1]).not.toBe(bob.secret);
    expect([taker.closing, bob.closing]).toEqual([undefined, undefined]);
    goesTo(other);
    scene.system.advance('30s');
    goesTo(scene.manager.pid);
    expect(eve.frames[0]?.hello.session).not.toBe(eve.secret);
    expect(scene.broker.sessions.size).toBe(4 + 3);
  });

  it('costs one timer for all that are lost, and none where none is (PT14)', () => {
    const scene = new Scene();
    const guests = Array.from({ length: 5 }, () => guest(scene));
    scene.inside.rest();
    expect(timers(scene)).toBe(0);

    for (const each of guests) {
      each.leaves();
      scene.system.advance('2s');
    }
    expect(timers(scene)).toBe(1);
    const back = guests.map(({ secret }) => comesBack(scene, secret, 2));
    scene.inside.rest();
    expect([timers(scene), scene.broker.sessions.size]).toEqual([0, 5]);

    for (const each of back) each.leaves();
    scene.system.advance('1m');
    expect([timers(scene), scene.broker.sessions.size]).toEqual([0, 0]);
  });

  it('makes place for another where there are too many: the one that was lost first, else the oldest (§2.5)', () => {
    const scene = new Scene({ limits: { sessions: 3 } });
    expect(readLimits().sessions).toBe(100_000);
    const [ann, bob, cid] = [guest(scene), guest(scene), guest(scene)];
    cid.leaves();
    bob.leaves();
    const dan = guest(scene);
    expect(scene.broker.sessions.size).toBe(3);

    const eve = guest(scene);
    const fay = guest(scene);
    expect(scene.broker.sessions.size).toBe(3);

    expect([ann, bob, cid, dan, eve, fay].map(({ closing }) => closing)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
    for (const { secret } of [cid, bob, ann]) {
      expect(comesBack(scene, secret, 2).frames).toMatchObject([refused('unknown')]);
    }
    // Its end is no loss of a session that is none.
    ann.leaves();
    expect(scene.broker.sessions.size).toBe(3);
  });

  it('ends with its manager, and no timer of it is left (PT14)', () => {
    const scene = new Scene();
    const [ann] = [guest(scene), guest(scene)];
    ann.leaves();

    scene.system.terminate(scene.manager.pid);
    scene.system.flush();

    expect(scene.broker.sessions.size).toBe(0);
    scene.inside.rest();
    scene.system.advance('10s');
    expect(timers(scene)).toBe(0);
  });

  it('ends at a shutdown, and no timer of it is left (B34)', async () => {
    const t = channelTest();
    const [ann, bob] = [t.connect(), t.connect()];
    bob.drop();
    const { sessions } = t.manager[insideOf].broker;
    expect(sessions.size).toBe(2);

    const over = t.system.shutdown();
    // The clients are closed, then the manager's process ends; the clock stands.
    for (const _ of ['clients', 'manager']) await t.settled();

    expect([ann.closed?.code, sessions.size]).toEqual([1001, 0]);
    t.end();
    await over;
  });

  it('of two tabs is two (§2.4, 20)', () => {
    const scene = new Scene();
    const [one, two] = [guest(scene, 'ann'), guest(scene, 'ann')];
    expect(one.secret).not.toBe(two.secret);
    one.leaves();

    expect(comesBack(scene, one.secret, 2, 'ann').frames).toMatchObject([RESUMED]);
    expect(two.closing).toBeUndefined();
  });

  it('is found by nobody who guesses (CP20)', () => {
    const scene = new Scene();
    const ann = guest(scene);
    const thief = guest(scene);
    const id = scene.manager.getConnectionMetadata(ann.pid)?.id;

    for (const session of [
      '',
      id,
      ann.pid,
      ann.secret.slice(0, -1),
      `${ann.secret} `,
      '__proto__',
    ]) {
      thief.command('resume', { session, n: 9 }, 1_000);
      expect(thief.frames).toMatchObject([refused('unknown')]);
    }
    expect(ann.closing).toBeUndefined();
  });
});
