import { describe, expect, it } from '@jest/globals';
import { channel } from '../../../lib/channels/index.js';
import { channelTest } from '../../../lib/testing/index.js';

describe('try', () => {
  it('works', () => {
    const t = channelTest({
      channels: [channel('chat:*', { presence: { meta: ({ meta }) => meta } })],
    });
    const alice = t.connect({ identity: 'alice' });
    const bob = t.connect({ identity: 'bob', protocol: 'plain' });
    console.log(alice.subscribeAndJoin('chat:1', { watch: true, meta: { a: 1 } }));
    bob.send({ type: 'system', payload: { command: 'subscribe', channel: 'chat:1', watch: true } });
    t.advance('50ms');
    alice.command('presence_update', { channel: 'chat:1', meta: 7 });
    t.advance('50ms');
    alice.drop();
    t.advance('5s');
    bob.assertPresence('chat:1', ['bob']);
    console.log(
      [alice.frames, bob.frames]
        .map((x) => x.map((y) => JSON.stringify(y)).join('\n'))
        .join('\n\n'),
    );
    t.end();
  });
});
