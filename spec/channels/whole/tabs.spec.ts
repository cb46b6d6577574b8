import { describe, expect, it } from '@jest/globals';
import { event, WebSocketMessage } from '../../../lib/channels/index.js';
import { channelTest } from '../../../lib/testing/index.js';

const typing = event<{ user: string }>('typing');

/** Two tabs of ann, and bob, in a channel where a message of typing is told to the others. */
function scene() {
  const t = channelTest();
  const tabs = [t.connect({ identity: 'ann' }), t.connect({ identity: 'ann' })] as const;
  const bob = t.connect({ identity: 'bob' });
  for (const client of [...tabs, bob]) client.subscribeAndJoin('chat:1');
  t.manager.messages$.subscribe(({ connection, channel }) => {
    const message = WebSocketMessage.event(typing, { user: connection.identity ?? '' });
    t.manager.broadcast(message, { channel, exclude: [connection.pid] });
  });
  return { t, tabs, bob };
}

describe('two tabs of one user', () => {
  it('are two connections with ids of their own, each in its channels (2.4, row 20)', () => {
    const { t, tabs, bob } = scene();
    const [one, other] = tabs;

    expect(t.manager.channels.getSubscribers('chat:1')).toEqual([one.pid, other.pid, bob.pid]);
    one.unsubscribe('chat:1');
    t.manager.sendToChannel('chat:1', WebSocketMessage.text('still here?'));

    other.assertFrame({ type: 'text' });
    expect(one.frames.map(({ type }) => type)).not.toContain('text');
    t.end();
  });

  it('hear each other, and the one that has sent does not hear itself (B9)', () => {
    const { t, tabs, bob } = scene();
    const [one, other] = tabs;

    one.push('chat:1', typing, { user: 'ann' });

    one.refutePush('chat:1', typing);
    other.assertPush('chat:1', typing, { user: 'ann' });
    bob.assertPush('chat:1', typing, { user: 'ann' });
    t.assertBroadcast('chat:1', typing);
    t.refuteBroadcast('chat:1', typing);
    t.end();
  });

  it('are sent to as one user by their identity, whichever of them are open', () => {
    const { t, tabs, bob } = scene();
    const [one, other] = tabs;
    const { manager } = t;
    const idsOf = (user: string) =>
      manager
        .getConnectionIds()
        .filter((id) => manager.getConnectionMetadata(id)?.identity === user);

    expect(manager.broadcast(WebSocketMessage.text('to ann'), { onlyTo: idsOf('ann') })).toBe(2);
    other.drop();
    expect(manager.broadcast(WebSocketMessage.text('again'), { onlyTo: idsOf('ann') })).toBe(1);

    one.assertFrame({ type: 'text', payload: 'to ann' });
    one.assertFrame({ type: 'text', payload: 'again' });
    other.assertFrame({ type: 'text', payload: 'to ann' });
    expect(bob.frames.map(({ type }) => type)).not.toContain('text');
    t.end();
  });

  it('of which one is closed and opened again: the channel is asked for anew (B31)', () => {
    const { t, tabs } = scene();
    const [one] = tabs;

    one.close(1001);
    one.reconnect();
    t.manager.sendToChannel('chat:1', WebSocketMessage.text('lost'));
    one.subscribeAndJoin('chat:1');
    t.manager.sendToChannel('chat:1', WebSocketMessage.text('found'));

    expect(one.frames.filter(({ type }) => type === 'text').map(({ payload }) => payload)).toEqual([
      'found',
    ]);
    t.end();
  });
});
