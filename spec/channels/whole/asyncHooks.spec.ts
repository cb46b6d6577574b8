import { describe, expect, it } from '@jest/globals';
import { map, of, timer } from 'rxjs';
import { channel, WebSocketMessage } from '../../../lib/channels/index.js';
import {
  channelTest,
  drop,
  frameLine,
  type MarbleHelpers,
  reconnect,
  says,
  subscribe,
  unsubscribe,
} from '../../../lib/testing/index.js';
import { marbles } from '../../support/marbles.js';

/** A channel whose hook takes 5 ms, another that does not, and one that refuses after 5 ms. */
const scene = ({ scheduler }: MarbleHelpers) => {
  const t = channelTest({
    scheduler,
    channels: [
      channel('slow', { join: () => timer(5).pipe(map(() => true)) }),
      channel('quick', { join: () => of(true) }),
      channel('closed', { join: () => timer(5).pipe(map(() => false)) }),
    ],
  });
  t.manager.messages$.subscribe((message) => message.reply('heard'));
  return { t, ann: t.connect({ identity: 'ann' }) };
};

/** What the frames of the diagrams stand for; a reply by its number. */
const values = {
  h: 'hello connection-1',
  i: 'hello connection-2',
  1: "reply 1 ok { channel: 'slow' }",
  2: "reply 2 ok { channel: 'quick' }",
  d: "reply 1 denied 'Not authorized for channel: closed'",
  u: "reply 2 ok { channel: 'slow', was: true }",
  m: "reply 2 ok 'heard'",
  s: "reply 3 ok { channel: 'slow' }",
  r: "reply 2 ok { channel: 'slow' }",
  t: "text slow 'now'",
};

describe('a join hook that takes its time', () => {
  it(
    'holds up its own channel only (B16)',
    marbles((helpers) => {
      const { t, ann } = scene(helpers);
      ann.goes('        -sq---------', { s: subscribe('slow'), q: subscribe('quick') });
      const expected = 'h-2---1-----|';

      helpers.expectObservable(ann.frames$.pipe(map(frameLine))).toBe(expected, values);
      t.end();
    }),
  );

  it(
    'holds up what is sent to its channel, and is answered first (B16)',
    marbles((helpers) => {
      const { t, ann } = scene(helpers);
      ann.goes('        -s-m---------', { s: subscribe('slow'), m: says('slow', 'hi') });
      const expected = 'h-----(1m)---|';

      helpers.expectObservable(ann.frames$.pipe(map(frameLine))).toBe(expected, values);
      t.end();
    }),
  );

  it(
    'is followed by the unsubscribe, and that by the next subscribe: no ghost (B16)',
    marbles((helpers) => {
      const { t, ann } = scene(helpers);
      ann.goes('        -sus---------------', { s: subscribe('slow'), u: unsubscribe('slow') });
      const expected = 'h-----(1u)-s-------|';

      helpers.expectObservable(ann.frames$.pipe(map(frameLine))).toBe(expected, values);
      t.end();
    }),
  );

  it(
    'makes nobody a member before its answer, and nobody whom it refuses (B15)',
    marbles((helpers) => {
      const { t, ann } = scene(helpers);
      const { channels } = t.manager;
      const count = () => channels.subscriberCount('slow') + channels.subscriberCount('closed');
      ann.goes('           -s-----s--------', {
        s: (client) => client.subscribe(client.frames.length === 1 ? 'closed' : 'slow'),
      });
      const look = '       -----l----l----l-';
      const expected = '   -----a----a----b-';

      const count$ = helpers.hot(look).pipe(map(count));

      helpers.expectObservable(count$).toBe(expected, { a: 0, b: 1 });
      t.end();
    }),
  );

  it(
    'is forgotten with its connection, and its answer reaches nobody (B16)',
    marbles((helpers) => {
      const { t, ann } = scene(helpers);
      ann.goes('        -s-d--r--s-------', {
        s: subscribe('slow'),
        d: drop,
        r: reconnect,
      });
      const expected = 'h-----i-------r--|';

      helpers.expectObservable(ann.frames$.pipe(map(frameLine))).toBe(expected, values);
      t.end();
    }),
  );

  it(
    'lets through what is sent after the turn of its answer, and nothing before (B17, CP12)',
    marbles((helpers) => {
      const { t, ann } = scene(helpers);
      const tell = (): number => t.manager.sendToChannel('slow', WebSocketMessage.text('now'));
      ann.goes('            -s----------', { s: subscribe('slow') });
      helpers.hot('         ---t--t--t--', { t: tell }).subscribe((act) => act());
      const expected = '    h-----1--t--|';

      helpers.expectObservable(ann.frames$.pipe(map(frameLine))).toBe(expected, values);
      t.end();
    }),
  );

  it('by a promise answers as well, and one that rejects is no yes (B15)', async () => {
    const t = channelTest({
      channels: [
        channel('members', { join: async ({ connection }) => connection.identity === 'ann' }),
        channel('broken', { join: () => Promise.reject(new Error('no database')) }),
      ],
    });
    const warnings: string[] = [];
    t.system.events$.subscribe((each) => each.type === 'warning' && warnings.push(each.message));
    const [ann, eve] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'eve' })];

    const asked = [
      ann.subscribe('members'),
      eve.subscribe('members'),
      ann.subscribe('broken'),
    ] as const;
    await t.settled();

    ann.assertReply(asked[0], { ok: true });
    eve.assertReply(asked[1], { error: 'denied' });
    ann.assertReply(asked[2], { error: 'internal' }, { retry: true, message: 'Internal error' });
    expect(warnings).toEqual(['the join hook of broken has failed: Error: no database']);
    t.end();
  });
});
