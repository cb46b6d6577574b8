import { describe, expect, it } from '@jest/globals';
import { Subject } from 'rxjs';
import { chat, crash, restarted, said, say, types, typing } from '../../examples/start/chat.js';
import { isName } from '../../examples/start/names.js';
import { grown, seen, WATCH, watch } from '../../examples/start/watch.js';
import {
  type Connection,
  createWebSocketManager,
  type EventType,
  emit,
  type RoomEvent,
  room,
} from '../../lib/channels/index.js';
import { type Message, reply, send } from '../../lib/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import { fakeSelf, fakeSocket, message, testSystem } from '../../lib/testing/index.js';
import { config } from '../relay/connected.js';
import { marbles } from '../support/marbles.js';

const client = (pid: string, identity: string): Connection => ({
  ...{ pid, id: identity, identity, metadata: {}, connectedAt: 0, address: '' },
  ...{ userAgent: undefined, protocol: 'plain' },
});
const ada = client('{relay|0x00001}', 'ada');
const bob = client('{relay|0x00002}', 'bob');

const joined = (connection: Connection, rejoined = false) =>
  message(room.joined, { connection, params: undefined, rejoined });
const left = (connection: Connection) => message(room.left, { connection, reason: 'gone' });
const event = <D>(connection: Connection, { name }: EventType<D>, data: D) => {
  const payload: RoomEvent = { connection, event: name, data };
  return message(room.event, payload as never, { from: connection.pid, ref: 1 });
};
const report = ({ topic }: Message, { pid, identity: user = '' }: Connection, detail: string) =>
  send(WATCH, seen, { topic, pid, user, room: 'lobby', detail });

/** The process of a room, as any other behaviour. */
const lobby = chat().options.behavior;
const self = () => fakeSelf({ args: [{ channel: 'chat:lobby' }] });

describe('a room of the start page', () => {
  const values = {
    a: joined(ada),
    b: joined(bob),
    m: event(ada, say, { text: 'hello' }),
    t: event(bob, typing, null),
    c: event(bob, crash, null),
    A: left(ada),
  };
  const reports = {
    j: report(values.a, ada, 'connected'),
    k: report(values.b, bob, 'connected'),
    n: report(values.m, ada, 'hello'),
    u: report(values.t, bob, 'typing'),
    d: report(values.c, bob, 'crash'),
    l: report(values.A, ada, 'gone'),
  };

  it(
    'tells what is said and who is typing, and reports it all (B23)',
    marbles(({ hot, run, expectObservable }) => {
      const inbox = hot('  a-b-m----t---A', values);
      const expected = '   j-k-(nxr)(uy)l';

      expectObservable(run(lobby, inbox, self())).toBe(expected, {
        ...reports,
        x: emit(said, { user: 'ada', text: 'hello' }),
        r: reply(values.m, null),
        y: emit(types, { user: 'bob' }, { exclude: [bob.pid] }),
      });
    }),
  );

  it(
    'crashes at the word, which it reports and tells nobody else',
    marbles(({ hot, run, expectObservable }) => {
      const inbox = hot('  c', values);
      const expected = '   (d#)';

      const commands = run(lobby, inbox, self());

      expectObservable(commands).toBe(expected, reports, new Error('bob has crashed lobby'));
    }),
  );

  it(
    'says once after a crash that it was restarted, whoever is there (B25)',
    marbles(({ hot, run, expectObservable }) => {
      const [a, b] = [joined(ada, true), joined(bob, true)];
      const inbox = hot('  a---b', { a, b });
      const expected = '   (rh)s';

      expectObservable(run(lobby, inbox, self())).toBe(expected, {
        r: report(a, ada, 'still here'),
        s: report(b, bob, 'still here'),
        h: emit(restarted, null, { record: false }),
      });
    }),
  );
});

describe('isName', () => {
  it.each([
    { name: 'ada', is: true },
    { name: 'Zoë 🎈', is: true },
    { name: 'a'.repeat(32), is: true },
    { name: 'a'.repeat(33), is: false },
    { name: '', is: false },
    { name: ' ada', is: false },
    { name: 'a\nb', is: false },
    { name: 'Zoe\u0308', is: false },
    { name: ['ada'], is: false },
    { name: undefined, is: false },
  ])('takes $name: $is', ({ name, is }) => {
    expect(isName(name)).toBe(is);
  });
});

describe('watch', () => {
  it('shows who comes what was missed and the newest tree, then what comes', () => {
    const system = testSystem();
    const manager = createWebSocketManager(system);
    const hub = new Hub(system);
    system.spawn(watch(manager), { name: WATCH });
    const sight = (detail: string) => ({ topic: 'channel.event', pid: ada.pid, detail });
    const branch = { name: 'app', pid: ada.pid, isClient: false, restarts: 0 };
    const tell = (details: readonly string[]) => {
      for (const detail of details) system.send(WATCH, seen, sight(detail));
    };

    tell(Array.from({ length: 52 }, (_, i) => `${i}`));
    system.send(WATCH, grown, []);
    system.send(WATCH, grown, [{ ...branch, children: [], more: 0 }]);
    system.flush();
    const socket = fakeSocket({ events$: new Subject<SocketEvent>() });
    const pid = hub.connect(socket, config(manager.pid));
    system.flush();
    manager.channels.subscribe(WATCH, String(pid));
    tell(['new']);
    system.flush();

    const shown = socket.actions
      .flatMap((action) => (action.type === 'write' ? [JSON.parse(String(action.data))] : []))
      .slice(1)
      .map(({ payload }) => payload.data.detail ?? payload.data[0].name);
    const missed = Array.from({ length: 50 }, (_, i) => `${i + 2}`);
    expect(shown).toEqual([...missed, 'app', 'new']);
  });
});
