import { describe, expect, it } from '@jest/globals';
import { Flag } from '../../../lib/cluster/wire/frame.js';
import { Steps } from '../../support/linkSteps.js';

const hello = { flags: Flag.hello, to: 0, body: 'peer' };
const welcome = { flags: Flag.welcome, body: 'peer' };
const RESET = ['reset', 'wake hello 200'];

describe('a session', () => {
  it('greets as soon as the transport is up, and again while nobody answers (D10)', () => {
    const link = new Steps();

    expect(link.up()).toEqual(['a>0 hello me', 'wake hello 200']);
    expect(link.rings('hello')).toEqual(['a>0 hello me', 'wake hello 200']);
  });

  it('is open when a welcome has its tag, and answers it once (D10)', () => {
    const link = new Steps();
    link.up();

    expect(link.comes(welcome)).toEqual(['a>b welcome me', 'began peer']);
    expect(link.comes(welcome)).toEqual([]);
    expect(link.rings('hello')).toEqual([]);
  });

  it('is one session where both say hello at once (D10)', () => {
    const link = new Steps();
    link.up();

    expect(link.comes(hello)).toEqual(['a>b welcome me']);
    expect(link.comes(welcome)).toEqual(['a>b welcome me', 'began peer']);
  });

  it('greets by itself after a hello that has come before the transport was known to be up (D10)', () => {
    const link = new Steps();

    expect(link.comes(hello)).toEqual(['wake hello 200']);
    expect(link.up()).toEqual(['a>0 hello me']);
  });

  it('is not ended by a hello that is repeated, which is answered (D10)', () => {
    const link = Steps.open();

    expect(link.comes(hello)).toEqual(['a>b welcome me']);
    expect(link.drains(['x'])).toEqual(['1 x ack 0', 'wake ask 200']);
  });

  it('does not acknowledge by a welcome, which has no acknowledgement (D12)', () => {
    const link = Steps.open();
    link.comes({ number: 1, body: 'x' });
    link.drains([], 1);
    link.comes(hello);

    expect(link.rings('ack')).toEqual(['ack 1']);
  });

  it.each([
    { what: 'entries', frame: { number: 1, body: 'x' } },
    { what: 'an acknowledgement', frame: { flags: Flag.ackOnly, ack: 1 } },
    { what: 'a question', frame: { flags: Flag.ackOnly, number: 1 } },
    { what: 'a bye', frame: { flags: Flag.bye, number: 1 } },
    { what: 'a welcome', frame: welcome },
  ])('ignores $what for an old tag of its own (D10)', ({ frame }) => {
    const link = Steps.open();
    link.drains(['x']);

    expect(link.comes({ ...frame, to: 0xaa })).toEqual([]);
    expect(link.state.session).toMatchObject({ acked: 0, received: 0 });
  });

  it.each([
    { what: 'entries', frame: { number: 1, body: 'x' } },
    { what: 'a welcome', frame: welcome },
  ])(
    'ends when $what have another tag of the peer, without effect, and greets anew (D10)',
    (row) => {
      const link = Steps.open();

      expect(link.comes({ ...row.frame, from: 0xbb })).toEqual([...RESET, 'a1>0 hello me']);
    },
  );

  it('ends when the peer says hello with another tag, and welcomes it with a new one (D10)', () => {
    const link = Steps.open();

    expect(link.comes({ ...hello, from: 0xbb })).toEqual([...RESET, 'a1>bb welcome me']);
    expect(link.comes({ ...welcome, from: 0xbb, to: 0xa1 })).toEqual([
      'a1>bb welcome me',
      'began peer',
    ]);
    expect(link.state.counters.sessions).toBe(2);
  });

  it('leaves nothing of itself to the next one (D10)', () => {
    const link = Steps.open();
    link.comes({ flags: Flag.more, number: 1, body: 'x' });
    link.drains(['y'], 1);
    link.comes({ ...hello, from: 0xbb });
    link.comes({ ...welcome, from: 0xbb, to: 0xa1 });

    const next = { from: 0xbb, to: 0xa1 };
    expect(link.comes({ ...next, number: 1, body: 'z' })).toEqual(['deliver 1 z']);
    expect(link.rings('ask', 1_000)).toEqual([]);
    expect(link.drains(['v'])).toEqual(['1 v ack 0', 'wake ask 200']);
    expect(link.state.session.window).toMatchObject({ entries: 1, bytes: 1 });
  });

  it('takes entries only when it is open (D10)', () => {
    const link = new Steps();
    link.up();

    expect(link.comes({ number: 1, body: 'x' })).toEqual([]);
  });

  it('is none where the two do not fit, with a warning once, and answers no more (D25)', () => {
    const link = new Steps();
    link.up();
    link.refusal = 'they have other codecs';

    expect(link.comes(hello)).toEqual(['hello_refused', 'refused']);
    expect(link.comes(hello)).toEqual([]);
    expect(link.comes(welcome)).toEqual([]);
    expect(link.rings('hello')).toEqual([]);
  });

  it('is none where the peer that welcomes does not fit (D25)', () => {
    const link = new Steps();
    link.up();
    link.refusal = 'they have other codecs';

    expect(link.comes(welcome)).toEqual(['hello_refused', 'refused']);
  });

  it('ends when something cannot be decoded, and waits before it greets again (D26)', () => {
    const link = Steps.open();

    expect(link.take({ type: 'garbled' })).toEqual(['bad_frame', ...RESET]);
    expect(link.take({ type: 'garbled' })).toEqual(['bad_frame']);
    expect(link.rings('hello')).toEqual(['a1>0 hello me', 'wake hello 200']);
  });

  it('ends when the peer acknowledges what was never sent (D26)', () => {
    const link = Steps.open();
    link.drains(['x']);

    expect(link.comes({ flags: Flag.ackOnly, ack: 2 })).toEqual(['bad_frame', ...RESET]);
  });

  it('ends when more exempt entries wait than may, and tells who was to wait (D16)', () => {
    const link = Steps.open({ entries: 2, bytes: 10, exempt: 20 });
    link.drains(['x']);

    expect(link.take({ type: 'exceeded' })).toEqual(['relieved', ...RESET]);
  });

  it('does nothing any more once it is closed', () => {
    const link = Steps.open();

    expect(link.take({ type: 'close' })).toEqual([]);
    expect([link.comes(hello), link.drains(['x']), link.up(), link.down()].flat()).toEqual([]);
  });
});

describe('a bye', () => {
  it('follows what is queued, and ends the link when it is acknowledged (D63)', () => {
    const link = Steps.open();

    expect(link.take({ type: 'leave', millis: 2_000 })).toEqual(['wake bye 2000']);
    expect(link.drains(['x'])).toEqual(['1 x ack 0', 'wake ask 200']);
    expect(link.bye()).toEqual(['bye 2  ack 0']);
    expect(link.comes({ flags: Flag.ackOnly, ack: 1 })).toEqual([]);
    expect(link.comes({ flags: Flag.ackOnly, ack: 2 })).toEqual(['bye']);
    expect(link.rings('bye')).toEqual([]);
  });

  it('is sent again with what is unacknowledged (D13, D63)', () => {
    const link = Steps.open();
    link.take({ type: 'leave', millis: 2_000 });
    link.drains(['x']);
    link.bye();

    expect(link.rings('ask', 200)).toEqual(['ask 2 ack 0', 'wake ask 200']);
    const again = { flags: Flag.ackOnly + Flag.again, number: 1 };
    expect(link.comes(again)).toEqual(['1 x ack 0', 'bye 2  ack 0']);
  });

  it('is given up when its time is over (D63)', () => {
    const link = Steps.open();
    link.take({ type: 'leave', millis: 2_000 });
    link.drains(['x']);
    link.bye();

    expect(link.rings('bye', 2_000)).toEqual(['bye']);
    expect(link.comes({ ...hello, from: 0xbb })).toEqual([]);
  });

  it('is not sent where nothing is open: the link ends at once (D63)', () => {
    const link = new Steps();

    expect(link.take({ type: 'leave', millis: 2_000 })).toEqual(['bye']);
    expect(link.take({ type: 'leave', millis: 2_000 })).toEqual([]);
  });

  it('is acknowledged when all before it is handed over, and again if it comes again (D12, D63)', () => {
    const link = Steps.open();
    link.comes({ number: 1, body: 'x' });

    expect(link.comes({ flags: Flag.bye, number: 2 })).toEqual(['deliver 2 ']);
    expect(link.drains([], 1)).toEqual(['wake ack 20']);
    expect(link.drains([], 2)).toEqual(['ack 2', 'left']);
    expect(link.comes({ flags: Flag.bye, number: 2 })).toEqual(['ack 2']);
    expect(link.comes({ flags: Flag.ackOnly, number: 2 })).toEqual(['ack 2']);
    expect(link.comes({ flags: Flag.ackOnly, ack: 2 })).toEqual([]);
  });

  it('of both at once ends both (D63)', () => {
    const link = Steps.open();
    link.take({ type: 'leave', millis: 2_000 });
    link.bye();
    link.comes({ flags: Flag.bye, number: 1 });

    expect(link.drains([], 1)).toEqual(['ack 1', 'left']);
  });

  it('is the end even if the peer begins anew meanwhile (D63)', () => {
    const link = Steps.open();
    link.take({ type: 'leave', millis: 2_000 });

    expect(link.comes({ ...hello, from: 0xbb })).toEqual(['reset']);
    expect(link.comes({ ...hello, from: 0xbb })).toEqual([]);
  });
});
