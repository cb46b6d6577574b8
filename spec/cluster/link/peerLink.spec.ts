import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeFrame, encodeFrame, Flag } from '../../../lib/cluster/wire/frame.js';
import { type End, linkPair, type Stage } from '../../support/linkPair.js';

const MIB = 1024 * 1024;
const ALL = { length: 64 * MIB + 1 } as Uint8Array;

let stage: Stage;
let a: End;
let b: End;

beforeEach(() => {
  ({ stage, a, b } = linkPair());
});

function begin(): void {
  a.link.setUp(true);
  b.link.setUp(true);
  stage.advance(10);
  a.frames = [];
  b.frames = [];
}

/** Numbers, flags and acknowledgements of what an end has published. */
const written = ({ frames }: End) =>
  frames.map((bytes) => {
    const { flags = -1, number, ack } = decodeFrame(bytes) ?? {};
    return `${flags === Flag.ackOnly ? 'ack' : flags} ${number} ${ack}`;
  });

/** The next frame of an end, which does not take its way. */
function frameOf(end: End): Uint8Array {
  const { way } = end;
  end.way = () => [];
  end.send();
  stage.advance(0);
  end.way = way;
  return end.frames.pop() as Uint8Array;
}

describe('PeerLink', () => {
  it('tells each end who the other is, when both tags are known (D10)', () => {
    expect(a.send()).toBe(false);
    begin();

    expect([a, b].map(({ sessions }) => sessions.map(({ hello }) => hello))).toEqual([
      ['I am b'],
      ['I am a'],
    ]);
    expect([a.link.stats().sessions, b.link.stats().sessions]).toEqual([1, 1]);
  });

  it('links a node to one that greets it before it was up itself (D10)', () => {
    a.link.setUp(true);
    stage.advance(300);
    b.link.setUp(true);
    stage.advance(10);

    expect([a.link.isOpen, b.link.isOpen]).toEqual([true, true]);
  });

  it('publishes one frame for a drain, in the order of the run queue (D12)', () => {
    begin();
    const receive = () => void a.send();
    a.send();
    stage.queue.push({ receive }, undefined);
    a.send();

    expect(a.frames).toEqual([]);
    stage.advance(5);
    expect(written(a)).toEqual(['0 1 0']);
    expect(b.sessions[0]?.entries).toEqual(['a1/1', 'a1/2', 'a1/3']);
  });

  it('posts what a turn has to say ahead of what waits in the run queue (D12)', () => {
    a.link.post(Buffer.from('lost\0'));
    begin();
    a.send();
    a.link.post(Buffer.from('posted\0'));
    stage.advance(5);

    expect(written(a)).toEqual(['0 1 0']);
    expect(b.sessions[0]?.entries).toEqual(['posted', 'a1/1']);
  });

  it('acknowledges after the drain that has handed it over, 20 ms later or with what is sent (D12)', () => {
    begin();
    b.link.receive(frameOf(a));
    // It asks, and so shows what it acknowledges before the run queue has handed anything over.
    b.link.setUp(true);
    stage.advance(19);
    expect(written(b)).toEqual(['ack 0 0']);
    stage.advance(1);
    expect(written(b)).toEqual(['ack 0 0', 'ack 0 1']);
    a.send();
    stage.advance(2);
    b.send();
    stage.advance(2);

    expect(written(b).slice(2)).toEqual(['0 1 2']);
  });

  it.each([
    { what: 'it is not dispatched yet', fillers: 65_535 },
    { what: 'it is dispatched', fillers: 65_534 },
    { what: 'the mark behind it has come round', fillers: 65_533 },
  ])(
    'does not acknowledge what is in the run queue when a batch ends: $what (D12)',
    ({ fillers }) => {
      begin();
      const frame = frameOf(a);
      b.send();
      // A batch has 65,536 turns, the first of which takes the entry of `b`.
      for (let i = 0; i < fillers; i++) stage.queue.push({ receive: () => {} }, i);
      b.link.receive(frame);
      stage.advance(0);

      // Its own frame has left with the first batch.
      expect(written(b)).toEqual(['0 1 0']);
      expect(b.sessions[0]?.entries).toEqual(['a1/1']);
    },
  );

  it('acknowledges at once when one drain has handed over a quarter of the window (D12)', () => {
    begin();
    for (let i = 0; i < 2_048; i++) a.send();
    stage.advance(2);

    expect(written(b)).toEqual([`ack 0 ${a.frames.length}`]);
  });

  it('refuses what is beyond the window, takes what is exempt, and gives the window back (D16)', () => {
    begin();
    for (let i = 0; i < 8_192; i++) a.send();

    expect([a.send(), a.send(0, true)]).toEqual([false, true]);
    expect(a.log).toEqual(['pressed']);
    stage.advance(100);
    expect(a.log).toEqual(['pressed', 'relieved']);
    expect(b.sessions[0]?.entries).toHaveLength(8_193);
    expect(a.send()).toBe(true);
  });

  it('takes and joins an entry that is larger than the window (D16, D22)', () => {
    begin();
    a.maxFrame = 256 * 1024;
    expect([a.send(16 * MIB), a.send()]).toEqual([true, false]);
    stage.advance(100);

    expect(b.sessions[0]?.entries).toEqual(['a1/1']);
    expect(Math.max(...a.frames.map(({ length }) => length))).toBe(256 * 1024);
    expect(a.link.stats()).toMatchObject({
      entriesOut: 1,
      unacknowledged: { entries: 0, bytes: 0 },
    });
  });

  it('ends the session at both ends for exempt entries that are too much, and begins another (D16)', () => {
    begin();
    a.send();
    expect(a.link.send(ALL, true)).toBe(false);
    expect([a.log, a.link.isOpen]).toEqual([['reset'], false]);
    stage.advance(300);

    expect(b.log).toEqual(['reset']);
    // What was in the run queue belongs to the session that has ended.
    expect(b.sessions).toEqual([
      { hello: 'I am a', entries: [], reason: 'reset' },
      { hello: 'I am a', entries: [] },
    ]);
    a.send();
    stage.advance(10);
    expect(b.sessions[1]?.entries).toEqual(['a2/1']);
  });

  it('sends nothing in a session that was queued in the one before it (D10)', () => {
    begin();
    a.send();
    const greeting = { flags: Flag.hello, from: 99, to: 0, number: 0, ack: 0 };
    a.link.receive(encodeFrame(greeting));
    const to = decodeFrame(a.frames.at(-1) as Uint8Array)?.from ?? 0;
    a.link.receive(encodeFrame({ ...greeting, flags: Flag.welcome, to }));
    a.frames = [];
    stage.advance(0);

    expect([a.sessions.length, a.link.isOpen]).toEqual([2, true]);
    expect(a.frames).toEqual([]);
  });

  it('tells who was to wait that it need not, when the session ends (D16, D55)', () => {
    begin();
    for (let i = 0; i < 5_000; i++) a.send();
    a.link.send(ALL, true);

    expect(a.log).toEqual(['pressed', 'relieved', 'reset']);
  });

  it('ends a session whose entries cannot be decoded, without an effect of them (D26)', () => {
    begin();
    a.link.send(Buffer.from('nonsense\0'), false);
    stage.advance(300);

    expect([b.log, a.log]).toEqual([['bad_frame', 'reset'], ['reset']]);
    expect(b.sessions.map(({ entries }) => entries)).toEqual([[], []]);
  });

  it('survives bytes that are no frame, before and within a session (D26)', () => {
    b.link.receive(Buffer.from('?'));
    begin();
    b.link.receive(Buffer.from('?'));
    stage.advance(300);

    expect(b.log).toEqual(['bad_frame', 'bad_frame', 'reset']);
    expect([a.link.isOpen, b.link.isOpen]).toEqual([true, true]);
  });

  it('keeps what it takes while the transport is down, and loses nothing (D15)', () => {
    begin();
    a.send();
    stage.advance(100);
    a.link.setUp(false);
    for (let i = 0; i < 5; i++) {
      expect(a.send()).toBe(true);
      stage.advance(1_000);
    }
    const published = a.frames.length;
    a.link.setUp(true);
    stage.advance(10);

    expect(published).toBe(1);
    expect(b.sessions).toHaveLength(1);
    expect(b.sessions[0]?.entries).toHaveLength(6);
    expect(b.link.stats()).toMatchObject({ gaps: 1, entriesIn: 6 });
    expect(a.link.stats()).toMatchObject({ again: 5, sessions: 1 });
  });

  it('sends what is queued before its bye, and ends both links when it is acknowledged (D63)', () => {
    begin();
    a.send();
    a.link.leave(2_000);
    expect(a.send()).toBe(false);
    stage.advance(10);

    expect(b.sessions[0]).toMatchObject({ entries: ['a1/1'], reason: 'left' });
    expect([a.log, b.log]).toEqual([['bye'], ['left']]);
    expect(stage.scheduler.actions).toEqual([]);
  });

  it('ends without an acknowledgement when the time is over (D63)', () => {
    begin();
    b.link.close();
    a.link.leave(2_000);
    stage.advance(1_999);
    expect(a.log).toEqual([]);
    stage.advance(1);

    expect(a.log).toEqual(['bye']);
  });

  it('leaves no timer and nothing in the run queue once it is closed', () => {
    begin();
    a.send();
    stage.advance(0);
    a.link.close();
    b.link.close();
    a.link.setUp(true);
    stage.advance(1_000);

    expect([a.log, b.log]).toEqual([[], []]);
    expect(stage.scheduler.actions).toEqual([]);
  });

  it('counts what has come and gone, and the round trip (D67)', () => {
    begin();
    a.send();
    a.send();
    stage.advance(30);

    expect(a.link.stats()).toEqual({
      sessions: 1,
      entriesIn: 0,
      bytesIn: 0,
      entriesOut: 2,
      bytesOut: 10,
      again: 0,
      gaps: 0,
      roundTrip: 22,
      unacknowledged: { entries: 0, bytes: 0 },
    });
    expect(b.link.stats()).toMatchObject({ entriesIn: 2, bytesIn: 10, roundTrip: undefined });
  });
});
