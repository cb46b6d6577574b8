import { afterAll, describe, expect, it } from '@jest/globals';
import { came, chat, said, say, went } from '../../examples/17-channel-process.js';
import { emit } from '../../lib/channels/index.js';
import { type Inbox, reply } from '../../lib/index.js';
import { clientEvent, joined, left, member } from '../../lib/testing/index.js';
import { cleanUp, open, within } from '../express/support.js';
import { marbles } from '../support/marbles.js';
import { start } from './start.js';

afterAll(cleanUp);

describe('examples/17-channel-process', () => {
  it(
    'is a room in one diagram (CT1)',
    marbles(({ hot, run, expectObservable }) => {
      const alice = member('alice');
      const ask = clientEvent(alice, say, 'hi', { id: 1 });
      const values = {
        j: joined(alice),
        s: ask,
        l: left(alice),
        J: emit(came, 'alice'),
        R: reply(ask, { length: 2 }),
        S: emit(said, { from: 'alice', text: 'hi' }),
        L: emit(went, 'alice'),
      };
      const inbox = hot(' j-s---l-', values) as Inbox;
      const expected = '  J-(RS)L-';

      expectObservable(run(chat.options.behavior, inbox)).toBe(expected, values);
    }),
  );

  it('runs, and a client of the page’s dialect speaks to it (B23)', async () => {
    const { port, child, exited } = await start('examples/17-channel-process.ts');
    const client = await open(port, '/ws/chat:lobby');
    const next = async () => JSON.parse(String(await within(client.next(), 'a frame')));
    const welcome = await next();
    const first = await next();
    client.socket.send(
      '{"type":"event","channel":"chat:lobby","payload":{"event":"say","data":"hello"}}',
    );
    const second = await next();
    child.kill('SIGTERM');
    await within(exited, 'the exit', 10_000);

    expect(welcome.payload).toBe('Connected to channel: chat:lobby');
    expect(first.payload.event).toBe('came');
    expect(second.payload).toEqual({
      event: 'said',
      data: { from: first.payload.data, text: 'hello' },
    });
  }, 40_000);
});
