import { describe, expect, it } from '@jest/globals';
import { channel, type PresenceOptions } from '../../../lib/channels/index.js';
import { channelTest } from '../../../lib/testing/index.js';
import { inRoom, news, presentTest } from './support.js';

const ROOM = { channel: 'room:1' };

describe('the command presence', () => {
  it('tells a member who is present, also one that is not and does not watch (PR6, PR11)', () => {
    const t = presentTest();
    inRoom(t, 'ann');
    const bob = t.connect({ protocol: 'plain' });
    bob.subscribeAndJoin('room:1', { present: false });

    const ref = bob.command('presence', ROOM);

    expect(bob.assertReply(ref, { ok: true })).toEqual({
      id: ref,
      ok: true,
      result: {
        version: 1,
        members: [{ key: 'ann', metas: [{ ref: 'p1', since: 0, meta: {} }] }],
      },
      type: 'system',
      payload: 'Presence in channel: room:1',
      timestamp: 0,
    });
    t.end();
  });

  it('begins to watch, and ends that; a subscribe does so as well, or leaves it as it was (PR11, CP14)', () => {
    const t = presentTest();
    const [ann] = inRoom(t, 'ann');
    const bob = t.connect();
    const deeds = [
      () => bob.subscribe('room:1', { present: false }),
      () => bob.command('presence', { ...ROOM, watch: true }),
      () => bob.subscribe('room:1', { present: false }),
      () => bob.command('presence', ROOM),
      () => bob.command('presence', { ...ROOM, watch: false }),
      () => bob.subscribe('room:1', { present: false, watch: true }),
      () => bob.subscribe('room:1', { present: false, watch: false }),
    ];

    const heard = deeds.map((deed, i) => {
      deed();
      const before = news(bob).length;
      ann?.command('presence_update', { ...ROOM, meta: i + 1 });
      t.advance('1s');
      return news(bob).length > before;
    });

    expect(heard).toEqual([false, true, true, true, false, true, false]);
    t.end();
  });

  it('pushes the list to who asks without an id, also where nobody is (CP1, PR6)', () => {
    const t = presentTest();
    const [bob, ann] = [t.connect({ protocol: 'plain' }), t.connect({ identity: 'ann' })];
    bob.subscribeAndJoin('room:1', { present: false });
    const ask = () => bob.send({ type: 'system', payload: { command: 'presence', ...ROOM } });

    ask();
    ann.subscribeAndJoin('room:1');
    ask();

    expect(news(bob)).toEqual(['state 0', 'state 1 ann/p1']);
    expect(t.manager.stats().presence.entries).toBe(1);
    t.end();
  });

  it.each([
    { fields: ROOM, code: 'not_subscribed' },
    { fields: { channel: 'other' }, code: 'not_available' },
    { fields: { ...ROOM, watch: 1 }, code: 'bad_request' },
    { fields: { channel: 7 }, code: 'bad_request' },
  ])('answers $fields with $code, and the page as it knows it (CP13)', ({ fields, code }) => {
    const t = presentTest();
    const [ann, plain] = [t.connect(), t.connect({ protocol: 'plain' })];
    for (const client of [ann, plain]) client.subscribe('other');
    t.connect().subscribe('room:1');

    ann.assertReply(ann.command('presence', fields), { error: code });
    plain.send({ type: 'system', payload: { command: 'presence', ...fields } });

    expect(plain.frames.at(-1)).toMatchObject({ type: 'system', payload: expect.any(String) });
    expect(Object.keys(plain.frames.at(-1) ?? {})).not.toContain('error');
    t.end();
  });
});

describe('the command presence_update', () => {
  it('gives the ref, and others hear of the meta as the channel makes it of that (PR3, PR4)', () => {
    const t = presentTest({ meta: ({ meta, params }) => ({ says: meta, ...(params as object) }) });
    const [ann] = inRoom(t, 'ann');
    const bob = t.connect({ identity: 'bob' });
    bob.subscribeAndJoin('room:1', { params: { as: 'guest' }, meta: 1 });
    t.advance('50ms');

    const ref = bob.command('presence_update', { ...ROOM, meta: null });

    bob.assertReply(ref, { ok: true }, { ref: 'p2' });
    t.advance('50ms');
    expect(ann?.frames.at(-1)?.payload).toMatchObject({
      data: {
        version: 3,
        updates: [{ key: 'bob', ref: 'p2', since: 50, meta: { says: null, as: 'guest' } }],
      },
    });
    t.end();
  });

  const slow = (presence: PresenceOptions | true) =>
    channelTest({ channels: [channel('room:*', { presence })] });

  it.each([
    { what: 'is a stranger', code: 'not_present', joins: undefined, meta: 1 },
    { what: 'is not counted', code: 'not_present', joins: { present: false }, meta: 1 },
    { what: 'says nothing', code: 'bad_request', joins: {}, meta: undefined },
    { what: 'says too much', code: 'invalid_data', joins: {}, meta: 'm'.repeat(1_023) },
    { what: 'makes a function throw', code: 'internal', joins: {}, meta: 'boom' },
  ])('answers who $what with $code, and changes nothing', ({ code, joins, meta }) => {
    const t = slow({
      meta: (request) => {
        if (request.meta === 'boom') throw new Error('boom');
        return request.meta;
      },
    });
    const [ann] = inRoom(t, 'ann');
    const bob = t.connect();
    if (joins !== undefined) bob.subscribeAndJoin('room:1', { ...joins, meta: 0 });
    t.advance('50ms');
    const before = news(ann as never);

    const ref = bob.command('presence_update', { ...ROOM, meta });

    bob.assertReply(ref, { error: code });
    t.advance('1s');
    expect(news(ann as never)).toEqual(before);
    t.end();
  });

  it('says what is too large, for a program (CP8)', () => {
    const t = presentTest();
    const [ann] = inRoom(t, 'ann');
    const ref = ann?.command('presence_update', { ...ROOM, meta: 'm'.repeat(2_000) });

    ann?.assertReply(
      ref as never,
      { error: 'invalid_data' },
      {
        message: 'meta: more than 1024 bytes of JSON',
        details: [{ path: 'meta', message: 'more than 1024 bytes of JSON' }],
      },
    );
    t.end();
  });

  it.each<{ what: string; presence: PresenceOptions | true }>([
    { what: 'true', presence: true },
    { what: 'without meta', presence: { linger: '1s' } },
  ])('is not_available where the presence is $what, and says what to do (PR3)', ({ presence }) => {
    const t = slow(presence);
    const [ann] = inRoom(t, 'ann');

    const ref = ann?.command('presence_update', { ...ROOM, meta: 1 });

    const message = 'No meta of clients in channel: room:1; give it presence.meta';
    ann?.assertReply(ref as never, { error: 'not_available' }, { message });
    t.end();
  });
});

describe('a definition that is replaced', () => {
  it('counts for joins from then on: presence ends as those leave who are present (B13)', () => {
    const t = presentTest();
    const [ann, bob] = inRoom(t, 'ann', 'bob');
    t.manager.define(channel('room:*'));

    const result = t.connect({ identity: 'cid' }).subscribeAndJoin('room:1');
    bob?.close();
    t.advance('50ms');

    expect(result).toEqual({ channel: 'room:1', present: false });
    ann?.assertPresence('room:1', ['ann']);
    ann?.subscribeAndJoin('room:1', { watch: false });
    t.advance('50ms');
    const ref = ann?.command('presence', ROOM);
    ann?.assertReply(ref as never, { error: 'not_available' });
    t.end();
  });
});

describe('channel', () => {
  it.each([
    { presence: false, text: 'channel a: presence is true or { … }, not boolean' },
    { presence: null, text: 'presence is true or { … }' },
    { presence: { keys: 1 }, text: "presence: unknown option 'keys'; did you mean 'key'?" },
    { presence: { key: 'user' }, text: 'presence.key is a function, not "user"' },
    { presence: { meta: {} }, text: 'presence.meta is a function' },
    { presence: { mode: 'sum' }, text: `presence.mode is 'list' or 'count', not "sum"` },
    { presence: { linger: -1 }, text: 'presence.linger: -1 is no duration' },
    { presence: { debounce: 'soon' }, text: 'presence.debounce: "soon" is no duration' },
    { presence: { members: 0 }, text: 'presence.members: 0 is out of range' },
  ])('refuses presence $presence (Invalid, PR1)', ({ presence, text }) => {
    expect(() => channel('a', { presence: presence as never })).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringContaining(text) }),
    );
  });

  it.each([
    { answer: { present: 'no' }, text: 'present is true or false' },
    { answer: { presence: { keys: 'a' } }, text: "unknown option 'keys'" },
    { answer: { presence: { key: 5 } }, text: 'presence.key gives a text of 1 to 255 characters' },
  ])('has a hook that answers $answer refuse with internal (B15, PR2)', ({ answer, text }) => {
    const warnings: string[] = [];
    const join = () => answer as never;
    const t = channelTest({ channels: [channel('room:*', { join, presence: true })] });
    t.system.events$.subscribe((event) => {
      if (event.type === 'warning') warnings.push(String(event.error));
    });
    const ann = t.connect();

    ann.assertReply(ann.subscribe('room:1'), { error: 'internal' });

    expect(warnings).toEqual([expect.stringContaining(text)]);
    t.end();
  });
});
