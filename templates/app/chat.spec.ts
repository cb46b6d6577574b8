import { deepStrictEqual } from 'node:assert';
import { it } from 'node:test';
import { type Connection, emit, room } from 'rx-process/channels';
import { channelTest, marbles, message } from 'rx-process/testing';
import { came, chat, said, say, went } from './chat.js';

const test = marbles(deepStrictEqual);
const user = 'ann';
const connection = { identity: user } as Connection;

// The behaviour alone, as a diagram: a character is an instant, a letter a message or a command.
it(
  'tells all who comes, what is said, and who goes',
  test(({ hot, run, expectObservable }) => {
    const inbox = hot(' -j--s--l-', {
      j: message(room.joined, { connection, params: undefined, rejoined: false }),
      s: message(room.event, { connection, event: 'say', data: { text: 'hello' } }),
      l: message(room.left, { connection, reason: 'client closed' }),
    });
    const expected = '  -c--s--w-';
    const values = {
      c: emit(came, { user }),
      s: emit(said, { user, text: 'hello' }),
      w: emit(went, { user }),
    };

    expectObservable(run(chat.options.behavior, inbox)).toBe(expected, values);
  }),
);

it(
  'tells nobody anew after a crash',
  test(({ hot, run, expectObservable }) => {
    const inbox = hot(' -j-', {
      j: message(room.joined, { connection, params: undefined, rejoined: true }),
    });
    const expected = '  ---';

    expectObservable(run(chat.options.behavior, inbox)).toBe(expected);
  }),
);

// The same over the whole wire, in memory, with two clients.
it('has two talk, and refuses what says nothing', () => {
  const t = channelTest({ channels: [chat] });
  const [ann, bob] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'bob' })];
  ann.subscribeAndJoin('chat:lobby');
  bob.subscribeAndJoin('chat:lobby');

  ann.push('chat:lobby', say, { text: ' hello ' });
  bob.assertPush('chat:lobby', said, { user: 'ann', text: 'hello' });

  const ref = ann.push('chat:lobby', say, { text: ' ' });
  ann.assertReply(ref, { error: 'invalid_data' });

  t.end();
});
