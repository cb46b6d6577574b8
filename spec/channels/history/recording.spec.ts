import { describe, expect, it } from '@jest/globals';
import { map, mergeMap } from 'rxjs';
import {
  channel,
  emit,
  event,
  type JoinAnswer,
  ofEvent,
  type Published,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import type { Inbox } from '../../../lib/index.js';
import { channelTest } from '../../../lib/testing/index.js';
import { log, shore } from './shore.js';

const { text, json, system, ping } = WebSocketMessage;
const note = WebSocketMessage.event('note', 1);
const start = { since: { epoch: 'epoch-1', offset: 0 } };

describe('what is recorded', () => {
  it('is what all get that is text, json or an event (B22)', () => {
    const { t, bob, manager } = shore(channel('log'));
    bob.subscribeAndJoin('log');
    for (const message of [text('a'), json(1), note, system('s'), ping()]) {
      manager.sendToChannel('log', message);
    }
    manager.sendToChannel('log', text('b'), { record: false });
    manager.sendToChannel('log', text('c'), { mapFor: (_, message) => message });
    manager.broadcast(text('d'), { channel: 'log', exclude: [bob.pid] });
    manager.broadcast(text('e'), { channel: 'log', onlyTo: [bob.pid] });
    manager.broadcast(text('f'), { channel: 'log' });
    manager.broadcast(text('g'));
    const seen = bob.frames.filter(({ hello, ok }) => hello === undefined && ok === undefined);

    expect(seen.map(({ type, offset, channel: name }) => `${name} ${type} ${offset}`)).toEqual([
      ...['log text 1', 'log json 2', 'log event 3', 'log system undefined', 'log ping undefined'],
      ...['log text undefined', 'log text undefined', 'log text undefined', 'log text 4'],
      'undefined text undefined',
    ]);
    const late = t.connect();
    expect(late.subscribeAndJoin('log', start)).toMatchObject({ offset: 4, replay: 4 });
  });

  it('is what the process of a channel emits to all, if it does not say otherwise (B22)', () => {
    const say = event<string>('say');
    const behavior = (inbox: Inbox) =>
      inbox.pipe(
        ofEvent(say),
        mergeMap(({ data, connection: { pid } }) => [
          emit(text(data)),
          emit(text('not kept'), undefined, { record: false }),
          emit(text('to one'), undefined, { onlyTo: [pid] }),
          emit(text('with a key'), undefined, { key: 'k' }),
        ]),
      );
    const { alice } = shore(channel('log', { behavior }));
    alice.subscribeAndJoin('log');
    alice.push('log', say, 'hi');

    expect(log(alice)).toEqual(['1 hi', '- not kept', '- to one', '2 k with a key']);
  });

  it('answers who has asked with its place, if that is said (B22)', () => {
    const say = event<string>('say');
    const behavior = (inbox: Inbox) =>
      inbox.pipe(
        ofEvent(say),
        map((message) =>
          emit(text(message.data), undefined, {
            answers: message,
            record: message.data !== 'off the record',
          }),
        ),
      );
    const { t, alice, bob } = shore(channel('log', { behavior }));
    for (const client of [alice, bob]) client.subscribeAndJoin('log');
    const asked = ['hi', 'off the record'].map((data) => alice.push('log', say, data));
    bob.send({ type: 'event', channel: 'log', payload: { event: 'say', data: 'no id' } });

    alice.assertReply(asked[0] as number, { ok: true }, { offset: 1 });
    expect(alice.assertReply(asked[1] as number, { ok: true }).payload).toEqual({});
    expect(log(bob)).toEqual(['1 hi', '- off the record', '2 no id']);
    t.end();
  });

  it('makes the channel, which is there from then on (B13)', () => {
    const { manager, send } = shore(channel('log'));
    const before = manager.channels.channelExists('log');
    manager.broadcast(text('nobody'), { channel: 'nowhere' });

    expect([before, send('a'), manager.channels.listChannels()]).toEqual([false, [0], ['log']]);
  });

  it('shows its place to listeners, and the server reads on from it', () => {
    const { manager, send } = shore(channel('log'));
    const heard: (number | undefined)[] = [];
    const place = manager.channel('log');
    place.published$.subscribe(({ offset }) => heard.push(offset));
    send('a', 'b');
    place.send(text('c'), { record: false });

    expect(heard).toEqual([1, 2, undefined]);
    expect(place.position).toEqual({ epoch: 'epoch-1', offset: 2 });
    expect(manager.channel('other').position).toBeUndefined();
  });

  it('is nothing of what cannot be sent: no JSON, no message, no key (B1)', () => {
    const { manager } = shore(channel('log', { history: { key: () => 5 as never } }));
    const invalid = expect.objectContaining({ code: 'Invalid' }) as unknown as Error;
    const send = (message: unknown, options = {}) =>
      manager.sendToChannel('log', message as never, options);
    const key = { key: 'k' };

    expect(() => send({ type: 'json', payload: 1n, timestamp: 0 }, key)).toThrow(invalid);
    expect(() => send({ type: 'text', payload: 'x' }, key)).toThrow(invalid);
    expect(() => send(text('x'))).toThrow('history.key of log: 5 is no key');
    expect(manager.channel('log').position).toMatchObject({ offset: 0 });
  });

  it('stays as it was sent when coalesced, and is flushed before who subscribes (B30)', () => {
    const { t, alice, bob, send } = shore(channel('log', { coalesce: '50ms' }));
    alice.subscribeAndJoin('log');
    send('a', 'b');
    const result = bob.subscribeAndJoin('log', start);
    send('c');
    t.advance('50ms');

    expect(result).toMatchObject({ offset: 2, replay: 2 });
    expect([log(alice), log(bob)]).toEqual([
      ['1 a', '2 b', '3 c'],
      ['1 a', '2 b', '3 c'],
    ]);
  });
});

/** A channel whose members are let in as each of them is. */
const filtered = (answers: Readonly<Record<string, JoinAnswer>>, options = {}) =>
  shore(
    channel('log', {
      join: ({ connection }) => answers[connection.identity ?? ''] ?? true,
      ...options,
    }),
  );
const isEven = ({ payload }: Published) => Number(payload) % 2 === 0;

describe('a filter and a transform', () => {
  const transform = ({ payload, timestamp, offset }: Published) =>
    ({ type: 'text', payload: `${payload} at ${offset}`, timestamp }) as const;

  it('apply to a replay as to what comes live (B21)', () => {
    const { alice, bob, send } = filtered({ alice: { filter: isEven }, bob: { transform } });
    send('1', '2', '3');
    const results = [alice, bob].map((client) => client.subscribeAndJoin('log', start));
    send('4', '5');

    expect(results).toMatchObject([{ replay: 1 }, { replay: 3 }]);
    expect(log(alice)).toEqual(['2 2', '4 4']);
    expect(log(bob)).toEqual(['1 1 at 1', '2 2 at 2', '3 3 at 3', '4 4 at 4', '5 5 at 5']);
  });

  it('apply in the dialect of the page, and to pages of the past (B21, CH11)', () => {
    const { t, alice, send, texts } = filtered({
      alice: { filter: isEven },
      paul: { filter: isEven, transform },
    });
    const paul = t.connect({ identity: 'paul', protocol: 'plain' });
    send('1', '2', '3', '4');
    alice.subscribeAndJoin('log');
    paul.subscribe('log', { rewind: 2 });
    const ref = alice.command('history', { channel: 'log' });

    expect(alice.assertReply(ref, { ok: true }).result).toMatchObject({
      messages: [{ offset: 2 }, { offset: 4 }],
    });
    expect(texts(paul).at(-1)).toMatch(/^\{"type":"text","payload":"4 at 4","timestamp":\d+\}$/);
  });

  it('tells a member where it is when half of the history was not for it (CH10)', () => {
    const { t, alice, bob, send } = filtered(
      { alice: { filter: isEven }, bob: { filter: isEven } },
      { history: { size: 4 } },
    );
    const paul = t.connect({ identity: 'alice', protocol: 'plain' });
    alice.subscribeAndJoin('log');
    paul.subscribe('log');
    send('1', '2', '1', '1', '1');
    alice.assertPush('log', 'rx:position', { epoch: 'epoch-1', offset: 4 });
    alice.refutePush('log', 'rx:position');
    send('1');
    alice.assertPush('log', 'rx:position', { epoch: 'epoch-1', offset: 6 });
    bob.subscribeAndJoin('log', { since: { epoch: 'epoch-1', offset: 2 } });

    bob.assertPush('log', 'rx:position', { epoch: 'epoch-1', offset: 6 });
    expect(paul.frames.map(({ payload }) => payload)).not.toContainEqual(
      expect.objectContaining({ event: 'rx:position' }),
    );
  });

  it('has the position behind what is in the same array (CH10, B30)', () => {
    const options = { history: { size: 4 }, coalesce: '50ms' };
    const { t, alice, send, texts } = filtered({ alice: { filter: isEven } }, options);
    alice.subscribeAndJoin('log');
    send('1', '2', '1', '1');
    t.advance('50ms');

    expect(texts(alice).slice(-2)).toEqual([
      expect.stringContaining('"offset":2,'),
      expect.stringContaining('"event":"rx:position","data":{"epoch":"epoch-1","offset":4}'),
    ]);
  });

  it('lose nothing and double nothing when they send themselves (B17)', () => {
    let sends = 1;
    const filter = () => {
      if (sends-- > 0) t.manager.sendToChannel('log', text('by the filter'));
      return true;
    };
    const t = channelTest({
      channels: [channel('log', { join: () => ({ filter }), history: {} })],
    });
    t.manager.sendToChannel('log', text('a'));
    const client = t.connect();

    expect(client.subscribeAndJoin('log', start)).toMatchObject({ offset: 2, replay: 2 });
    expect(log(client)).toEqual(['1 a', '2 by the filter']);
    client.drop();
    sends = 100;
    const other = t.connect();
    expect(other.subscribeAndJoin('log', start)).toMatchObject({ reason: 'too_many' });
  });
});
