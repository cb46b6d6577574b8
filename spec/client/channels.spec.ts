import { describe, expect, it } from '@jest/globals';
import type { ChannelOptions, ClientOptions } from '../../lib/client/index.js';
import { serves } from '../../lib/testing/index.js';
import { back, channelLine, does, listen, type Plan, play, type Scene } from './support.js';

const { hello, ok, refuse, push } = serves;
const said = (n: number, offset?: number) =>
  push('a', 'said', n, offset === undefined ? {} : { offset });
const subscribed = (offset: number, more: object = {}) =>
  ok({ channel: 'a', epoch: 'e', offset, ...more });
const ends = (code: string, retry: boolean) =>
  push('a', 'rx:unsubscribed', { code, message: code, retry });

/** Subscribes the channel at once; what it sends, its messages, gaps and states, after the hello. */
function inChannel(
  plan: Plan,
  options: ClientOptions & { readonly over?: number; readonly channel?: ChannelOptions } = {},
): string[] {
  const { channel: given, ...settings } = options;
  const lines = play([[0, hello()], ...plan], settings, ({ client }, log) => {
    const channel = client.channel('a', given);
    channel.gaps$.subscribe(({ reason, from }) =>
      log(`gap ${reason} ${from ? `${from.epoch}:${from.offset}` : 'anywhere'}`),
    );
    channel.state$.subscribe((state) => log(channelLine(state)));
    listen({ client } as Scene, log);
  });
  return lines.filter(
    (each) => !/dial|connect|open|waiting \d|idle|subscribing|complete/.test(each),
  );
}

describe('a channel', () => {
  it('is subscribed once for all who listen, and its position goes on after a loss (CC2, CC4, CC11)', () => {
    const other = does((scene) => listen(scene, () => {}));
    const lines = inChannel([
      [1, subscribed(4)],
      [2, other],
      [3, said(5, 5)],
      ...back(10),
      [312, subscribed(6, { recovered: true, replay: 1 })],
      [313, said(6, 6)],
    ]);

    expect(lines).toEqual([
      '0 1 subscribe a',
      '1 subscribed e:4',
      '3 message 5',
      '3 subscribed e:5',
      '310 2 resume session-1 2 | 3 subscribe a {epoch:e,offset:5}',
      '312 subscribed recovered e:5 not synced',
      '313 message 6',
      '313 subscribed recovered e:6',
    ]);
  });

  const gaps = [
    {
      what: 'another epoch',
      reply: { epoch: 'f', offset: 9, recovered: false, reason: 'epoch' },
      gap: 'gap epoch e:4',
    },
    {
      what: 'too long away',
      reply: { epoch: 'e', offset: 9, recovered: false, reason: 'expired' },
      gap: 'gap expired e:4',
    },
    {
      what: 'no history any more',
      reply: { epoch: undefined, offset: undefined },
      gap: 'gap no_history e:4',
    },
  ];
  it.each(gaps)(
    'tells what it missed, before anything else: $what (table 2.4 rows 1, 5, 6)',
    ({ reply, gap }) => {
      const lines = inChannel([
        [1, subscribed(4)],
        ...back(10),
        [312, subscribed(0, reply)],
        [313, said(10, 10)],
      ]);

      expect(
        lines
          .slice(3)
          .map((each) => each.replace(/^\d+ /, ''))
          .slice(0, 3),
      ).toEqual([
        gap,
        reply.epoch ? `subscribed not recovered ${reply.epoch}:9` : 'subscribed not recovered',
        'message 10',
      ]);
    },
  );

  it('without a history has missed something after each loss (table 2.4 row 2)', () => {
    const lines = inChannel([[1, ok({ channel: 'a' })], ...back(10), [312, ok({ channel: 'a' })]]);

    expect(lines.slice(2)).toEqual([
      '310 2 resume session-1 2 | 3 subscribe a',
      '312 gap no_history anywhere',
      '312 subscribed not recovered',
    ]);
  });

  it('ignores offsets that it has seen, and what comes before the answer to its subscribe (CH12)', () => {
    const lines = inChannel([
      [0, said(3, 3)],
      [1, subscribed(4)],
      [2, said(5, 5)],
      [3, said(5, 5)],
      [4, said(4, 4)],
      ...back(10),
      [311, said(6, 6)],
      [311, ends('kicked', false)],
      [312, subscribed(6, { recovered: true, replay: 1 })],
      [313, said(6, 6)],
    ]);

    expect(lines.filter((each) => /message|error/.test(each))).toEqual([
      '2 message 5',
      '313 message 6',
    ]);
  });

  it('takes an epoch from what the server says, and does not ask for offsets without holes (CH10, CH12)', () => {
    const position = push('a', 'rx:position', { epoch: 'e', offset: 90 });
    const lines = inChannel([[1, subscribed(4)], [2, said(7, 7)], [3, position], ...back(10)]);

    expect(lines.slice(1)).toEqual([
      '1 subscribed e:4',
      '2 message 7',
      '2 subscribed e:7',
      '3 subscribed e:90',
      '310 2 resume session-1 2 | 3 subscribe a {epoch:e,offset:90}',
    ]);
  });

  it('begins with the last messages, or where it is told, and goes on from there (CH7, CC4)', () => {
    const rewound = subscribed(4, { from: 2, replay: 2 });
    const lines = inChannel([[1, rewound], [2, said(3, 3)], ...back(10)], {
      channel: { rewind: 2 },
    });
    const since = { epoch: 'e', offset: 1 };
    const [first] = inChannel([], { channel: { since, rewind: 2 }, over: 1 });

    expect(lines).toEqual([
      '0 1 subscribe a 2',
      '1 subscribed e:2 not synced',
      '2 message 3',
      '2 subscribed e:3 not synced',
      '310 2 resume session-1 2 | 3 subscribe a {epoch:e,offset:3}',
    ]);
    expect(first).toBe('0 1 subscribe a {epoch:e,offset:1}');
  });

  it('is synced when all that is replayed is there, however many a filter has left out (CH9)', () => {
    const latest = subscribed(9, { from: 0, replay: 2 });
    const lines = inChannel([
      [1, latest],
      [2, said(3, 3)],
      [3, said(7, 7)],
    ]);

    expect(lines.slice(1)).toEqual([
      '1 subscribed e:0 not synced',
      '2 message 3',
      '2 subscribed e:3 not synced',
      '3 message 7',
      '3 subscribed e:9',
    ]);
  });

  it('says what its process has said to whoever joins (B24)', () => {
    const states: unknown[] = [];
    play(
      [
        [0, hello()],
        [1, ok({ state: { board: 1 } })],
      ],
      {},
      ({ client }) => {
        client.channel('a').messages$.subscribe();
        client
          .channel('a')
          .state$.subscribe((state) => 'state' in state && states.push(state.state));
      },
    );

    expect(states).toEqual([{ board: 1 }]);
  });

  const refusals = [
    {
      what: 'for now',
      code: 'internal',
      retry: true,
      next: ['2 waiting internal', '252 2 subscribe a'],
    },
    {
      what: 'for a time',
      code: 'overloaded',
      retry: true,
      after: 400,
      next: ['2 waiting overloaded', '652 2 subscribe a'],
    },
    { what: 'for good', code: 'denied', retry: false, next: ['2 failed denied', '2 error denied'] },
  ];
  it.each(refusals)(
    'that is refused $what: $next (CC3, table 2.4 row 7)',
    ({ code, next, ...more }) => {
      expect(inChannel([[2, refuse(code, more)]], { over: 700 }).slice(1)).toEqual(next);
    },
  );

  const expulsions = [
    { code: 'kicked', retry: false, next: ['2 failed kicked', '2 error kicked'] },
    { code: 'deleted', retry: false, next: ['2 failed deleted', '2 error deleted'] },
    {
      code: 'lagged',
      retry: true,
      next: ['2 waiting lagged', '2 2 subscribe a {epoch:e,offset:4}'],
    },
    {
      code: 'expired',
      retry: true,
      next: ['2 waiting expired', '2 2 subscribe a {epoch:e,offset:4}'],
    },
    {
      code: 'crashed',
      retry: true,
      next: ['2 waiting crashed', '252 2 subscribe a {epoch:e,offset:4}'],
    },
  ];
  it.each(expulsions)(
    'that the server ends as $code: $next (B27, B32, table 2.4 rows 8, 11, 13, 16, 17)',
    ({ code, retry, next }) => {
      expect(
        inChannel(
          [
            [1, subscribed(4)],
            [2, ends(code, retry)],
          ],
          { over: 300 },
        ).slice(2),
      ).toEqual(next);
    },
  );

  it('that the server has it join again, which it was out of without knowing, is asked for what it has missed (B27, B31)', () => {
    const lines = inChannel([
      [1, subscribed(4)],
      [2, push('a', 'rx:subscribed', { epoch: 'e', offset: 6 })],
      [3, subscribed(6, { recovered: true, replay: 2 })],
    ]);

    expect(lines.slice(2)).toEqual([
      '2 2 subscribe a {epoch:e,offset:4}',
      '3 subscribed recovered e:4 not synced',
    ]);
  });

  it('that has ended for good is not asked for again by a connection that comes back at once (CC3)', () => {
    const plan: Plan = [
      [1, subscribed(4)],
      [2, ends('kicked', false)],
      [3, serves.close()],
      [4, hello()],
    ];

    const lines = inChannel(plan, { over: 400, random: () => 0 });

    expect(lines.slice(2)).toEqual(['2 failed kicked', '2 error kicked', '4 2 resume session-1 2']);
  });

  it('asks for a fresh token when its time is over, and after that goes on without a gap (B32, table 2.4 row 8)', () => {
    let n = 0;
    const lines = inChannel(
      [
        [1, subscribed(4)],
        [2, ends('expired', true)],
        [3, subscribed(4, { recovered: true })],
      ],
      { channel: { token: () => `t${++n}` } },
    );

    expect(lines).toEqual([
      '0 1 subscribe a t1',
      '1 subscribed e:4',
      '2 waiting expired',
      '2 2 subscribe a t2 {epoch:e,offset:4}',
      '3 subscribed recovered e:4',
    ]);
  });

  it('is asked for again by whoever subscribes after a refusal (CC3)', () => {
    const again = does((scene) => listen(scene, () => {}));

    expect(
      inChannel([
        [1, refuse('denied')],
        [400, again],
      ]).at(-1),
    ).toBe('400 2 subscribe a');
  });

  it('is one object for each name, and takes no other options later (CC3)', () => {
    play([], {}, ({ client }) => {
      const channel = client.channel('a', { rewind: 3, params: () => 1 });

      expect(client.channel('a')).toBe(channel);
      expect(client.channel('a', { rewind: 3, params: () => 2 })).toBe(channel);
      expect(() => client.channel('a', { rewind: 4 })).toThrow(
        expect.objectContaining({ code: 'invalid' }),
      );
    });
  });

  it('asks with what its options say: params, meta, whether it is present (CP13)', () => {
    const options = { params: () => ({ team: 7 }), meta: { x: 1 }, present: false };
    const messages: unknown[] = [];
    play([[0, hello()]], {}, ({ client, server }) => {
      client.channel('a', options).messages$.subscribe();
      server.heard$.subscribe((act) => act.type === 'frame' && messages.push(...act.messages));
    });

    expect(messages).toEqual([
      {
        id: 1,
        type: 'system',
        payload: {
          command: 'subscribe',
          channel: 'a',
          params: { team: 7 },
          meta: { x: 1 },
          present: false,
        },
      },
    ]);
  });
});
