import { describe, expect, it } from '@jest/globals';
import { Flag } from '../../../lib/cluster/wire/frame.js';
import { Steps } from '../../support/linkSteps.js';

const ack = (number: number) => ({ flags: Flag.ackOnly, ack: number });
const asked = (number: number) => ({ flags: Flag.ackOnly, number });
const again = (number: number) => ({ flags: Flag.ackOnly + Flag.again, number });

describe('the sender', () => {
  it('joins the entries of a drain, in as few frames as hold them (D22)', () => {
    const link = Steps.open();

    expect(link.drains(['one', 'two', 'three', '4'])).toEqual([
      '1 onetwo ack 0',
      'wake ask 200',
      '2 three4 ack 0',
    ]);
  });

  it('cuts an entry that is larger, and joins nothing to it (D22)', () => {
    const link = Steps.open();

    expect(link.drains(['a', '0123456789012345X', 'b'])).toEqual([
      '1 a ack 0',
      'wake ask 200',
      'more 2 01234567 ack 0',
      'more 3 89012345 ack 0',
      '4 X ack 0',
      '5 b ack 0',
    ]);
  });

  it('comes to an end where the server takes next to nothing (D22)', () => {
    const link = Steps.open();
    link.maxFrame = 0;

    expect(link.drains(['ab'])).toEqual(['more 1 a ack 0', 'wake ask 200', '2 b ack 0']);
  });

  it('gives the window back for what is acknowledged, and for that alone (D16)', () => {
    const link = Steps.open();
    link.drains(['12345678', '2', '0123456789']);
    const { window } = link.state.session;
    const seen = [0, 1, 2, 3, 4].map((number) => {
      link.comes(ack(number));
      return [window.entries, window.bytes];
    });

    // The third frame is a piece of an entry, the fourth its end.
    expect(seen).toEqual([
      [3, 19],
      [2, 11],
      [1, 10],
      [1, 2],
      [0, 0],
    ]);
  });

  it('takes no acknowledgement twice, nor one that has been overtaken (D12)', () => {
    const link = Steps.open();
    link.drains(['12345678', '2']);
    for (const number of [2, 2, 1, 0]) link.comes(ack(number));

    expect(link.state.session.window).toMatchObject({ entries: 0, bytes: 0 });
  });

  it('says when less than half of the window is taken again (D16)', () => {
    const link = Steps.open({ entries: 4, bytes: 100, exempt: 1_000 });
    link.drains(['12345678', '2', '3']);

    expect([ack(1), ack(2), ack(2)].map((frame) => link.comes(frame))).toEqual([
      [],
      ['relieved'],
      [],
    ]);
  });

  it('sends everything again from where it is asked to, with the same numbers (D13)', () => {
    const link = Steps.open();
    link.drains(['1', '12345678', '3']);

    expect(link.comes(again(2))).toEqual(['2 12345678 ack 0', '3 3 ack 0']);
    link.now += 50;
    expect(link.comes({ ...again(1), ack: 2 })).toEqual(['3 3 ack 0']);
    expect(link.comes(again(4))).toEqual([]);
    expect(link.state.counters.again).toBe(3);
  });

  it('sends nothing again for 25 ms, and for 4 ms more for each MiB that it has sent again (D13)', () => {
    const link = Steps.open();
    link.maxFrame = 2 ** 21;
    link.drains(['1'.repeat(2 ** 20)]);
    const sent = (at: number): number => {
      link.now = at;
      return link.comes(again(1)).length;
    };

    expect([0, 0, 28, 29, 57, 58].map(sent)).toEqual([1, 0, 0, 1, 0, 1]);
  });

  it('asks after 200 ms without progress, and goes on asking (D13)', () => {
    const link = Steps.open();
    link.now = 1_000;
    link.drains(['12345678', '2']);
    link.now = 1_150;
    link.comes(ack(1));

    expect(link.rings('ask', 1_200)).toEqual(['wake ask 150']);
    // Neither what is known nor what has been overtaken is progress.
    for (const number of [1, 0]) link.comes(ack(number));
    expect(link.rings('ask', 1_350)).toEqual(['ask 2 ack 0', 'wake ask 200']);
    expect(link.rings('ask', 1_550)).toEqual(['ask 2 ack 0', 'wake ask 200']);
    link.comes(ack(2));
    expect(link.rings('ask', 1_750)).toEqual([]);
  });

  it('counts the time without progress from the first that waits (D13)', () => {
    const link = Steps.open();
    link.now = 1_000;

    expect(link.drains(['x'])).toEqual(['1 x ack 0', 'wake ask 200']);
    expect(link.rings('ask', 1_199)).toEqual(['wake ask 1']);
  });

  it('publishes nothing while the transport is down, and asks when it is back (D15)', () => {
    const link = Steps.open();
    link.drains(['1']);
    link.down();

    expect(link.drains(['2'])).toEqual([]);
    expect(link.comes(again(1))).toEqual([]);
    expect(link.rings('ask', 400)).toEqual(['wake ask 200']);
    expect(link.up()).toEqual(['ask 2 ack 0']);
    expect(link.comes({ ...again(2), ack: 1 })).toEqual(['2 2 ack 0']);
    expect(link.comes(ack(2))).toEqual([]);
    expect(link.state.session.window.entries).toBe(0);
  });

  it('measures the round trip, and not of what was sent again or kept back (D67)', () => {
    const link = Steps.open();
    const { counters } = link.state;
    const trip = (at: number, number: number) => {
      link.now = at;
      link.comes(ack(number));
      return counters.roundTrip;
    };
    link.drains(['1']);
    expect(trip(8, 1)).toBe(8);
    link.drains(['2']);
    expect(trip(24, 2)).toBe(9);
    link.drains(['3']);
    link.comes(again(3));
    expect(trip(500, 3)).toBe(9);
    link.down();
    link.drains(['4']);
    expect(trip(900, 4)).toBe(9);
  });

  it('counts what it has sent (D67)', () => {
    const link = Steps.open();
    link.drains(['1', '012345678901']);

    expect(link.state.counters).toMatchObject({ entriesOut: 2, bytesOut: 13 });
  });
});

describe('the receiver', () => {
  it('takes the next frame and no other, and asks for what is missing once in 50 ms (D12, D13)', () => {
    const link = Steps.open();

    expect(link.comes({ number: 1, body: 'a' })).toEqual(['deliver 1 a']);
    expect(link.comes({ number: 3, body: 'c' })).toEqual(['again 2 ack 0', 'wake gap 50']);
    expect(link.comes({ number: 4, body: 'd' })).toEqual([]);
    expect(link.rings('gap')).toEqual(['again 2 ack 0', 'wake gap 50']);
    expect(link.comes({ number: 2, body: 'b' })).toEqual(['deliver 2 b']);
    expect(link.comes({ number: 3, body: 'c' })).toEqual(['deliver 3 c']);
    expect(link.comes({ number: 4, body: 'd' })).toEqual(['deliver 4 d']);
    expect(link.rings('gap')).toEqual([]);
    expect(link.state.counters.gaps).toBe(2);
  });

  it('hands over nothing twice, and acknowledges again what comes again (D11, D12)', () => {
    const link = Steps.open();
    link.comes({ number: 1, body: 'a' });
    link.drains([], 1);

    expect(link.rings('ack')).toEqual(['ack 1']);
    expect(link.comes({ number: 1, body: 'a' })).toEqual(['wake ack 20']);
    expect(link.rings('ack')).toEqual(['ack 1']);
  });

  it('joins the pieces of an entry (D22)', () => {
    const link = Steps.open();

    expect(link.comes({ flags: Flag.more, number: 1, body: 'on' })).toEqual([]);
    expect(link.comes({ flags: Flag.more, number: 1, body: 'on' })).toEqual(['wake ack 20']);
    expect(link.comes({ number: 3, body: 'e' })).toEqual(['again 2 ack 0', 'wake gap 50']);
    expect(link.comes({ flags: Flag.more, number: 2, body: 'e ' })).toEqual([]);
    expect(link.comes({ number: 3, body: 'two' })).toEqual(['deliver 3 one two']);
    expect(link.comes({ number: 4, body: 'next' })).toEqual(['deliver 4 next']);
  });

  it.each([
    { what: 'pieces with more bytes', flags: Flag.more, size: 10, taken: 2 },
    { what: 'more pieces', flags: Flag.more, size: 1, taken: 5 },
    { what: 'entries with more bytes', flags: 0, size: 10, taken: 2 },
  ])('ends a session with $what than a peer may have under way (D22)', ({ flags, size, taken }) => {
    const link = Steps.open({ entries: 4, bytes: 10, exempt: 20 });
    const frame = { flags, body: 'x'.repeat(size) };
    for (let number = 1; number <= taken; number++) link.comes({ ...frame, number });
    const last = link.comes({ ...frame, number: taken + 1 });

    expect(last).toEqual(['bad_frame', 'reset', 'wake hello 200']);
  });

  it('goes on with a peer that has never more under way than it may (D22)', () => {
    const link = Steps.open({ entries: 4, bytes: 10, exempt: 20 });
    for (let number = 1; number <= 8; number += 2) {
      link.comes({ flags: Flag.more, number, body: '0123456789' });
      link.comes({ number: number + 1, body: '0123456789' });
      link.drains([], number + 1, 20);
    }

    expect(link.state.session).toMatchObject({ received: 8, delivered: 8, inHand: 0 });
  });

  it('acknowledges what a drain has handed over, and nothing before (D12)', () => {
    const link = Steps.open();
    link.comes({ number: 1, body: 'a' });
    link.comes({ number: 2, body: 'b' });

    expect(link.drains(['x'])).toEqual(['1 x ack 0', 'wake ask 200']);
    expect(link.comes(asked(2))).toEqual(['ack 0']);
    expect(link.drains(['y'], 1)).toEqual(['2 y ack 1']);
    expect(link.drains([], 2)).toEqual(['wake ack 20']);
    expect(link.rings('ack')).toEqual(['ack 2']);
  });

  it('acknowledges in a frame that it sends, and then not alone (D12)', () => {
    const link = Steps.open();
    link.comes({ number: 1, body: 'a' });
    link.drains([], 1);

    expect(link.drains(['x'])).toEqual(['1 x ack 1', 'wake ask 200']);
    expect(link.rings('ack')).toEqual([]);
  });

  it.each([
    { what: 'entries', limits: { entries: 8, bytes: 1_000, exempt: 1_000 } },
    { what: 'bytes', limits: { entries: 1_000, bytes: 8, exempt: 1_000 } },
  ])('acknowledges at once after a quarter of the window in $what (D12)', ({ limits }) => {
    const link = Steps.open(limits);
    for (const number of [1, 2, 3]) link.comes({ number, body: 'a' });

    expect(link.drains([], 1, 1)).toEqual(['wake ack 20']);
    expect(link.drains([], 2, 1)).toEqual(['ack 2']);
    expect(link.drains([], 3, 1)).toEqual([]);
  });

  it('says what it has when it is asked, or what it lacks (D13)', () => {
    const link = Steps.open();
    link.comes({ number: 1, body: 'a' });
    link.drains([], 1);

    expect(link.comes(asked(1))).toEqual(['ack 1']);
    expect(link.comes(asked(2))).toEqual(['again 2 ack 1', 'wake gap 50']);
  });

  it('keeps an acknowledgement while the transport is down (D15)', () => {
    const link = Steps.open();
    link.comes({ number: 1, body: 'a' });
    link.down();

    expect(link.drains([], 1)).toEqual(['wake ack 20']);
    expect(link.rings('ack')).toEqual([]);
    expect(link.up()).toEqual(['ack 1']);
  });
});
