import { describe, it } from '@jest/globals';
import type { Control } from '../../lib/protocol/index.js';
import { ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import {
  beat,
  CLIENT,
  close,
  closed,
  drop,
  ended,
  exited,
  failed,
  forward,
  frame,
  join,
  LOBBY,
  leave,
  metadata,
  ROOM,
  relay,
  warn,
} from './support.js';

const crash = { type: 'error', error: new Error('crash') } as const;
const control = (fields: Control | null) => message(ws.control, fields as Control, { from: LOBBY });
const refused = (why: string) => warn('ws.control', `ws.control refused, nothing changed: ${why}`);

// Small letters are what the lobby gets, capitals what the room gets.

describe('session, at a transfer', () => {
  it(
    'leaves the old target, then joins the new one, each with its own metadata, in one turn (X3)',
    marbles((h) => {
      const client = h.hot(' -a------b', { a: frame('a'), b: frame('b') });
      const inbox = h.hot('  ---t-----', {
        t: control({ target_pid: ROOM, message_topic: 'move', metadata: { seat: 1 } }),
      });
      const lobby = h.hot('  ---------');
      const lobbySubs = '    ^--!     ';
      const room = h.hot('   ---------');
      const roomSubs = '     ---^     ';
      const expected = '     ja-(lJ)-B';
      const values = {
        j: join(),
        a: forward('a'),
        l: leave('transferred', LOBBY, metadata),
        J: join(ROOM, { seat: 1 }),
        B: forward('b', ROOM, { topic: 'move', data: { seat: 1 } }),
      };

      const session$ = relay(h, { client, inbox, exits: { [LOBBY]: lobby, [ROOM]: room } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
      h.expectSubscriptions(room.subscriptions).toBe(roomSubs);
    }),
  );

  it(
    'sends frames before the command to the old target and frames after it to the new one (X4)',
    marbles((h) => {
      const client = h.hot(' (ab)------(cd)', {
        a: frame('a'),
        b: frame('b'),
        c: frame('c'),
        d: frame('d'),
      });
      const clientSubs = '   ^';
      const inbox = h.hot('  -----t', { t: control({ target_pid: ROOM }) });
      const expected = '     (jab)(lJ)-(CD)';
      const values = {
        j: join(),
        a: forward('a'),
        b: forward('b'),
        l: leave('transferred'),
        J: join(ROOM),
        C: forward('c', ROOM),
        D: forward('d', ROOM),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
    }),
  );

  it(
    'goes on with the count, the uptime and the phase of the heartbeat (X4, L5)',
    marbles((h) => {
      const client = h.hot(' -a-------b------------z', {
        a: frame('a'),
        b: frame('b'),
        z: closed(1000),
      });
      const clientSubs = '   ^---------------------!';
      const inbox = h.hot('  -----t-----------------', { t: control({ target_pid: ROOM }) });
      const every = h.time(' ----------|            ');
      const expected = '     ja---(lJ)BH---------I-(LX|)';
      const values = {
        j: join(),
        a: forward('a'),
        l: leave('transferred'),
        J: join(ROOM),
        B: forward('b', ROOM),
        H: beat(10, 2, ROOM),
        I: beat(20, 2, ROOM),
        L: leave('client closed', ROOM),
        X: ended(1000),
      };

      const session$ = relay(h, { client, inbox, route: { heartbeat: every } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
    }),
  );

  it(
    'keeps the target on its own PID: no leave, no join, the other fields apply (X5)',
    marbles((h) => {
      const client = h.hot(' -----a', { a: frame('a') });
      const inbox = h.hot('  --t---', {
        t: control({ target_pid: LOBBY, message_topic: 'move', metadata: { seat: 1 } }),
      });
      const lobby = h.hot('  ------');
      const lobbySubs = '    ^-----';
      const expected = '     j----a';
      const values = {
        j: join(),
        a: forward('a', LOBBY, { topic: 'move', data: { seat: 1 } }),
      };

      h.expectObservable(relay(h, { client, inbox, exits: { [LOBBY]: lobby } })).toBe(
        expected,
        values,
      );
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
    }),
  );

  it(
    'does not care for the exit of the old target afterwards, also in the same instant (X6)',
    marbles((h) => {
      const client = h.hot(' -------b', { b: frame('b') });
      const inbox = h.hot('  --t-----', { t: control({ target_pid: ROOM }) });
      const lobby = h.hot('  --x-----', { x: exited(LOBBY, crash) });
      const lobbySubs = '    ^-!';
      const expected = '     j-J----B';
      const values = { j: join(), J: join(ROOM), B: forward('b', ROOM) };

      const session$ = relay(h, { client, inbox, exits: { [LOBBY]: lobby }, dead: [LOBBY] });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
    }),
  );

  it(
    'closes when the new target ends later (X7)',
    marbles((h) => {
      const client = h.hot(' ----------z', { z: closed(1000) });
      const inbox = h.hot('  --t--------', { t: control({ target_pid: ROOM }) });
      const room = h.hot('   --------x--', { x: exited(ROOM, crash) });
      const roomSubs = '     --^-----!--';
      const expected = '     j-(lJ)--k-(x|)';
      const values = {
        j: join(),
        l: leave('transferred'),
        J: join(ROOM),
        k: close(1011, 'target process exited'),
        x: failed(1011, 'target process exited'),
      };

      const session$ = relay(h, { client, inbox, exits: { [ROOM]: room } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(room.subscriptions).toBe(roomSubs);
    }),
  );

  it(
    'ignores a transfer during closing (X7)',
    marbles((h) => {
      const client = h.hot(' ------z', { z: closed(1000) });
      const inbox = h.hot('  -k--t--', { k: message(ws.close), t: control({ target_pid: ROOM }) });
      const room = h.hot('   -------');
      const expected = '     jk--D-(lx|)';
      const values = {
        j: join(),
        k: close(1000),
        D: drop,
        l: leave('closed by server'),
        x: ended(1000),
      };

      const session$ = relay(h, { client, inbox, exits: { [ROOM]: room } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(room.subscriptions).toBe([]);
    }),
  );

  it(
    'can go back and forth; the last target gets the leave (L2)',
    marbles((h) => {
      const client = h.hot(' ---------------z', { z: closed(1000) });
      const inbox = h.hot('  --t------u------', {
        t: control({ target_pid: ROOM }),
        u: control({ target_pid: LOBBY }),
      });
      const lobby = h.hot('  ----------------');
      const lobbySubs = [
        '                    ^-!             ',
        '                    ---------^-----!',
      ];
      const room = h.hot('   ----------------');
      const roomSubs = '     --^------!      ';
      const expected = '     j-(lJ)---(Lj)--(mx|)';
      const values = {
        j: join(),
        l: leave('transferred'),
        J: join(ROOM),
        L: leave('transferred', ROOM),
        m: leave('client closed'),
        x: ended(1000),
      };

      const session$ = relay(h, { client, inbox, exits: { [LOBBY]: lobby, [ROOM]: room } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
      h.expectSubscriptions(room.subscriptions).toBe(roomSubs);
    }),
  );
});

describe('session, at a ws.control without a transfer', () => {
  it.each<{ what: string; fields: Control }>([
    { what: 'an empty command', fields: {} },
    { what: 'null fields', fields: { target_pid: null, message_topic: null, metadata: null } },
    { what: 'an empty topic', fields: { message_topic: '' } },
    { what: 'unknown fields', fields: { colour: 'red' } as Control },
  ])('changes nothing for $what (X1)', ({ fields }) => {
    marbles((h) => {
      const client = h.hot(' ----a', { a: frame('a') });
      const inbox = h.hot('  --t--', { t: control(fields) });
      const expected = '     j---a';
      const values = { j: join(), a: forward('a', LOBBY, { topic: 'chat' }) };

      const session$ = relay(h, { client, inbox, route: { topic: 'chat' } });

      h.expectObservable(session$).toBe(expected, values);
    })();
  });

  it(
    'changes metadata, {} clears it (X1)',
    marbles((h) => {
      const client = h.hot(' --a---b', { a: frame('a'), b: frame('b') });
      const inbox = h.hot('  -s--c--', {
        s: control({ metadata: { seat: 1 } }),
        c: control({ metadata: {} }),
      });
      const expected = '     j-a---b';
      const values = {
        j: join(),
        a: forward('a', LOBBY, { data: { seat: 1 } }),
        b: forward('b', LOBBY, { data: {} }),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
    }),
  );

  it(
    'starts, changes and stops the heartbeat; the same interval again does not disturb it (X1)',
    marbles((h) => {
      const client = h.hot(' ------------------z', { z: closed(1000) });
      const inbox = h.hot('  --s---r--q----0----', {
        s: control({ heartbeat_interval: '3ms' }),
        r: control({ heartbeat_interval: 3 }),
        q: control({ heartbeat_interval: '2ms' }),
        0: control({ heartbeat_interval: '0s' }),
      });
      const inboxSubs = '    ^-----------------!';
      const expected = '     j----5--8--e-f----(lx|)';
      const values = {
        j: join(),
        5: beat(5, 0),
        8: beat(8, 0),
        e: beat(11, 0),
        f: beat(13, 0),
        l: leave('client closed'),
        x: ended(1000),
      };

      h.expectObservable(relay(h, { client, inbox })).toBe(expected, values);
      h.expectSubscriptions(inbox.subscriptions).toBe(inboxSubs);
    }),
  );

  it.each<{ what: string; fields: Control | null; why: string }>([
    {
      what: 'a PID that is none',
      fields: { target_pid: 'room' },
      why: 'target_pid is no PID, such as {main|0x00001}',
    },
    { what: 'a dead target', fields: { target_pid: ROOM }, why: `target_pid ${ROOM} is not alive` },
    { what: 'itself', fields: { target_pid: CLIENT }, why: 'target_pid is the connection itself' },
    {
      what: 'a topic of the relay',
      fields: { message_topic: 'ws.sent' },
      why: 'message_topic ws.sent is reserved',
    },
    {
      what: 'a system topic',
      fields: { message_topic: '@x' },
      why: 'message_topic may not begin with @',
    },
    {
      what: 'a bad duration',
      fields: { heartbeat_interval: '3 s' },
      why: "heartbeat_interval is no duration; give a text such as '30s' or milliseconds",
    },
    {
      what: 'a negative duration',
      fields: { heartbeat_interval: -1 },
      why: 'heartbeat_interval is negative',
    },
    {
      what: 'a bad expiry',
      fields: { expires_at: 'soon' },
      why: "expires_at is no time; give milliseconds since 1970, or a text such as '2030-01-31T12:00:00Z'",
    },
    {
      what: 'metadata that is no object',
      fields: { metadata: [] as never },
      why: 'metadata is no object',
    },
    { what: 'no object', fields: null, why: 'payload is no object' },
  ])('refuses all of a command for $what, and nothing changes (X2)', ({ fields, why }) => {
    marbles((h) => {
      const client = h.hot(' ------a--z', { a: frame('a'), z: closed(1000) });
      const inbox = h.hot('  --t-------', {
        t: control(fields && { message_topic: 'move', metadata: { seat: 1 }, ...fields }),
      });
      const lobby = h.hot('  ----------');
      const lobbySubs = '    ^--------!';
      const every = h.time(' ----|     ');
      const expected = '     j-w-h-a-i(lx|)';
      const values = {
        j: join(),
        w: refused(why),
        h: beat(4, 0),
        a: forward('a'),
        i: beat(8, 1),
        l: leave('client closed'),
        x: ended(1000),
      };

      const session$ = relay(h, {
        client,
        inbox,
        exits: { [LOBBY]: lobby },
        route: { heartbeat: every },
        dead: [ROOM],
      });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
    })();
  });
});
