import { expect, it } from '@jest/globals';
import { delay, map, mergeMap, of } from 'rxjs';
import {
  accept,
  type ChannelBehavior,
  type ChannelOptions,
  channel,
  emit,
  event,
  refuse,
  room,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { type Command, done, is, type Message, ofTopic, transition } from '../../../lib/index.js';
import { wherever } from './places.js';
import { Place } from './support.js';

const counted = event<number>('counted');

/** Counts, and lets everybody in with the count as its state, but not `eve`; `late` decides in 6 s, `mute` never. */
const counter: ChannelBehavior = (inbox, self) =>
  inbox.pipe(
    mergeMap((message) => {
      const wait = is(message, room.join) && message.payload.request.params === 'late' ? 6_000 : 0;
      return wait === 0 ? of(message) : of(message).pipe(delay(wait, self.scheduler));
    }),
    transition<number, Message, Command | ReturnType<typeof emit>>([0], (n, message) => {
      if (is(message, room.join)) {
        const { connection, params } = message.payload.request;
        if (connection.identity === 'eve') return [n, refuse(message)];
        if (params === 'mute') return [n];
        if (params === 'full') return [n, refuse(message, 'limit', 'No more seats')];
        if (params === 'boom') throw new Error('boom');
        if (params === 'end') return [n, done()];
        if (params === 'twice') return [n, accept(message), refuse(message)];
        return [n + 1, emit(counted, n), accept(message, { state: n }), emit(counted, n + 1)];
      }
      if (is(message, room.event)) return [n + 1, emit(counted, n + 1)];
      return [n];
    }),
  );

const placeOf = (options: Partial<ChannelOptions> = {}) =>
  new Place([channel('seats', { behavior: counter, admit: 'behavior', ...options })]);

wherever("admit: 'behavior'", () => {
  it('lets in with a state, to which what follows fits: no gap, no overlap (B24)', () => {
    const place = placeOf();
    const [ann, bob] = [place.client('ann'), place.client('bob')];
    for (const each of [ann, bob]) each.news();
    ann.join('seats');
    bob.put({ id: 7, type: 'system', payload: { command: 'subscribe', channel: 'seats' } });
    ann.put({ type: 'event', channel: 'seats', payload: { event: 'count' } });
    place.system.flush();

    expect(ann.news()).toEqual(['#1 0', 'counted 1', 'counted 1', 'counted 2', 'counted 3']);
    expect(bob.news()).toEqual(['#7 1', 'counted 2', 'counted 3']);
  });

  it('has the last word about how, also when the hook is asked again (B24, B32)', async () => {
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.join),
        map((message) => accept(message, { filter: () => false })),
      );
    const place = placeOf({ behavior, join: () => true });
    place.client('ann').join('seats');
    const send = () => place.manager.sendToChannel('seats', WebSocketMessage.text('any'));

    const before = send();
    const ended = await place.manager.reauthorize();

    expect([before, ended, send()]).toEqual([0, 0, 0]);
  });

  it.each([
    { params: 'full', answer: { code: 'limit', message: 'No more seats', retry: false } },
    { params: 'boom', answer: { code: 'crashed', retry: true } },
    { params: 'end', answer: { code: 'crashed', retry: true } },
  ])('does not let in where the answer is $params (B24, B25)', ({ params, answer }) => {
    const place = placeOf();
    const ann = place.client('ann');
    ann.join('seats', { params });

    expect(ann.frames.at(-1)).toMatchObject({ id: 1, ok: false, error: answer });
    expect(place.manager.channels.channelExists('seats')).toBe(false);
  });

  it('refuses with `denied` and the text of B6 unless it says otherwise (B6, B24)', () => {
    const place = placeOf();
    const eve = place.client('eve', { protocol: 'plain' });
    eve.news();
    eve.say({ type: 'system', payload: { command: 'subscribe', channel: 'seats' } });

    expect(eve.news()).toEqual(['Not authorized for channel: seats']);
  });

  it('is `timeout` after 5 s; an answer after that is a drop event (B24)', () => {
    const place = placeOf();
    const ann = place.client('ann');
    ann.news();
    ann.join('seats', { params: 'late' });
    place.system.advance('4999ms');
    const before = ann.news();
    place.system.advance('1ms');
    const after = ann.news();
    place.system.advance('2s');

    expect([before, after, ann.news()]).toEqual([[], ['#1 timeout'], []]);
    expect(place.events).toEqual(['drop no call 1']);
  });

  it('takes one answer; a second one is a drop event', () => {
    const place = placeOf();
    const ann = place.client('ann');
    ann.join('seats', { params: 'twice' });

    expect(ann.news().at(-1)).toBe('#1 "in"');
    expect(place.events).toEqual(['drop no call 1']);
  });

  it('asks after the hook, whose refusal is the last word, and goes before what it has said (B15)', () => {
    const asked: string[] = [];
    const join = ({ connection }: { connection: { identity: string | undefined } }) => {
      asked.push(`hook ${connection.identity}`);
      return connection.identity === 'bob' ? false : { state: 'of the hook', expiresIn: 1_000 };
    };
    const place = placeOf({ join });
    const [ann, bob] = [place.client('ann'), place.client('bob')];
    ann.join('seats');
    bob.join('seats');
    place.system.advance('1s');

    expect(ann.news().slice(1)).toEqual(['#1 0', 'counted 1', 'rx:unsubscribed expired true']);
    expect(bob.news().at(-1)).toBe('#1 denied');
    expect(asked).toEqual(['hook ann', 'hook bob']);
  });

  it('holds what the client sends to the channel meanwhile, and nothing else (B16)', () => {
    const place = placeOf();
    const ann = place.client('ann');
    ann.news();
    ann.join('seats', { params: 'mute' });
    ann.leave('seats');
    ann.say({ type: 'ping' });
    const before = ann.news();
    place.system.advance('5s');

    expect(before).toEqual(['undefined']);
    expect(ann.news()).toEqual(['#1 timeout', 'Unsubscribed from channel: seats']);
  });

  it('keeps no channel of whom it has refused, and its process for the linger (B26)', () => {
    const place = placeOf();
    const eve = place.client('eve');
    eve.join('seats');
    const process = () => place.system.names.lookup('channel:seats');
    const before = process();
    place.system.advance('30s');

    expect(before).toBeDefined();
    expect(process()).toBeUndefined();
    expect(place.manager.channels.listChannels()).toEqual([]);
  });

  it('asks the next process for whom the one that is stopped has not answered (B26)', () => {
    const place = placeOf({ linger: 0 });
    const [ann, bob] = [place.client('ann'), place.client('bob')];
    ann.join('seats');
    ann.put({ type: 'system', payload: { command: 'unsubscribe', channel: 'seats' } });
    bob.put({ id: 7, type: 'system', payload: { command: 'subscribe', channel: 'seats' } });
    place.system.flush();

    expect(bob.news()[1]).toMatch(/^#7 /);
  });

  it('asks who is a member already again (CP14)', () => {
    const place = placeOf();
    const ann = place.client('ann');
    ann.join('seats');
    ann.news();
    ann.join('seats');

    expect(ann.news()).toEqual(['counted 1', '#2 1', 'counted 2']);
    expect(place.manager.channels.subscriberCount('seats')).toBe(1);
  });

  it('forgets the join of a client that goes (B33)', () => {
    const place = placeOf({ linger: '1s' });
    const ann = place.client('ann');
    ann.join('seats', { params: 'late' });
    ann.drop();
    place.system.advance('1s');

    expect(place.system.names.lookup('channel:seats')).toBeUndefined();
    expect(place.manager.channels.channelExists('seats')).toBe(false);
  });

  it('starts no more processes than clients may have channels (B24)', () => {
    const place = new Place([channel('*', { behavior: counter, admit: 'behavior' })], {
      limits: { clientChannels: 1 },
    });
    const eve = place.client('eve');
    eve.join('one');
    eve.join('two');

    expect(eve.news().slice(1)).toEqual(['#1 denied', '#2 limit']);
  });
});

wherever("a path of a channel with admit: 'behavior'", () => {
  it('is welcomed as at /ws, and hears then that it is in, with the state (B4, B24)', () => {
    const place = placeOf();
    const ann = place.client('ann', { channel: 'seats' });
    const bob = place.client('bob', { channel: 'seats', protocol: 'plain' });

    expect(ann.news()).toEqual([
      'WebSocket connected',
      'rx:subscribed {"state":0}',
      'counted 1',
      'counted 1',
      'counted 2',
    ]);
    expect(bob.news()).toEqual(['WebSocket connected', 'Connected to channel: seats', 'counted 2']);
  });

  it('is closed where the process refuses, and told whether it may come back (B24)', () => {
    const place = placeOf();
    const eve = place.client('eve', { channel: 'seats' });

    expect(eve.closed).toBe('4403 Not authorized for channel: seats');
    expect(eve.news()).toEqual(['WebSocket connected']);
  });

  it('is closed with 1013 where there is no answer (B24)', () => {
    const place = new Place([
      channel('seats', { behavior: (inbox) => inbox.pipe(map(() => {})), admit: 'behavior' }),
    ]);
    const ann = place.client('ann', { channel: 'seats' });
    place.system.advance('5s');

    expect(ann.closed).toBe('1013 The channel has not answered in time');
  });
});
