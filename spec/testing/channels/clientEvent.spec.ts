import { describe, expect, it } from '@jest/globals';
import { map, mergeMap } from 'rxjs';
import {
  accept,
  type ChannelBehavior,
  emit,
  event,
  ofEvent,
  refuse,
  room,
} from '../../../lib/channels/index.js';
import { type Inbox, isPid } from '../../../lib/core/index.js';
import { is, ofTopic, ProcessError } from '../../../lib/index.js';
import {
  clientEvent,
  joined,
  joinRequest,
  left,
  member,
  message,
} from '../../../lib/testing/index.js';
import { fits } from '../../channels/rooms/support.js';
import { marbles } from '../../support/marbles.js';

const alice = member('alice');
const say = event<string>('say', { data: fits((value) => typeof value === 'string' || 'text') });

describe('a behaviour of a channel by marbles', () => {
  it(
    'gives its commands as data (CT1)',
    marbles(({ hot, run, expectObservable }) => {
      const doorman: ChannelBehavior = (inbox) =>
        inbox.pipe(
          ofTopic(room.join, room.left),
          map((each) => {
            if (is(each, room.left)) return emit(say, each.payload.reason);
            const { identity } = each.payload.request.connection;
            return identity === 'alice' ? accept(each, { state: 1 }) : refuse(each, 'limit');
          }),
        );
      const [a, b] = [joinRequest(alice), joinRequest(member('bob'), { id: 2, params: {} })];
      const values = {
        ...{ a, b, l: left(alice, 'connection lost') },
        ...{ A: accept(a, { state: 1 }), B: refuse(b, 'limit'), L: emit(say, 'connection lost') },
      };
      const inbox = hot(' a-b-l', values) as Inbox;
      const expected = '  A-B-L';

      expectObservable(run(doorman, inbox)).toBe(expected, values);
    }),
  );

  it(
    'fails where an event does not fit its schema (CT1, B20)',
    marbles(({ hot, run, expectObservable }) => {
      const echo: ChannelBehavior = (inbox) =>
        inbox.pipe(
          ofEvent(say),
          mergeMap(({ data }) => [emit(say, data)]),
        );
      const values = {
        g: clientEvent(alice, say, 'good'),
        b: clientEvent(alice, say, 5 as never),
        G: emit(say, 'good'),
      };
      const inbox = hot(' g-b', values) as Inbox;
      const expected = '  G-#';
      const error = new ProcessError('Invalid', 'Invalid data of say: text: wrong');

      expectObservable(run(echo, inbox)).toBe(expected, values, error);
    }),
  );
});

describe('member', () => {
  it('is the same for the same name, with a PID', () => {
    expect(member('alice')).toEqual(alice);
    expect(isPid(alice.pid)).toBe(true);
    expect(member('bob').pid).not.toBe(alice.pid);
    expect(member('eve', { identity: undefined }).identity).toBeUndefined();
  });

  it('comes as a process gets it (B23)', () => {
    const payload = { connection: alice, params: 1, rejoined: true };

    expect(joined(alice, { params: 1, rejoined: true })).toEqual(
      message(room.joined, payload, { from: alice.pid }),
    );
    expect(clientEvent(alice, 'say', 'hi', { id: 7 })).toEqual({
      ...{ topic: 'channel.event', from: alice.pid, ref: 7 },
      payload: { connection: alice, event: 'say', data: 'hi' },
    });
  });
});
