import { describe, expect, it } from '@jest/globals';
import { mergeMap } from 'rxjs';
import {
  type Connection,
  channel,
  emit,
  event,
  push,
  room,
  WebSocketMessage,
} from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { type Inbox, ofTopic } from '../../../lib/index.js';
import { Place } from '../rooms/support.js';

const tick = event<number>('tick');
const message = (n: number) => WebSocketMessage.event(tick, n);

/** Ann speaks v1, Bob the page's dialect; both are in the channel. */
function ticking(options = {}) {
  const place = new Place([channel('ticks', { coalesce: '50ms', ...options })]);
  const [ann, bob] = [place.client('ann'), place.client('bob', { protocol: 'plain' })];
  for (const each of [ann, bob]) {
    each.join('ticks');
    each.news();
  }
  const send = (...numbers: number[]) =>
    numbers.map((n) => place.manager.sendToChannel('ticks', message(n)));
  const waiting = () => place.manager[insideOf].broker.gatherings.size;
  return { place, ann, bob, send, waiting, ...place };
}

describe('coalesce', () => {
  it('sends the messages of its time as one array in v1, one by one in plain (B30)', () => {
    const { ann, bob, send, system, waiting } = ticking();
    const counts = send(1, 2);
    system.advance('49ms');
    send(3);
    const before = [...ann.news(), ...bob.news()];
    system.advance('1ms');

    expect(counts).toEqual([2, 2]);
    expect(before).toEqual([]);
    expect(ann.news()).toEqual(['[tick 1, tick 2, tick 3]']);
    expect(bob.news()).toEqual(['tick 1', 'tick 2', 'tick 3']);
    expect(waiting()).toBe(0);
  });

  it('makes the array text once for all (B30, B21)', () => {
    const { ann, send, system, place } = ticking();
    const others = [1, 2, 3].map((n) => place.client(`c${n}`));
    for (const each of others) each.join('ticks');
    send(1, 2);
    system.advance('50ms');
    const texts = [ann, ...others].map(({ socket }) => socket.actions.at(-1));

    expect(new Set(texts.map((action) => action?.type === 'write' && action.data)).size).toBe(1);
  });

  it('sends a single message as it is', () => {
    const { ann, send, system } = ticking();
    send(1);
    system.advance('50ms');
    send(2);
    system.advance('50ms');

    expect(ann.news()).toEqual(['tick 1', 'tick 2']);
  });

  it('sends at once what a batch holds at most (CP4)', () => {
    const { ann, send } = ticking();
    send(...Array.from({ length: 65 }, (_, n) => n));

    expect(ann.frames.at(-1)).toHaveLength(64);
  });

  it('sends before anybody becomes a member or is one no more (B30)', () => {
    const { ann, bob, send, place } = ticking();
    const eve = place.client('eve');
    eve.news();
    send(1);
    eve.join('ticks');
    const first = [ann.news(), eve.news()];
    send(2);
    bob.leave('ticks');
    const second = [ann.news(), bob.news(), eve.news()];
    send(3);
    place.manager.unsubscribe(eve.pid, 'ticks');
    const third = [ann.news(), eve.news()];
    send(4);
    place.manager.channels.deleteChannel('ticks');

    expect(first).toEqual([['tick 1'], ['#1 "in"']]);
    expect(second).toEqual([
      ['tick 2'],
      ['tick 1', 'tick 2', 'Unsubscribed from channel: ticks'],
      ['tick 2'],
    ]);
    expect(third).toEqual([['tick 3'], ['tick 3', 'rx:unsubscribed kicked false']]);
    expect(ann.news()).toEqual(['tick 4', 'rx:unsubscribed deleted false']);
  });

  it('keeps filters, transforms and picks, which make a frame of their own (B21)', () => {
    const join = ({ connection }: { connection: { identity: string | undefined } }) =>
      connection.identity === 'eve'
        ? {
            filter: ({ payload }: { payload?: unknown }) =>
              (payload as { data: number }).data % 2 === 0,
          }
        : true;
    const { ann, send, system, place, manager } = ticking({ join });
    const eve = place.client('eve');
    eve.join('ticks');
    eve.news();
    send(1, 2);
    manager.broadcast(message(3), { channel: 'ticks', exclude: [ann.pid] });
    send(4);
    system.advance('50ms');

    expect(ann.news()).toEqual(['[tick 1, tick 2, tick 4]']);
    expect(eve.news()).toEqual(['[tick 2, tick 4]']);
  });

  it('sends nothing to whose membership a filter ends (CP12)', () => {
    const join = ({ connection }: { connection: Connection }) => ({
      filter: () => {
        if (connection.identity === 'eve') manager.unsubscribe(connection.pid, 'ticks');
        return true;
      },
    });
    const { ann, send, system, place, manager } = ticking({ join });
    const eve = place.client('eve');
    eve.join('ticks');
    eve.news();
    send(1, 2);
    system.advance('50ms');

    expect(eve.news()).toEqual([expect.stringContaining('rx:unsubscribed')]);
    expect(ann.news()).toEqual(['[tick 1, tick 2]']);
  });

  it('keeps the order of what a process emits and pushes (B23, B30)', () => {
    const { ann, system } = ticking({
      behavior: (inbox: Inbox) =>
        inbox.pipe(
          ofTopic(room.event),
          mergeMap(({ payload: { connection } }) => [
            emit(tick, 1),
            push(connection, tick, 2),
            emit(tick, 3),
          ]),
        ),
    });
    ann.tell('ticks', 'any');
    system.advance('50ms');

    expect(ann.news()).toEqual(['tick 1', 'tick 2', 'tick 3']);
  });

  it('is over with its members: nothing waits for nobody', () => {
    const { ann, bob, send, waiting, system, events } = ticking();
    send(1);
    ann.drop();
    bob.drop();
    system.advance('50ms');

    expect(waiting()).toBe(0);
    expect(send(2)).toEqual([0]);
    expect(waiting()).toBe(0);
    expect(events).toEqual([]);
  });

  it('sends what waits before it says goodbye (B34)', () => {
    const { ann, send, system } = ticking();
    send(1, 2);
    void system.shutdown();

    expect(ann.news()).toEqual(['[tick 1, tick 2]']);
  });

  it('is counted when it is sent (CL3)', () => {
    const { send, system, manager } = ticking();
    const { counters } = manager[insideOf].broker;
    const { sent, broadcast } = counters;
    send(1, 2);
    system.advance('50ms');

    expect(counters.broadcast - broadcast).toBe(2);
    expect(counters.sent - sent).toBe(3);
  });
});
