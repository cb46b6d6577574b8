import { describe, it } from '@jest/globals';
import { ws } from '../../lib/protocol/index.js';
import { message } from '../../lib/testing/marbles/message.js';
import { marbles } from '../support/marbles.js';
import {
  beat,
  close,
  closed,
  ended,
  exited,
  forward,
  frame,
  join,
  LOBBY,
  leave,
  ROOM,
  relay,
  write,
} from './support.js';

// Small letters are frames and answers of the lobby's time, capitals of the room's; j join, l leave,
// h heartbeat, k close frame to the client, z the socket's end, x exit; D is a dead letter.

describe('session', () => {
  it(
    'in one picture: join, messages, heartbeats, transfer, the end of the target, close, leave',
    marbles((h) => {
      const client = h.hot('  -a---b--------c---d--z', {
        a: frame('a'),
        b: frame('b'),
        c: frame('c'),
        d: frame('d'),
        z: closed(1000, 'late'),
      });
      const clientSubs = '    ^--------------------!';
      const inbox = h.hot('   --s-----t-------------', {
        s: message(ws.send, { data: 'welcome' }, { from: LOBBY }),
        t: message(ws.control, { target_pid: ROOM }, { from: LOBBY }),
      });
      const inboxSubs = '     ^--------------------!';
      const lobby = h.hot('   -----------x----------', { x: exited(LOBBY, { type: 'normal' }) });
      const lobbySubs = '     ^-------!-------------';
      const room = h.hot('    ----------------x-----', { x: exited(ROOM, { type: 'normal' }) });
      const roomSubs = '      --------^-------!-----';
      const every = h.time('  ------|               ');
      const expected = '      jas--bh-(lJ)H-C-k-D--(x|)';
      const values = {
        j: join(),
        a: forward('a'),
        s: write('welcome'),
        b: forward('b'),
        h: beat(6, 2),
        l: leave('transferred'),
        J: join(ROOM),
        H: beat(12, 2, ROOM),
        C: forward('c', ROOM),
        k: close(1000, 'target process exited'),
        D: forward('d', ROOM),
        x: ended(1000, 'target process exited'),
      };

      const exits = { [LOBBY]: lobby, [ROOM]: room };
      const session$ = relay(h, { client, inbox, exits, route: { heartbeat: every } });

      h.expectObservable(session$).toBe(expected, values);
      h.expectSubscriptions(client.subscriptions).toBe(clientSubs);
      h.expectSubscriptions(inbox.subscriptions).toBe(inboxSubs);
      h.expectSubscriptions(lobby.subscriptions).toBe(lobbySubs);
      h.expectSubscriptions(room.subscriptions).toBe(roomSubs);
    }),
  );
});
