import { describe, expect, it } from '@jest/globals';
import { type Connection, channel, WebSocketMessage } from '../../../lib/channels/index.js';
import { channelTest } from '../../../lib/testing/index.js';

/** `team:<name>` is for whose metadata has it among its teams, as long as that is so; `vault` is for nobody. */
function scene() {
  const left = new Set<string>();
  const isOf = ({ identity = '', metadata }: Connection, name: string): boolean =>
    (metadata.teams as readonly string[] | undefined)?.includes(name) === true &&
    !left.has(identity);
  const t = channelTest({
    channels: [
      channel('vault', { isPrivate: true }),
      channel('team:*', {
        isPrivate: true,
        join: ({ channel: name, connection }) =>
          isOf(connection, name.slice('team:'.length)) || {
            refused: 'not_of_team',
            message: 'Ask your lead',
          },
      }),
    ],
  });
  const ann = t.connect({ identity: 'ann', metadata: { teams: ['red', 'blue'] } });
  const eve = t.connect({ identity: 'eve' });
  return { t, ann, eve, left };
}

describe('private channels', () => {
  it('let in whom the hook lets in, and tell others why not (B6, B15)', () => {
    const { t, ann, eve } = scene();

    ann.subscribeAndJoin('team:red');

    expect(() => eve.subscribeAndJoin('team:red')).toThrow('not_of_team: Ask your lead');
    expect(() => ann.subscribeAndJoin('vault')).toThrow(
      'denied: Not authorized for channel: vault',
    );
    t.manager.sendToChannel('team:red', WebSocketMessage.text('for the team'));
    ann.assertFrame({ type: 'text', channel: 'team:red' });
    expect(eve.frames.map(({ type }) => type)).not.toContain('text');
    t.end();
  });

  it('refuse what is sent to them from outside (B20)', () => {
    const { t, ann, eve } = scene();
    ann.subscribeAndJoin('team:red');

    eve.assertReply(eve.push('team:red', 'say', 'let me in'), { error: 'not_subscribed' });
    t.refuteBroadcast('team:red');
    t.end();
  });

  it('are listed to their members only (B6)', () => {
    const { t, ann, eve } = scene();
    ann.subscribeAndJoin('team:red');
    ann.subscribeAndJoin('open');

    const [listed, shown] = [ann.command('list_channels'), eve.command('list_channels')];

    ann.assertReply(listed, { ok: true }, { channels: ['team:red', 'open'] });
    eve.assertReply(shown, { ok: true }, { channels: ['open'] });
    t.end();
  });

  it('are closed by path before there is a connection (B15)', () => {
    const { t, ann } = scene();

    expect(() => t.connect({ identity: 'bob', channel: 'team:red' })).toThrow(
      'HTTP 403: Ask your lead',
    );
    expect(t.manager.connectionCount()).toBe(2);
    const tab = t.connect({ identity: 'ann', metadata: { teams: ['red'] }, channel: 'team:red' });
    expect(t.manager.channels.getSubscribers('team:red')).toEqual([tab.pid]);
    expect(ann.closed).toBeUndefined();
    t.end();
  });

  it('lose whom the hook refuses when it is asked again, and tell them (B32)', async () => {
    const { t, ann, left } = scene();
    ann.subscribeAndJoin('team:red');
    ann.subscribeAndJoin('open');
    left.add('ann');

    const count = t.manager.reauthorize(({ identity }) => identity === 'ann');
    await t.settled();

    expect(await count).toBe(1);
    ann.assertPush('team:red', 'rx:unsubscribed', { code: 'denied', retry: false });
    ann.refutePush('open');
    expect(t.manager.channels.getSubscribedChannels(ann.pid)).toEqual(['open']);
    t.end();
  });
});
