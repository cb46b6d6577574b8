import { describe, expect, it } from '@jest/globals';
import { type ChannelBehavior, type ChannelOptions, channel } from '../../../lib/channels/index.js';
import { act } from '../../../lib/index.js';
import { noting } from './noting.js';
import { either, wherever, world } from './places.js';
import { Place } from './support.js';

function placeOf(options: Partial<ChannelOptions> = {}) {
  const log: string[] = [];
  const place = new Place([channel('chat:*', { behavior: noting(log), ...options })]);
  const whereis = () => place.system.names.lookup('channel:chat:1');
  return { log, place, whereis, ...place, client: place.client.bind(place) };
}

wherever('the process of a channel', () => {
  it('is spawned at the first join, with its name, host and args (B23)', () => {
    const { log, whereis, client } = placeOf();
    expect(whereis()).toBeUndefined();
    const ann = client('ann');
    ann.join('chat:1');
    ann.news();
    ann.ask('chat:1', 'me');

    expect(whereis()).toMatch(either(/^\{channels\|/, /^\{a~1@channels\|/));
    expect(ann.news()).toEqual([`#2 ${JSON.stringify([{ channel: 'chat:1' }, whereis()])}`]);
    expect(log).toEqual(['ann joined']);
  });

  it('is named after its manager as well, where that has a name (B23)', () => {
    const place = new Place([channel('chat:*', { behavior: noting([]) })], { name: 'shop' });
    place.client('ann').join('chat:1');

    expect(place.system.names.lookup('shop/channel:chat:1')).toBeDefined();
    expect(place.system.names.lookup('channel:chat:1')).toBeUndefined();
  });

  it('hears why its members leave, the relay’s reason included (B23, B33)', () => {
    const { log, client, manager } = placeOf();
    const [ann, bob, eve] = [client('ann'), client('bob'), client('eve')];
    for (const each of [ann, bob, eve]) each.join('chat:1');
    ann.leave('chat:1');
    manager.unsubscribe(bob.pid, 'chat:1');
    eve.drop();

    expect(log.slice(3)).toEqual([
      'ann left: unsubscribed',
      'bob left: kicked',
      'eve left: connection lost',
    ]);
  });

  it('is told in a full mailbox as well who comes and goes, and of who did both meanwhile nothing (B23, M11)', () => {
    const behavior: ChannelBehavior = (inbox) => inbox.pipe(act(() => new Promise(() => {})));
    const place = new Place([channel('chat:*', { behavior })], {}, { mailbox: { capacity: 1 } });
    const { events, manager, system } = place;
    const [ann, ...others] = ['ann', 'bob', 'eve', 'joe'].map((name) => place.client(name));
    const depth = () => system.info('channel:chat:1')?.depth;
    ann?.join('chat:1');
    ann?.tell('chat:1', 'fills it');
    for (const { pid } of others) manager.channels.subscribe('chat:1', pid);
    system.flush();
    const afterJoins = depth();
    manager.unsubscribe(others[0]?.pid ?? '', 'chat:1');
    ann?.leave('chat:1');

    expect([afterJoins, depth()]).toEqual([4, 4]);
    expect(events).toEqual([]);
  });

  it('crashes, and its members stay: it is restarted, and told of them in the order of joining (B25)', () => {
    const { log, client, events } = placeOf();
    const [ann, bob] = [client('ann'), client('bob')];
    bob.join('chat:1');
    ann.join('chat:1');
    bob.join('chat:1');
    log.length = 0;
    ann.tell('chat:1', 'boom');
    ann.news();
    bob.tell('chat:1', 'say', 'still here');

    expect(log).toEqual(['bob joined again', 'ann joined again']);
    expect(ann.news()).toEqual(['said "still here"']);
    expect(events).toEqual(['crash boom']);
  });

  it('answers who waits with `crashed` when it crashes (B25)', () => {
    const { client } = placeOf();
    const ann = client('ann');
    ann.join('chat:1');
    ann.news();
    ann.ask('chat:1', 'nothing');
    ann.ask('chat:1', 'boom');

    expect(ann.news()).toEqual(['#2 crashed', '#3 crashed']);
  });

  it('crashes too often: all are told, and the next join starts anew (B25)', () => {
    const { log, client, events, whereis } = placeOf();
    const [ann, bob] = [client('ann'), client('bob')];
    ann.join('chat:1');
    bob.join('chat:1');
    ann.news();
    for (let i = 0; i < 4; i++) ann.tell('chat:1', 'boom');

    expect(ann.news()).toEqual(['rx:unsubscribed crashed true']);
    expect(bob.news().at(-1)).toBe('rx:unsubscribed crashed true');
    expect(whereis()).toBeUndefined();
    expect(events.at(-1)).toMatch(
      /^warning channel_restarts: chat:1 crashes too often: intensity is 3 in 5000 ms/,
    );
    log.length = 0;
    bob.join('chat:1');
    expect(log).toEqual(['bob joined']);
  });

  it('counts crashes within the period only (B25)', () => {
    const { client, system, whereis } = placeOf();
    const ann = client('ann');
    ann.join('chat:1');
    for (let i = 0; i < 9; i++) {
      ann.tell('chat:1', 'boom');
      system.advance('2s');
    }

    expect(whereis()).toBeDefined();
  });

  it('waits before a restart where there is a back-off; clients join meanwhile (B25)', () => {
    const { log, client, system } = placeOf({ restart: { backoff: { initial: '4s', jitter: 0 } } });
    const [ann, bob] = [client('ann'), client('bob')];
    ann.join('chat:1');
    ann.tell('chat:1', 'boom');
    log.length = 0;
    system.advance('1s');
    bob.join('chat:1');
    ann.news();
    ann.ask('chat:1', 'me');
    const [refused] = ann.frames.slice(-1);
    system.advance('2999ms');
    expect(log).toEqual([]);
    system.advance('1ms');

    expect(log).toEqual(['ann joined again', 'bob joined']);
    expect(refused.error).toEqual({
      ...{ code: 'crashed', message: 'The channel is being restarted', retry: true, after: 3_000 },
    });
  });

  it.each([{ name: 'end' }, { name: 'exit' }])(
    'ends by itself with $name: its members are out (B25)',
    ({ name }) => {
      const { log, client, whereis, events } = placeOf();
      const ann = client('ann');
      ann.join('chat:1');
      ann.news();
      ann.ask('chat:1', name);

      expect(ann.news()).toEqual(['#2 crashed', 'rx:unsubscribed closed false']);
      expect(whereis()).toBeUndefined();
      expect(log).toEqual(['ann joined']);
      ann.join('chat:1');
      expect(log).toEqual(['ann joined', 'ann joined']);
      expect(events).toEqual([]);
    },
  );

  it('keeps who joins between its end and the exit that tells of it, for the next one (B25)', () => {
    const { log, client, manager, system } = placeOf();
    const [ann, bob] = [client('ann'), client('bob')];
    ann.join('chat:1');
    const pid = system.names.lookup('channel:chat:1');
    // Called within the turn in which the process ends, when its exit is under way.
    system.events$.subscribe((event) => {
      if (event.type === 'exited' && event.pid === pid)
        manager.channels.subscribe('chat:1', bob.pid);
    });
    ann.news();
    bob.news();
    ann.tell('chat:1', 'end');

    expect(ann.news()).toEqual(['rx:unsubscribed closed false']);
    expect(bob.news()).toEqual(['rx:subscribed {}']);
    expect(log).toEqual(['ann joined', 'bob joined']);
    expect(manager.channels.getSubscribers('chat:1')).toEqual([bob.pid]);
  });

  it('is stopped when its channel was empty for the linger, not before (B26)', () => {
    const { log, client, system, whereis } = placeOf({ linger: '10s' });
    const ann = client('ann');
    ann.join('chat:1');
    ann.leave('chat:1');
    system.advance('9s');
    ann.join('chat:1');
    ann.leave('chat:1');
    system.advance('9999ms');
    const before = whereis();
    system.advance('1ms');

    expect(before).toBeDefined();
    expect(whereis()).toBeUndefined();
    expect(log).toEqual([
      'ann joined',
      'ann left: unsubscribed',
      'ann joined',
      'ann left: unsubscribed',
    ]);
  });

  it('goes on for 30 s in an empty channel that does not say otherwise (B26)', () => {
    const { client, system, whereis } = placeOf();
    const ann = client('ann');
    ann.join('chat:1');
    ann.leave('chat:1');
    system.advance('29999ms');
    const before = whereis();
    system.advance('1ms');

    expect(before).toBeDefined();
    expect(whereis()).toBeUndefined();
  });

  it('loses no join in the moment of the stop (B26)', () => {
    const { log, client, system, whereis } = placeOf({ linger: 0 });
    const [ann, bob] = [client('ann'), client('bob')];
    ann.join('chat:1');
    const first = whereis();
    // The leave, the clock of the linger, the stop and the join are all due in the same instant.
    ann.put({ type: 'system', payload: { command: 'unsubscribe', channel: 'chat:1' } });
    bob.put({ id: 1, type: 'system', payload: { command: 'subscribe', channel: 'chat:1' } });
    system.flush();
    bob.ask('chat:1', 'me');

    expect(log.at(-1)).toBe('bob joined');
    expect(bob.news().at(-1)).toBe(`#1 ${JSON.stringify([{ channel: 'chat:1' }, whereis()])}`);
    expect(first).toBeDefined();
  });

  it('ends with its channel when that is deleted, and a new channel has a new process (B28)', () => {
    const { log, client, manager, system, whereis } = placeOf();
    const ann = client('ann');
    ann.join('chat:1');
    const first = whereis();
    ann.news();
    ann.ask('chat:1', 'nothing');
    manager.channels.deleteChannel('chat:1');
    // Before the first process has ended, but for what is told to the home, and from there to all.
    if (world.isFar) system.flush();
    ann.join('chat:1');

    expect(ann.news()).toEqual(['rx:unsubscribed deleted false', '#2 crashed', '#3 "in"']);
    expect(whereis()).not.toBe(first);
    expect(log).toEqual(['ann joined', 'ann joined']);
  });

  it('may not be spawnable, which is as a crash (B25)', () => {
    const { client, system, events } = placeOf();
    system.spawn(() => new Promise(() => {}), { name: 'channel:chat:1' });
    const ann = client('ann');
    ann.join('chat:1');

    expect(ann.news().slice(1)).toEqual(['#1 "in"', 'rx:unsubscribed crashed true']);
    expect(events.filter((each) => each.includes('cannot be spawned'))).toHaveLength(4);
  });
});

describe('the process of a channel, at shutdown', () => {
  it('hears of all who leave at shutdown, and ends after them (B34)', async () => {
    const { log, client, system, events } = placeOf();
    for (const each of ['ann', 'bob']) client(each).join('chat:1');
    const exits: string[] = [];
    system.events$.subscribe((event) => event.type === 'exited' && exits.push(event.pid));
    const over = system.shutdown({ timeout: '1m' });
    for (let i = 0; i < 20; i++) {
      system.advance('1s');
      await Promise.resolve();
    }
    await over;

    expect(log.slice(2).map((each) => each.split(';')[0])).toEqual([
      'ann left: server shutting down',
      'bob left: server shutting down',
    ]);
    expect(exits.at(-1)).toMatch(/^\{channels\|/);
    expect(events).toEqual([]);
  });
});
