import { expect, it } from '@jest/globals';
import { concat, EMPTY, map, mergeMap, NEVER, of } from 'rxjs';
import {
  accept,
  type ChannelBehavior,
  channel,
  emit,
  event,
  kick,
  push,
  refuse,
  room,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { type Command, ofTopic, reply } from '../../../lib/index.js';
import { refused } from '../../support/runtime.js';
import { noting, said } from './noting.js';
import { wherever, world } from './places.js';
import { Place } from './support.js';

/** Ann and Bob in a channel. */
function two(behavior: ChannelBehavior = noting([])) {
  const place = new Place([channel('chat:*', { behavior })]);
  const [ann, bob] = [place.client('ann'), place.client('bob')];
  for (const each of [ann, bob]) each.join('chat:1');
  for (const each of [ann, bob]) each.news();
  return { place, ann, bob, ...place };
}

wherever('emit', () => {
  it('sends to all members, in its order, and behind the replies before it (B23, CP12)', () => {
    const { ann, bob } = two();
    ann.ask('chat:1', 'ok', 1);
    ann.tell('chat:1', 'say', 2);

    expect(ann.news()).toEqual(['#2 1', 'said 1', 'said 2']);
    expect(bob.news()).toEqual(['said 1', 'said 2']);
  });

  it('sends before the reply that comes after it (CP12)', () => {
    const { ann } = two((inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        mergeMap((message) => [emit(said, 1), reply(message), emit(said, 2), reply(message)]),
      ),
    );
    ann.ask('chat:1', 'any');

    expect(ann.news()).toEqual(['said 1', '#2 null', 'said 2']);
  });

  it('sends to some only (B9)', () => {
    const { ann, bob } = two();
    ann.tell('chat:1', 'others', 1);

    expect(ann.news()).toEqual([]);
    expect(bob.news()).toEqual(['said 1']);
  });

  it('sends what a value was when it was emitted', () => {
    const state = { n: 1 };
    const { ann } = two((inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        mergeMap(() =>
          concat(
            of(emit(said, state)),
            of(undefined).pipe(
              map(() => {
                state.n = 2;
              }),
            ),
          ),
        ),
      ),
    );
    ann.tell('chat:1', 'any');

    expect(ann.news()).toEqual(['said {"n":1}']);
  });

  it('sends any message, with its time and metadata', () => {
    const message = WebSocketMessage.text('hello').withMetadata({ by: 'me' });
    const { ann } = two((inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        map(() => emit(message)),
      ),
    );
    ann.tell('chat:1', 'any');

    expect(ann.frames.at(-1)).toEqual({ channel: 'chat:1', ...message.toJSON() });
  });

  it('is sent even where its process crashes after it (E3)', () => {
    const { ann } = two((inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        mergeMap(() =>
          concat(
            of(emit(said, 'last words')),
            of(0).pipe(
              map(() => {
                throw new Error('boom');
              }),
            ),
          ),
        ),
      ),
    );
    ann.tell('chat:1', 'any');

    expect(ann.news()).toEqual(['said "last words"']);
  });

  it('crashes its process for data that has no JSON (B2)', () => {
    const { ann, events } = two((inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        map(() => emit(said, 1n)),
      ),
    );
    ann.tell('chat:1', 'any');

    expect(events).toEqual([expect.stringMatching(/^crash WebSocketMessage\.payload: .*BigInt/)]);
  });

  it.each([
    { what: 'no event', call: () => emit(5 as never) },
    { what: 'a name of the library’s', call: () => emit({ name: 'rx:x' }) },
    { what: 'no list', call: () => emit(said, 1, { onlyTo: 'ann' as never }) },
    { what: 'no PIDs', call: () => emit(said, 1, { exclude: ['ann'] }) },
    { what: 'an unknown option', call: () => emit(said, 1, { recorded: false } as never) },
    { what: 'a key that is no text', call: () => emit(said, 1, { key: 1 as never }) },
    { what: 'no connection', call: () => push('ann', said, 1) },
    { what: 'nobody', call: () => kick(undefined as never) },
  ])('is Invalid with $what', ({ call }) => {
    expect(call).toThrow(refused('Invalid') as Error);
  });

  it.each([
    { command: emit(said, 1) },
    { command: push('{main|0x1}', said, 1) },
    { command: accept({} as never) },
    { command: refuse({} as never) },
    { command: kick('{main|0x1}') },
  ])('crashes a process that is none of a channel: $command.type (B23)', ({ command }) => {
    const { system, events } = new Place([]);
    system.spawn(() => of(command as unknown as Command));
    system.flush();

    expect(events).toEqual([
      `crash a behaviour emits commands or nothing, not ${command.type}, which is a command of a channel's process: give it as the behavior of a channel(…)`,
    ]);
  });
});

wherever('push', () => {
  it('sends to one member (B23)', () => {
    const { ann, bob } = two();
    ann.tell('chat:1', 'whisper', 'you only');

    expect(ann.news()).toEqual(['said "you only"']);
    expect(ann.frames.at(-1).channel).toBe('chat:1');
    expect(bob.news()).toEqual([]);
  });

  it('sends to nobody who is no member, which is an event (CP12)', () => {
    const { ann, bob, events } = two((inbox) =>
      inbox.pipe(
        ofTopic(room.left),
        map(({ payload }) => push(payload.connection, said, 'bye')),
      ),
    );
    ann.leave('chat:1');
    bob.drop();

    expect(ann.news()).toEqual(['Unsubscribed from channel: chat:1']);
    expect(events).toEqual([
      'deadLetter push to a member of chat:1',
      'deadLetter push to a member of chat:1',
    ]);
  });
});

wherever('kick', () => {
  it('ends a membership, of which the client and the process hear (B28)', () => {
    const log: string[] = [];
    const { ann, bob, manager } = two(noting(log));
    ann.tell('chat:1', 'out', false);
    bob.tell('chat:1', 'out', true);

    expect(ann.news()).toEqual(['rx:unsubscribed kicked false']);
    expect(ann.frames.at(-1).payload.data.message).toBe('enough');
    expect(bob.news()).toEqual(['rx:unsubscribed kicked true']);
    expect(log.slice(2)).toEqual(['ann left: kicked', 'bob left: kicked']);
    expect(manager.channels.subscriberCount('chat:1')).toBe(0);
  });
});

wherever('the commands of a channel', () => {
  it('are none of a process that its channel has given up (B28)', () => {
    const late: ChannelBehavior = (inbox, self) => {
      self.setOptions({ trapLinks: true });
      return inbox.pipe(
        ofTopic(room.left, room.joined),
        mergeMap(() => EMPTY),
        (source) => concat(source, NEVER),
      );
    };
    const { system, manager, ann } = two(late);
    manager.channels.deleteChannel('chat:1');
    // Told to the home, and from there to all.
    if (world.isFar) system.flush();
    ann.news();
    ann.join('chat:1');
    system.flush();
    // It lives for the 5 s that a stop gives it (V3), and who joins is served by the next one.
    expect(ann.news()).toEqual(['#2 "in"']);
    system.advance('5s');
    expect(system.names.lookup('channel:chat:1')).toBeDefined();
  });

  it('come with what a text or a value is (B23)', () => {
    const got: unknown[] = [];
    const { ann } = two((inbox) =>
      inbox.pipe(
        ofTopic(room.message),
        map((message) => {
          got.push([message.from, message.payload.type, message.payload.data]);
          return reply(message, 'seen');
        }),
      ),
    );
    ann.say({ type: 'text', channel: 'chat:1', payload: 'hi' });
    ann.say({ id: 9, type: 'json', channel: 'chat:1', payload: { n: 1 } });

    expect(got).toEqual([
      [ann.pid, 'text', 'hi'],
      [ann.pid, 'json', { n: 1 }],
    ]);
    expect(ann.news()).toEqual(['#9 "seen"']);
  });

  it('take typed events, whose data has a type', () => {
    const typed = event<{ n: number }>('typed');

    expect(emit(typed, { n: 1 })).toEqual({
      type: 'emit',
      message: { type: 'event', payload: { event: 'typed', data: { n: 1 } } },
      onlyTo: undefined,
      exclude: undefined,
    });
  });
});
