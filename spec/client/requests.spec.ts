import { describe, expect, it } from '@jest/globals';
import { NEVER, of, type Subscription, throwError } from 'rxjs';
import { serves } from '../../lib/testing/index.js';
import { asks, run } from './asks.js';
import { does, type Plan, play, type Scene } from './support.js';

const { hello, close, reply, refuse, ok } = serves;
const again = hello({ session: 'session-2' });

describe('a request', () => {
  it('has the answer of the server for its value (CP8)', () => {
    expect(
      run([
        [0, hello()],
        [1, asks('a')],
        [2, reply({ n: 1 })],
      ]),
    ).toEqual(['1 1 a', '2 a = {"n":1}']);
  });

  it('fails with what the server says (CP8)', () => {
    const errors: unknown[] = [];
    const request = does(({ client }) =>
      client.request('a', 1).subscribe({ error: (error) => errors.push(error) }),
    );
    play([
      [0, hello()],
      [1, request],
      [2, refuse('invalid_data', { message: 'no', details: [1], after: 5 })],
    ]);

    expect(errors).toEqual([
      expect.objectContaining({
        name: 'ChannelError',
        code: 'invalid_data',
        message: 'no',
        retry: false,
        details: [1],
        after: 5,
      }),
    ]);
  });

  it('waits for the connection and the answer, together as long as it may (CC6)', () => {
    expect(
      run(
        [
          [0, asks('a')],
          [4_000, hello()],
          [4_500, asks('b', { timeout: 100 })],
        ],
        { over: 6_000 },
      ),
    ).toEqual(['4000 1 a', '4500 2 b', '4600 b fails: timeout', '5000 a fails: timeout']);
  });

  it('is over at once when its connection is, but not when it was not sent (CC6, table 2.4 row 3)', () => {
    const plan: Plan = [
      [0, hello()],
      [1, asks('a')],
      [2, close()],
      [3, asks('b')],
      [300, again],
      [301, ok({ resumed: false })],
      [302, reply(1)],
    ];

    expect(run(plan)).toEqual([
      '1 1 a',
      '2 a fails: disconnected',
      '300 3 resume session-1 2 | 2 b',
      '302 b = 1',
    ]);
  });

  it('is one of a hundred that wait (CC6)', () => {
    const many = Array.from({ length: 101 }, () => [0, asks('a')] as const);
    const [first, ...frames] = run([...many, [1, hello()]]);

    expect(first).toBe('0 a fails: overloaded');
    expect(frames.map((each) => each.split('|').length)).toEqual([64, 36]);
  });

  it('is forgotten when it is unsubscribed, before it is sent or after (CC6)', () => {
    let request: Subscription | undefined;
    const begin = does(({ client }) => {
      request = client.request('a', 1).subscribe();
    });
    const end = does(() => request?.unsubscribe());

    expect(
      run([
        [0, begin],
        [1, end],
        [2, hello()],
        [3, begin],
        [4, end],
        [5, reply()],
      ]),
    ).toEqual(['3 2 a 1']);
  });

  it('that is too big for the server is never sent (1.7)', () => {
    const limits = { payload: 50 };

    expect(
      run([
        [0, hello({ limits })],
        [1, asks('é'.repeat(20))],
      ]),
    ).toEqual([`1 ${'é'.repeat(20)} fails: bad_request`]);
  });

  describe('with once', () => {
    const once = { once: true, timeout: 60_000 };

    it('is asked again in the session that goes on, by the same id (CP23, table 2.4 row 3)', () => {
      const plan: Plan = [
        [0, hello()],
        [1, asks('a', once)],
        [2, close()],
        [300, again],
        [301, ok({ resumed: true })],
        [302, reply('done')],
      ];

      expect(run(plan)).toEqual([
        '1 1 once a',
        '300 2 resume session-1 2',
        '301 1 once a',
        '302 a = "done"',
      ]);
    });

    it('has an unknown outcome when the session is gone, if it was ever sent (CP23, table 2.4 row 4)', () => {
      const plan: Plan = [
        [0, hello()],
        [1, asks('a', once)],
        [2, close()],
        [3, asks('b', once)],
        [300, again],
        [301, ok({ resumed: false })],
      ];

      expect(run(plan)).toEqual([
        '1 1 once a',
        '300 3 resume session-1 2',
        '301 a fails: outcome_unknown',
        '301 2 once b',
      ]);
    });

    it('that was not sent in time is sent in the next session (CP23)', () => {
      const plan: Plan = [
        [0, hello()],
        [1, asks('a', once)],
        [1, close()],
        [300, again],
        [301, ok({ resumed: false })],
      ];

      expect(run(plan)).toEqual(['300 2 resume session-1 2', '301 1 once a']);
    });

    it('goes on in the session after the next, when that is what is resumed (CP22)', () => {
      const plan: Plan = [
        [0, hello()],
        [1, asks('a', once)],
        [2, close()],
        [300, again],
        [301, close()],
        [900, hello({ session: 'session-3' })],
        [901, ok({ resumed: true })],
      ];

      expect(run(plan)).toEqual([
        '1 1 once a',
        '300 2 resume session-1 2',
        '900 3 resume session-1 3',
        '901 1 once a',
      ]);
    });
  });
});

describe('what is said in one go', () => {
  const says = (...all: readonly string[]) =>
    does(({ client }: Scene) => {
      for (const each of all) client.send(each, null);
    });

  it('is one frame (CC12)', () => {
    expect(
      run([
        [0, hello()],
        [1, says('a', 'b')],
        [1, says('c')],
        [2, says('d')],
      ]),
    ).toEqual(['1 a | b | c', '2 d']);
  });

  it('is more than one frame above 64 messages, and above what the server takes (CC12, CP4)', () => {
    const many = Array.from({ length: 65 }, (_, i) => `m${i}`);
    const sizes = run([
      [0, hello()],
      [1, says(...many)],
    ]).map((each) => each.split('|').length);

    expect(sizes).toEqual([64, 1]);
    expect(
      run([
        [0, hello({ limits: { payload: 80 } })],
        [1, says('a', 'b')],
      ]),
    ).toEqual(['1 a', '1 b']);
  });

  it('leaves before the connection is closed', () => {
    const bye = does(({ client }) => {
      client.send('bye', null);
      client.close(1000, 'enough');
    });

    expect(
      play([
        [0, hello()],
        [1, bye],
      ]).slice(3),
    ).toEqual(['1 bye', '1 close 1000 enough', '1 closed 1000 enough']);
  });
});

describe('send', () => {
  it('says whether it was sent: no, unless the client is open, and the channel subscribed (CC6)', () => {
    const sent: unknown[] = [];
    const sends = does(({ client }) =>
      sent.push([client.send('a', 1), client.channel('c').send('a', 1)]),
    );
    const joins = does(({ client }) => client.channel('c').messages$.subscribe());
    const plan: Plan = [
      [0, sends],
      [1, hello()],
      [2, sends],
      [3, joins],
      [4, sends],
      [5, ok()],
      [6, sends],
      [7, close()],
      [8, sends],
    ];

    expect(run(plan)).toEqual(['2 a 1', '3 1 subscribe c', '4 a 1', '6 a 1 | c a 1']);
    expect(sent).toEqual([
      [false, false],
      [true, false],
      [true, false],
      [true, true],
      [false, false],
    ]);
  });
});

describe('answer', () => {
  const ask = (event: string) =>
    serves.send({ id: 's1', type: 'event', payload: { event, data: 2 }, timestamp: 0 });
  const handlers = [
    { what: 'what its handler returns', handler: (n: number) => n * 2, said: 'reply s1 4' },
    { what: 'the first value of an observable', handler: () => of('x', 'y'), said: 'reply s1 x' },
    { what: 'an array as it is', handler: () => [1], said: 'reply s1 [1]' },
    {
      what: 'that it failed',
      handler: () => throwError(() => new Error('no')),
      said: 'reply s1 failed',
    },
    { what: 'nothing yet', handler: () => NEVER, said: undefined },
  ];
  it.each(handlers)('answers the server with $what (CP11)', ({ handler, said }) => {
    const sets = does(({ client }) => client.answer('whoami', handler as never));

    expect(
      run([
        [0, hello()],
        [1, sets],
        [2, ask('whoami')],
      ]),
    ).toEqual(said === undefined ? [] : [`2 ${said}`]);
  });

  it('answers not_found without a handler, and when it was removed (CP11)', () => {
    const sets = does(({ client }) => client.answer('whoami', () => 1)());

    expect(
      run([
        [0, hello()],
        [1, sets],
        [2, ask('whoami')],
      ]),
    ).toEqual(['2 reply s1 not_found']);
  });
});
