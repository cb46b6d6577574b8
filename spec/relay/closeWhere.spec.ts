import { afterEach, describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { setRelay } from '../../lib/express/index.js';
import { type Close, ws } from '../../lib/protocol/index.js';
import { type ConnectionInfo, Hub } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';
import { cleanUp, echo, open, serve, within } from '../express/support.js';
import { idle } from '../support/runtime.js';
import { config } from './connected.js';

afterEach(cleanUp);

/** A relay with one client for each user; `closed` is what their sockets were told. */
function relayOf(...users: readonly string[]) {
  const system = testSystem();
  const hub = new Hub(system);
  const target = system.spawn(idle);
  const clients = users.map((user) => {
    const socket = fakeSocket({ events$: NEVER });
    const pid = hub.connect(socket, { ...config(target), metadata: { user } }) as string;
    return { user, socket, pid };
  });
  system.flush();
  const closed = (): unknown[] => {
    system.flush();
    return clients.flatMap(({ user, socket }) =>
      socket.actions.flatMap((action) =>
        action.type === 'close' ? [`${user} ${action.code} ${action.reason}`] : [],
      ),
    );
  };
  return { system, hub, target, clients, closed };
}

const isUser =
  (...users: readonly unknown[]) =>
  ({ metadata }: ConnectionInfo) =>
    users.includes(metadata.user);

describe('closeWhere', () => {
  it('closes those that the predicate picks, and says how many (L9, W4)', () => {
    const { hub, closed } = relayOf('ann', 'bob', 'ann');

    expect(hub.closeWhere(isUser('ann'), { code: 4403, reason: 'banned' })).toBe(2);
    expect(closed()).toEqual(['ann 4403 banned', 'ann 4403 banned']);
  });

  it('shows the predicate what connections() lists, the target of now included (L9, L7)', () => {
    const { system, hub, clients, closed } = relayOf('ann', 'bob');
    const room = system.spawn(idle);
    system.send(clients[1]?.pid as string, ws.control, { target_pid: room });
    system.flush();
    const seen: unknown[] = [];

    hub.closeWhere((connection) => seen.push(connection) > 0 && connection.target === room, 'over');
    expect(seen).toEqual(hub.connections());
    expect(closed()).toEqual(['bob 1000 over']);
  });

  it('neither asks about nor counts those that are closing (L9, W5)', () => {
    const { hub, closed } = relayOf('ann', 'bob');
    hub.closeWhere(isUser('ann'), 'first');
    expect(closed()).toEqual(['ann 1000 first']);

    expect(hub.closeWhere(() => true, { code: 4000 })).toBe(1);
    expect(closed()).toEqual(['ann 1000 first', 'bob 4000 ']);
    expect(hub.closeWhere(() => true)).toBe(0);
  });

  it('closes nobody when the predicate throws, whose error it throws (L9)', () => {
    const { hub, closed } = relayOf('ann', 'bob');
    const boom = new Error('boom');
    const predicate = ({ metadata }: ConnectionInfo): boolean => {
      if (metadata.user === 'bob') throw boom;
      return true;
    };

    expect(() => hub.closeWhere(predicate)).toThrow(boom);
    expect(closed()).toEqual([]);
  });

  it.each<{ what: string; close: unknown; says: string }>([
    {
      what: 'a code that no frame may carry',
      close: { code: 1006 },
      says: 'give { code, reason }',
    },
    { what: 'a reason that is no text', close: { reason: 7 }, says: 'give { code, reason }' },
    { what: 'a number', close: 4000, says: 'give { code, reason }' },
    { what: 'a slip', close: { reson: 'x' }, says: "unknown option 'reson'" },
  ])('refuses $what, and closes nobody (L9, W4, I7)', ({ close, says }) => {
    const { hub, closed } = relayOf('ann');

    expect(() => hub.closeWhere(() => true, close as Close)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringContaining(says) }),
    );
    expect(closed()).toEqual([]);
  });

  it.each([
    { what: 'no predicate', predicate: undefined, says: 'give a function' },
    { what: 'an async one', predicate: async () => false, says: 'returns a promise' },
  ])('refuses $what (L9)', ({ predicate, says }) => {
    const { hub, closed } = relayOf('ann');

    expect(() => hub.closeWhere(predicate as never)).toThrow(
      expect.objectContaining({ code: 'Invalid', message: expect.stringContaining(says) }),
    );
    expect(closed()).toEqual([]);
  });

  it('logs a user out who sits at a socket (L9, cause c)', async () => {
    const { port, relay } = await serve({
      routes: (app) => {
        app.get('/ws', ({ query }, res) => {
          setRelay(res, { target: echo, metadata: { user: String(query.user) } }).end();
        });
      },
    });
    const ann = await open(port, '/ws?user=ann');
    const bob = await open(port, '/ws?user=bob');

    expect(relay.closeWhere(isUser('ann'), { code: 4001, reason: 'logged out' })).toBe(1);
    expect(await within(ann.closed, 'the close')).toEqual({ code: 4001, reason: 'logged out' });
    expect(await bob.ask('still here')).toBe('still here');
  });
});
