import { deepStrictEqual } from 'node:assert';
import { it } from 'node:test';
import { emit } from 'rx-process/channels';
import { channelTest, clientEvent, joined, left, marbles, member } from 'rx-process/testing';
import { came, chat, said, say, went } from './chat.js';

const test = marbles(deepStrictEqual);
const ann = member('ann');
const user = 'ann';

// The behaviour alone, as a diagram: a character is an instant, a letter a message or a command.
it(
  'tells all who comes, what is said, and who goes',
  test(({ hot, run, expectObservable }) => {
    const s = clientEvent(ann, say, { text: 'hello' });
    const inbox = hot(' -j--s--l-', { j: joined(ann), s, l: left(ann) });
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
  'says of nobody after a crash that he has come',
  test(({ hot, run, expectObservable }) => {
    const inbox = hot(' -j-', { j: joined(ann, { rejoined: true }) });
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
