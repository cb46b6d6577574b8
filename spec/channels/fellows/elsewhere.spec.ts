import { describe, expect, it } from '@jest/globals';
import { type ChannelBehavior, type RoomEvent, room } from '../../../lib/channels/index.js';
import { act, ofTopic } from '../../../lib/index.js';
import { managersOf, readers } from './support.js';

const SOON = 20;

describe('what a client of another node has got by `refresh`', () => {
  /** A channel whose process, at `a`, has a member at `b` too, and remembers the connection of each event. */
  function refreshed() {
    const connections: RoomEvent['connection'][] = [];
    const roles: unknown[] = [];
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        act(({ payload: { connection } }) => {
          connections.push(connection);
          roles.push(connection.metadata.role);
        }),
      );
    const on = managersOf(
      ['a', 'b'],
      { news: { behavior } },
      { refresh: (_, token) => ({ metadata: { role: token } }) },
    );
    readers({ ...on, tests: on.tests.slice(0, 1) });
    const [client] = readers({ ...on, tests: on.tests.slice(1) });
    if (client === undefined) throw new Error('there is no client');
    return { ...on, client, connections, roles };
  }

  it('is in its connection for the process, before what it says then (CN21, B32)', () => {
    const { client, connections, roles, advance } = refreshed();
    client.push('news', 'first');
    advance(SOON);
    client.command('refresh', { token: 'admin' });
    client.push('news', 'second');
    advance(SOON);

    expect(roles).toEqual([undefined, 'admin']);
    expect(connections[0]).toBe(connections[1]);
    expect(connections[0]?.metadata).toEqual({ role: 'admin' });
  });

  it('is there for the process of the next home (CN21, CN27)', () => {
    const { client, roles, nats, advance } = refreshed();
    client.command('refresh', { token: 'admin' });
    nats.kill('a');
    advance(5_000);
    client.push('news', 'later');
    advance(SOON);

    expect(roles).toEqual(['admin']);
  });
});
