import { describe, it } from '@jest/globals';
import { exit } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import {
  beat,
  CLIENT,
  close,
  closed,
  ended,
  exited,
  failed,
  forward,
  frame,
  join,
  LOBBY,
  linkDown,
  ROOM,
  rejoin,
  relay,
  warn,
  write,
} from './support.js';

const crash = { type: 'error', error: new Error('crash') } as const;
const gone = 'target process exited';
/** Waits for 6 frames of virtual time. */
const route = { rejoin: { within: 6, name: 'lobby' } };
const dead = [LOBBY];

// The lobby ends at x, and the room is started in its place at n. j is the join, J that of the room, R what
// the lobby has not read, k a close frame to the client.

describe('session, when its target is started again', () => {
  it(
    'joins who comes in its place, and the client notices nothing (X9, X10)',
    marbles((h) => {
      const client = h.hot('    -a---b------c', { a: frame('a'), b: frame('b'), c: frame('c') });
      const inbox = h.hot('     -------------');
      const lobby = h.hot('     ---x---------', { x: exited(LOBBY, crash) });
      const lobbySubs = '       ^--!         ';
      const successors = h.cold('  -----n    ', { n: ROOM });
      const successorSubs = '   ---^----!    ';
      const room = h.hot('      -------------');
      const roomSubs = '        --------^----';
      const expected = '        ja---b--J---C';
      const values = {
        j: join(),
        a: forward('a'),
        // The valve holds frames back; one that comes nevertheless is kept with what the lobby has not read.
        b: forward('b'),
        J: rejoin(),
        C: forward('c', ROOM),
      };
      const exits = { [LOBBY]: lobby, [ROOM]: room };

      h.expectObservable(relay(h, { client, inbox, exits, successors, dead, route })).toBe(
        expected,
        values,
      );
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
      h.expectSubscriptions(successors.subscriptions).toBe(successorSubs);
      h.expectSubscriptions(room.subscriptions).toBe(roomSubs);
    }),
  );

  it(
    'closes with 1011 when the time is over (X11)',
    marbles((h) => {
      const client = h.hot('    -----------z', { z: closed(1011) });
      const inbox = h.hot('     ------------');
      const lobby = h.hot('     ---x--------', { x: exited(LOBBY, crash) });
      const successors = h.cold('  ---------n', { n: ROOM });
      const successorSubs = '   ---^-----!  ';
      const expected = '        j--------k-(x|)';
      const values = { j: join(), k: close(1011, gone), x: failed(1011, gone) };
      const exits = { [LOBBY]: lobby };

      h.expectObservable(relay(h, { client, inbox, exits, successors, dead, route })).toBe(
        expected,
        values,
      );
      h.expectSubscriptions(successors.subscriptions).toBe(successorSubs);
    }),
  );

  it.each([
    { how: 'crashes', reason: crash, code: 1011, exit: failed(1011, gone) },
    { how: 'ends normally', reason: { type: 'normal' }, code: 1000, exit: ended(1000, gone) },
    { how: 'is stopped', reason: { type: 'shutdown' }, code: 1001, exit: ended(1001, gone) },
  ] as const)(
    'closes with $code at once when the target $how and none will come (X11)',
    ({ reason, code, exit: how }) =>
      marbles((h) => {
        const client = h.hot('  -----z', { z: closed(code) });
        const inbox = h.hot('   ------');
        const lobby = h.hot('   ---x--', { x: exited(LOBBY, reason) });
        const successors = h.cold(' |');
        const expected = '      j--k-(x|)';
        const values = { j: join(), k: close(code, gone), x: how };
        const exits = { [LOBBY]: lobby };

        h.expectObservable(relay(h, { client, inbox, exits, successors, dead, route })).toBe(
          expected,
          values,
        );
      })(),
  );

  it(
    'closes as ever without `rejoin` (cause f)',
    marbles((h) => {
      const client = h.hot('    -----z', { z: closed(1011) });
      const inbox = h.hot('     ------');
      const lobby = h.hot('     ---x--', { x: exited(LOBBY, crash) });
      const successors = h.cold('  n', { n: ROOM });
      const expected = '        j--k-(x|)';
      const values = { j: join(), k: close(1011, gone), x: failed(1011, gone) };

      const session$ = relay(h, { client, inbox, exits: { [LOBBY]: lobby }, successors, dead });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(successors.subscriptions).toBe([]);
    }),
  );

  it(
    'waits anew for each who ends, as long as each time (X9)',
    marbles((h) => {
      const client = h.hot('    -------------');
      const inbox = h.hot('     -------------');
      const lobby = h.hot('     -x-----------', { x: exited(LOBBY, crash) });
      const room = h.hot('      ----------x--', { x: exited(ROOM, crash) });
      const successors = h.cold('---n', { n: ROOM });
      const successorSubs = ['  -^--!--------', '----------^--!'];
      const expected = '        j---J--------J';
      const values = { j: join(), J: rejoin() };
      const exits = { [LOBBY]: lobby, [ROOM]: room };

      h.expectObservable(relay(h, { client, inbox, exits, successors, dead, route })).toBe(
        expected,
        values,
      );
      h.expectSubscriptions(successors.subscriptions).toBe(successorSubs);
    }),
  );

  it(
    'goes on with count, uptime and phase of the heartbeat, which nobody gets meanwhile (X9, L5)',
    marbles((h) => {
      const client = h.hot('    -a--------------', { a: frame('a') });
      const inbox = h.hot('     ----------------');
      const lobby = h.hot('     --x-------------', { x: exited(LOBBY, crash) });
      const successors = h.cold(' -----n         ', { n: ROOM });
      const every = h.time('    ------|         ');
      const expected = '        ja-----J----H';
      const values = {
        j: join(),
        a: forward('a'),
        J: rejoin(),
        H: beat(12, 1, ROOM),
      };
      const exits = { [LOBBY]: lobby };
      const beats = { ...route, heartbeat: every };
      const drawn = { client, inbox, exits, successors, dead, route: beats };

      h.expectObservable(relay(h, drawn), '^------------!').toBe(expected, values);
    }),
  );
});

describe('session, with a heartbeat while frames are still to come to its target', () => {
  it(
    'tells no count before the frames that it counts (X10, L5)',
    marbles((h) => {
      const client = h.hot('    a-----------', { a: frame('a') });
      const inbox = h.hot('     ------------');
      const every = h.time('    ----|       ');
      const expected = '        (ja)----h---';
      const values = { j: join(), a: forward('a'), h: beat(8, 1, LOBBY) };
      const drawn = { client, inbox, route: { heartbeat: every }, behindUntil: 5 };

      h.expectObservable(relay(h, drawn), '^----------!').toBe(expected, values);
    }),
  );
});

describe('session, while it waits for who comes in the place of its target', () => {
  it(
    'writes what processes send to the client, and closes when one says so (W1, cause c)',
    marbles((h) => {
      const client = h.hot('    ---------z', { z: closed(4000) });
      const inbox = h.hot('     ----s--c--', {
        s: message(ws.send, { data: 'wait' }, { from: ROOM }),
        c: message(ws.close, { code: 4000, reason: 'enough' }, { from: ROOM }),
      });
      const lobby = h.hot('     --x-------', { x: exited(LOBBY, crash) });
      const expected = '        j---s--k-(x|)';
      const values = {
        j: join(),
        s: write('wait'),
        k: close(4000, 'enough'),
        x: ended(4000, 'enough'),
      };
      const exits = { [LOBBY]: lobby };

      h.expectObservable(relay(h, { client, inbox, exits, dead, route })).toBe(expected, values);
    }),
  );

  it(
    'is handed over to another process like any other (X3)',
    marbles((h) => {
      const client = h.hot('    ---------a', { a: frame('a') });
      const inbox = h.hot('     -----t----', {
        t: message(ws.control, { target_pid: ROOM }, { from: ROOM }),
      });
      const lobby = h.hot('     --x-------', { x: exited(LOBBY, crash) });
      const expected = '        j----J---A';
      const values = { j: join(), J: join(ROOM), A: forward('a', ROOM) };
      const exits = { [LOBBY]: lobby };

      h.expectObservable(relay(h, { client, inbox, exits, dead, route })).toBe(expected, values);
    }),
  );

  it(
    'does not join itself, if it has got the name (X2, X12)',
    marbles((h) => {
      const client = h.hot('    --------');
      const inbox = h.hot('     --------');
      const lobby = h.hot('     --x-----', { x: exited(LOBBY, crash) });
      const successors = h.cold(' --c-n ', { c: CLIENT, n: ROOM });
      const expected = '        j-----J-';
      const values = { j: join(), J: rejoin() };
      const exits = { [LOBBY]: lobby };

      h.expectObservable(relay(h, { client, inbox, exits, successors, dead, route })).toBe(
        expected,
        values,
      );
    }),
  );

  it(
    'keeps waiting when `ws.control` changes something else (X1)',
    marbles((h) => {
      const client = h.hot('    ----------');
      const inbox = h.hot('     ---c------', {
        c: message(ws.control, { metadata: { seat: 1 } }, { from: ROOM }),
      });
      const lobby = h.hot('     --x-------', { x: exited(LOBBY, crash) });
      const successors = h.cold(' ---n', { n: ROOM });
      const successorSubs = '   --^--!    ';
      const expected = '        j----J----';
      const values = {
        j: join(),
        J: rejoin(ROOM, { seat: 1 }),
      };
      const exits = { [LOBBY]: lobby };

      h.expectObservable(relay(h, { client, inbox, exits, successors, dead: [], route })).toBe(
        expected,
        values,
      );
      h.expectSubscriptions(successors.subscriptions).toBe(successorSubs);
    }),
  );

  it(
    'closes at once when `ws.control` says not to wait (X1, X11)',
    marbles((h) => {
      const client = h.hot('    -----------z', { z: closed(1011) });
      const inbox = h.hot('     -----c------', {
        c: message(ws.control, { rejoin: 0 }, { from: ROOM }),
      });
      const lobby = h.hot('     --x---------', { x: exited(LOBBY, crash) });
      const expected = '        j----k-----(x|)';
      const values = {
        j: join(),
        k: close(1011, 'target process exited'),
        x: failed(1011, 'target process exited'),
      };
      const exits = { [LOBBY]: lobby };

      h.expectObservable(relay(h, { client, inbox, exits, dead: [], route })).toBe(
        expected,
        values,
      );
    }),
  );

  it(
    'ends with a client that leaves, and sends no leave to who is not there (L2)',
    marbles((h) => {
      const client = h.hot('    -----z', { z: closed(4000) });
      const inbox = h.hot('     ------');
      const lobby = h.hot('     --x---', { x: exited(LOBBY, crash) });
      const expected = '        j----(x|)';
      const values = { j: join(), x: ended(4000) };
      const exits = { [LOBBY]: lobby };

      h.expectObservable(relay(h, { client, inbox, exits, dead, route })).toBe(expected, values);
    }),
  );

  it(
    'closes when a linked process ends (cause g)',
    marbles((h) => {
      const client = h.hot('    --------z', { z: closed(1011) });
      const inbox = h.hot('     ---------');
      const signals = h.hot('   -----s---', { s: linkDown(crash) });
      const lobby = h.hot('     --x------', { x: exited(LOBBY, crash) });
      const expected = '        j----k--(x|)';
      const values = {
        j: join(),
        k: close(1011, 'linked process exited'),
        x: exit(crash),
      };
      const drawn = { client, inbox, signals, exits: { [LOBBY]: lobby }, dead, route };

      h.expectObservable(relay(h, drawn)).toBe(expected, values);
    }),
  );
});

describe('session, asked by ws.control', () => {
  it(
    'to stay when a target ends of which nobody could tell who comes in its place: refuses (X12, X2)',
    marbles((h) => {
      const client = h.hot('    ----');
      const inbox = h.hot('     --c-', {
        c: message(ws.control, { rejoin: '5s', metadata: {} }, { from: LOBBY }),
      });
      const expected = '        j-w-';
      const why = 'rejoin: give target_name, or a child of a supervisor';
      const values = {
        j: join(),
        w: warn('ws.control', `ws.control refused, nothing changed: ${why}`),
      };

      h.expectObservable(relay(h, { client, inbox, placeless: true })).toBe(expected, values);
    }),
  );

  it(
    'to stay with a child of a supervisor from now on: waits for it (X12)',
    marbles((h) => {
      const client = h.hot('    -------');
      const inbox = h.hot('     -c-----', {
        c: message(ws.control, { rejoin: '6ms' }, { from: LOBBY }),
      });
      const lobby = h.hot('     ---x---', { x: exited(LOBBY, crash) });
      const successors = h.cold('  --n', { n: ROOM });
      const expected = '        j----J';
      const values = { j: join(), J: rejoin() };

      const session$ = relay(h, { client, inbox, exits: { [LOBBY]: lobby }, successors });

      h.expectObservable(session$).toBe(expected, values);
    }),
  );
});
