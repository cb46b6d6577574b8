import { expect, it } from '@jest/globals';
import { delay, map, mergeMap, of } from 'rxjs';
import {
  type ChannelBehavior,
  type ChannelOptions,
  channel,
  event,
  ofEvent,
  refuse,
  room,
} from '../../../lib/channels/index.js';
import { act, ofTopic, reply } from '../../../lib/index.js';
import { kernelOf } from '../../../lib/runtime/index.js';
import { collect } from '../../support/runtime.js';
import { noting } from './noting.js';
import { either, wherever } from './places.js';
import { fits, Place, schema } from './support.js';

/** A client in a channel with a behaviour. */
function inChannel(behavior: ChannelBehavior, options: Partial<ChannelOptions> = {}, more = {}) {
  const place = new Place([channel('chat:*', { behavior, ...options })], more);
  const ann = place.client('ann');
  ann.join('chat:1');
  ann.news();
  const pending = () => place.system[kernelOf].calls.size;
  return { place, ann, pending, ...place };
}

const late: ChannelBehavior = (inbox, self) =>
  inbox.pipe(
    ofTopic(room.event),
    delay(10_500, self.scheduler),
    map((message) => reply(message, 'late')),
  );

wherever('a request to the process of a channel', () => {
  it('is answered once; a second answer is a drop event (CP9, M13)', () => {
    const { ann, events, pending } = inChannel(noting([]));
    ann.ask('chat:1', 'twice');

    expect(ann.news()).toEqual(['#2 1']);
    expect(events).toEqual(['drop no call 1']);
    expect(pending()).toBe(0);
  });

  it('is answered `timeout` after its time, and a late answer is a drop event (CP9)', () => {
    const { ann, events, pending, system } = inChannel(late);
    ann.ask('chat:1', 'any');
    system.advance('9999ms');
    const before = ann.news();
    system.advance('1ms');
    const after = ann.news();
    const left = pending();
    system.advance('1s');

    expect([before, after, ann.news(), left]).toEqual([[], ['#2 timeout'], [], 0]);
    expect(events).toEqual(['drop no call 1']);
  });

  it('is forgotten with its client, and an answer then is a drop event (CP9)', () => {
    const { ann, events, pending, system } = inChannel(late);
    ann.ask('chat:1', 'any');
    ann.drop();
    const left = pending();
    system.advance('11s');

    expect(left).toBe(0);
    expect(events).toEqual(['drop no call 1']);
  });

  it('without an id needs no answer: one is for nobody, and nothing is told of it (B23)', () => {
    const { ann, events } = inChannel(noting([]));
    ann.tell('chat:1', 'me');

    expect(ann.news()).toEqual([]);
    expect(events).toEqual([]);
  });

  it('without an id is told of a refusal once, where it speaks v1 (CP10)', () => {
    const twice: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofEvent(event('no')),
        mergeMap((message) => [refuse(message, 'failed', 'not today'), refuse(message)]),
      );
    const { ann, place, events } = inChannel(twice);
    const bob = place.client('bob', { protocol: 'plain' });
    bob.join('chat:1');
    bob.news();
    ann.tell('chat:1', 'no');
    bob.tell('chat:1', 'no');

    expect(ann.frames.at(-1)).toEqual({
      error: { code: 'failed', message: 'not today', retry: false },
      type: 'system',
      payload: 'Invalid message',
      timestamp: expect.any(Number),
    });
    expect(bob.news()).toEqual([]);
    // What a client does not hear of is an event (B7); so is the second refusal.
    expect([...events].sort()).toEqual(['drop no call 1', 'drop no call 1', 'drop refused 1']);
  });

  it.each([
    { given: [], code: 'failed', message: 'failed', retry: false },
    { given: ['rate_limited', 'slowly'], code: 'rate_limited', message: 'slowly', retry: true },
    { given: ['too_early'], code: 'too_early', message: 'too_early', retry: false },
  ])('is refused with $given (CP8)', ({ given, ...error }) => {
    const { ann } = inChannel(noting([]));
    ann.ask('chat:1', 'no', given);

    expect(ann.frames.at(-1)).toMatchObject({ id: 2, ok: false, error });
  });

  it('is `internal` where its handler has thrown, and the next one is handled (M12)', () => {
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        act((message) => {
          if (message.payload.event === 'bad') throw new Error('secret');
          return reply(message, 'good');
        }),
      );
    const { ann, events } = inChannel(behavior);
    ann.ask('chat:1', 'bad');
    ann.ask('chat:1', 'good');

    expect(ann.news()).toEqual(['#2 internal', '#3 "good"']);
    expect(events).toEqual(['handlerError secret']);
  });

  it('is `failed` where the answer is an error, with its text', () => {
    const { ann } = inChannel((inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        map((message) => reply(message, new Error('not today'))),
      ),
    );
    ann.ask('chat:1', 'any');

    expect(ann.frames.at(-1).error).toMatchObject({ code: 'failed', message: 'not today' });
  });

  it.each([
    { what: 'does not fit the schema of the reply', payload: { n: 'one' }, text: 'n: wrong' },
    { what: 'has no JSON', payload: 1n, text: 'BigInt' },
  ])('is `internal`, and an event, where the answer $what (B20)', ({ payload, text }) => {
    const sum = event('sum', { reply: fits((value) => typeof value === 'bigint' || 'n') });
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        map((message) => reply(message, payload)),
      );
    const { ann, system } = inChannel(behavior, { events: [sum] });
    const warnings = collect(system.events$, (event) =>
      event.type === 'warning' ? [event.message, String(event.error)] : [],
    );
    ann.ask('chat:1', 'sum');

    expect(ann.news()).toEqual(['#2 internal']);
    expect(warnings).toContainEqual([
      expect.stringMatching(/^the reply to sum has failed/),
      expect.stringContaining(text),
    ]);
  });

  it('is `overloaded` where the mailbox is full; without an id a drop event (B26)', () => {
    const place = new Place(
      [channel('chat:*', { behavior: (inbox) => inbox.pipe(act(() => new Promise(() => {}))) })],
      {},
      { mailbox: { capacity: 2 } },
    );
    const [ann, bob] = [place.client('ann'), place.client('bob')];
    ann.join('chat:1');
    ann.news();
    for (let i = 0; i < 3; i++) ann.ask('chat:1', 'any');
    ann.tell('chat:1', 'any');
    bob.join('chat:1');

    expect(ann.news()).toEqual(['#4 overloaded']);
    expect(ann.frames.at(-1).error).toMatchObject({ retry: true, after: 1_000 });
    // How full a mailbox on another node is, nobody knows (CN23).
    const overloaded = { error: { code: 'overloaded', retry: true, after: 1_000 } };
    expect(bob.frames.at(-1)).toMatchObject({ id: 1, ...either(overloaded, { ok: true }) });
    expect(place.events).toEqual(['drop overflow 1', 'drop overflow 1']);
  });

  it('counts by its size where it waits, each of a batch by its share (M11)', () => {
    const { ann } = inChannel((inbox) => inbox.pipe(act(() => new Promise(() => {}))));
    const big = 'x'.repeat(7 * 1024 * 1024);
    const message = (id: number) => ({ id, type: 'text', channel: 'chat:1', payload: big });
    ann.say([message(11), message(12)]);
    ann.say(message(13));

    // A link has a bound of its own, which the second one does not find room in.
    expect(ann.news()).toEqual(either(['#13 overloaded'], ['#12 overloaded']));
  });

  it('may be answered by another process, to which the channel has sent it (M13)', () => {
    const { ann, system } = inChannel((inbox) =>
      inbox.pipe(
        ofTopic(room.event),
        mergeMap((message) => {
          system.spawn(() => of(reply(message, 'by a worker')));
          return [];
        }),
      ),
    );
    ann.ask('chat:1', 'any');

    expect(ann.news()).toEqual(['#2 "by a worker"']);
  });
});

wherever('ofEvent', () => {
  const say = event<{ text: string }>('say', {
    data: fits((value) => typeof Object(value).text === 'string' || 'text'),
  });
  const echo: ChannelBehavior = (inbox) =>
    inbox.pipe(
      ofEvent(say),
      map((message) => reply(message, message.data.text.toUpperCase())),
    );

  it('checks data that nobody has checked, and the client is told where it does not fit (B20)', () => {
    const { ann, pending } = inChannel(echo);
    ann.ask('chat:1', 'say', { text: 'hi' });
    ann.ask('chat:1', 'say', { text: 5 });
    ann.tell('chat:1', 'say', 'no object');

    expect(ann.news()).toEqual(['#2 "HI"', '#3 invalid_data', '#undefined invalid_data']);
    expect(ann.frames.at(-2).error.message).toMatch(/^Invalid data of say: text: /);
    expect(ann.frames.at(-2).error.details).toHaveLength(1);
    expect(pending()).toBe(0);
  });

  it('does not check again what `events` has checked, and changed, before (B20)', () => {
    const count = event<number>('count', {
      data: schema((value) =>
        typeof value === 'string' ? { value: value.length } : { issues: [] },
      ),
    });
    const behavior: ChannelBehavior = (inbox) =>
      inbox.pipe(
        ofEvent(count),
        map((message) => reply(message, message.data)),
      );
    const { ann } = inChannel(behavior, { events: [count] });
    ann.ask('chat:1', 'count', 'four');

    expect(ann.news()).toEqual(['#2 4']);
  });

  it('reads the stream of a manager, and answers there as well (B20)', () => {
    const place = new Place([]);
    const texts: string[] = [];
    place.manager.messages$
      .pipe(ofEvent(say))
      .subscribe(({ data, reply: answer, channel: where }) => {
        texts.push(`${where} ${data.text}`);
        answer(data.text.length);
      });
    const ann = place.client('ann');
    ann.join('any');
    ann.news();
    ann.ask('any', 'say', { text: 'hi' });
    ann.ask('any', 'say', { text: 5 });

    expect(texts).toEqual(['any hi']);
    expect(ann.news()).toEqual(['#2 2', '#3 invalid_data']);
  });

  it('crashes the process for an event that no client has sent and that does not fit', () => {
    const { system, events } = inChannel(echo);
    const payload = { connection: {} as never, event: 'say', data: 5 };
    system.send('channel:chat:1', room.event, payload);
    system.flush();

    expect(events[0]).toMatch(/^crash Invalid data of say: /);
  });
});
