import { deepStrictEqual } from 'node:assert';
import { it } from 'node:test';
import { emit } from 'rx-process/channels';
import { channelTest, clientEvent, joined, left, marbles, member } from 'rx-process/testing';
import { chat, said, say } from './chat.js';

const test = marbles(deepStrictEqual);
const ann = member('ann');

// The behaviour alone, as a diagram: a character is an instant, a letter a message or a command.
it(
  'tells all what is said',
  test(({ hot, run, expectObservable }) => {
    const s = clientEvent(ann, say, { text: 'hello' });
    const inbox = hot(' -j--s--l-', { j: joined(ann), s, l: left(ann) });
    const expected = '  ----s----';
    const values = { s: emit(said, { user: 'ann', text: 'hello' }) };

    expectObservable(run(chat.options.behavior, inbox)).toBe(expected, values);
  }),
);

// The same over the whole wire, in memory, with two clients.
it('has two talk, who see each other, and refuses what says nothing', () => {
  const t = channelTest({ channels: [chat] });
  const [ann, bob] = [t.connect({ identity: 'ann' }), t.connect({ identity: 'bob' })];
  ann.subscribeAndJoin('chat:lobby');
  bob.subscribeAndJoin('chat:lobby');
  t.advance('50ms');
  ann.assertPresence('chat:lobby', ['ann', 'bob']);

  ann.push('chat:lobby', say, { text: ' hello ' });
  bob.assertPush('chat:lobby', said, { user: 'ann', text: 'hello' });

  const ref = ann.push('chat:lobby', say, { text: ' ' });
  ann.assertReply(ref, { error: 'invalid_data' });

  t.end();
});
