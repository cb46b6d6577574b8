import { describe, expect, it } from '@jest/globals';
import { finalize, map, NEVER, of } from 'rxjs';
import {
  accept,
  type ChannelCommand,
  channel,
  event,
  type Joining,
  type Published,
  room,
} from '../../../lib/channels/index.js';
import { ofTopic } from '../../../lib/index.js';
import { Place, schema } from '../rooms/support.js';
import { Scene } from '../scene.js';

const json = (payload: unknown) => ({ type: 'json', payload, timestamp: 1 }) as const;
const boom = (): never => {
  throw new Error('boom');
};
const rejecting = async (): Promise<never> => boom();

/** A channel whose process lets everybody in like this. */
const admitting = (joining: Joining, more = {}) =>
  channel('a', {
    admit: 'behavior',
    behavior: (inbox) =>
      inbox.pipe(
        ofTopic(room.join),
        map((message) => accept(message, joining)),
      ),
    ...more,
  });

/** Gives promises that nobody looks at their time to end the Node process. */
const unlookedAt = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('createWebSocketManager, with code that fails', () => {
  it.each([
    { what: 'it is late', end: (scene: Scene) => scene.system.advance('5s') },
    { what: 'the client goes', end: (_: Scene, leave: () => void) => leave() },
  ])('reports what the end of a hook throws when $what (B36)', ({ end }) => {
    const scene = new Scene({
      channels: [channel('a', { join: () => NEVER.pipe(finalize(boom)) })],
    });
    const client = scene.connect();
    client.command('subscribe', { channel: 'a' });

    end(scene, () => client.leaves());

    expect(scene.events[0]).toContain('boom');
    expect(scene.connect().command('ping', {}, 1).brief).toEqual([
      'WebSocket connected',
      '1 ok pong',
    ]);
  });

  it('reports what the end of a subscription throws, and ends the others (B36)', () => {
    const scene = new Scene();
    const ended: string[] = [];
    scene.manager.messages$.pipe(finalize(boom)).subscribe();
    scene.manager.messages$.subscribe({ complete: () => ended.push('messages$') });
    scene.manager.connections$.subscribe({ complete: () => ended.push('connections$') });

    scene.system.exit(scene.manager.pid, 'kill');
    scene.system.flush();

    expect(ended).toEqual(['messages$', 'connections$']);
    expect(scene.events[0]).toContain('boom');
  });

  it('reports what an async subscriber rejects with (B36)', async () => {
    const scene = new Scene();
    scene.manager.messages$.subscribe(rejecting);

    scene.connect().sends('hello');
    await unlookedAt();

    expect(scene.events).toEqual([expect.stringContaining('boom')]);
  });

  it('reports the error of a request that nobody takes (B36)', () => {
    const scene = new Scene();
    const client = scene.connect();
    scene.manager.request(client.pid, event('whoami'), null).subscribe();

    client.leaves();

    expect(scene.events).toEqual([expect.stringContaining('the connection has ended')]);
  });

  it('takes a promise for no answer of a filter, transform or mapFor (B21)', async () => {
    const ways: Joining[] = [{ filter: rejecting as never }, { transform: rejecting as never }];
    const scene = new Scene({ channels: [channel('*', { join: () => ways.shift() ?? true })] });
    const client = scene.connect();
    for (const name of ['a', 'b', 'c']) client.command('subscribe', { channel: name });
    client.texts;

    const counts = ['a', 'b'].map((name) => scene.manager.sendToChannel(name, json('secret')));
    const mapped = scene.manager.sendToChannel('c', json(1), { mapFor: rejecting as never });
    await unlookedAt();

    expect([...counts, mapped]).toEqual([0, 0, 0]);
    expect(client.texts).toEqual([]);
    expect(scene.events).toHaveLength(3);
  });

  it('answers internal where a schema rejects, and is not ended by it (B20)', async () => {
    const say = event('say', { data: schema(rejecting) });
    const scene = new Scene({ channels: [channel('a', { events: [say] })] });
    const client = scene.connect();
    client.command('subscribe', { channel: 'a' }).texts;

    client.sends({ id: 1, type: 'event', channel: 'a', payload: { event: 'say', data: 1 } });
    await unlookedAt();

    expect(client.brief).toEqual(['1 no internal']);
  });

  it('errors a request whose schema throws, and takes the rest of the batch (CP11)', () => {
    const scene = new Scene();
    const client = scene.connect();
    const heard: unknown[] = [];
    scene.manager.messages$.subscribe(({ payload }) => heard.push(payload));
    scene.manager
      .request(client.pid, event('whoami', { reply: schema(boom) }), null)
      .subscribe({ error: ({ code }) => heard.push(code) });

    client.sends(JSON.stringify([{ id: 's1', ok: true, type: 'json' }, json('next')]));

    expect(heard).toEqual(['Internal', 'next']);
  });

  it('takes an error without JSON for no answer (CP9)', () => {
    const scene = new Scene();
    scene.manager.messages$.subscribe((message) => message.fail('odd', 'x', { details: 1n }));
    const client = scene.connect();
    client.sends({ id: 1, ...json(1) }).texts;

    scene.system.advance('10s');

    expect(client.brief).toEqual(['1 no timeout']);
  });

  it('throws to its sender what has no JSON where messages are gathered (B30)', () => {
    const scene = new Scene({ channels: [channel('a', { coalesce: 50 })] });
    const client = scene.connect();
    client.command('subscribe', { channel: 'a' }).texts;
    const changed = { n: 1 };

    scene.manager.sendToChannel('a', json(changed));
    changed.n = 2;
    expect(() => scene.manager.sendToChannel('a', json(1n))).toThrow('has no JSON');
    scene.system.advance(50);

    expect(client.frames.map(({ payload }) => payload)).toEqual([{ n: 1 }]);
  });

  it.each<{ what: string; joining: Joining; tells: string }>([
    { what: 'a state without JSON', joining: { state: 1n }, tells: '1013 Internal error' },
    { what: 'a bad time', joining: { expiresIn: 'x' as never }, tells: '1013 The process' },
    { what: 'a bad filter', joining: { filter: 1 as never }, tells: '1013 The process' },
    { what: 'a field of its own', joining: { ok: 1 } as never, tells: '1013 The process' },
  ])('closes a client of a path that is let in with $what (B24)', ({ joining, tells }) => {
    const place = new Place([admitting(joining)]);

    const client = place.client('ann', { channel: 'a' });

    expect(client.closed).toContain(tells);
    expect(place.manager.channels.subscriberCount('a')).toBe(0);
  });

  it('crashes a process that emits no message (B1)', () => {
    const texts = [{ type: 'odd' }, { type: 'json', payload: 1, timestamp: 'x' }, null];
    for (const message of texts) {
      const command = { type: 'emit', message } as unknown as ChannelCommand;
      const place = new Place([channel('a', { behavior: () => of(command) })]);
      const client = place.client('ann');
      client.join('a');
      expect(client.news().slice(2)).toEqual(['rx:unsubscribed crashed true']);
      expect(place.events[0]).toContain('is no message');
    }
  });

  it.each<{ options: object; text: string }>([
    { options: { isPrivate: 'yes' }, text: 'isPrivate is true or false, not "yes"' },
    { options: { events: ['say'] }, text: 'events is a list of event(…)' },
    { options: { description: 1 }, text: 'description is a text' },
    { options: { private: true }, text: "unknown option 'private'" },
  ])('refuses a definition with $options, made by channel(…) or not (B13)', ({ options, text }) => {
    const definition = { pattern: 'a', options };
    const { manager } = new Scene();

    expect(() => channel('a', options)).toThrow(text);
    expect(() => manager.define(definition)).toThrow(text);
    expect(() => manager.channels.createChannel(definition)).toThrow(text);
    expect(manager.channels.listChannels()).toEqual([]);
  });
});

describe('a filter', () => {
  const onlyOdd = ({ payload }: Published): boolean => (payload as number) % 2 === 1;
  const numbers = ({ manager, system }: Pick<Place, 'manager' | 'system'>): void => {
    for (const n of [1, 2, 3]) manager.sendToChannel('a', json(n));
    system.flush();
  };

  it('of a process stays when the hook is asked again, or there is none (B24, B32)', () => {
    for (const more of [{}, { join: () => ({ filter: () => true }) }]) {
      const place = new Place([admitting({ filter: onlyOdd }, more)]);
      const client = place.client('ann');
      client.join('a');
      client.news();

      void place.manager.reauthorize();
      numbers(place);

      expect(client.news()).toEqual(['1', '3']);
    }
  });

  it('of a hook stays when the process says nothing of it (B24)', () => {
    const place = new Place([
      admitting({ filter: undefined } as never, { join: () => ({ filter: onlyOdd }) }),
    ]);
    const client = place.client('ann');
    client.join('a');
    client.news();

    numbers(place);

    expect(client.news()).toEqual(['1', '3']);
  });

  it.each([{ coalesce: undefined }, { coalesce: 10 }])(
    'that ends its own membership gets nothing any more, gathered by $coalesce (CP12)',
    ({ coalesce }) => {
      const join = () => ({ filter: () => place.manager.channels.deleteChannel('a') });
      const place: Place = new Place([channel('a', { join, coalesce })]);
      const client = place.client('ann');
      client.join('a');
      client.news();

      place.manager.sendToChannel('a', json('late'));
      place.system.advance(10);

      expect(client.news()).toEqual(['rx:unsubscribed deleted false']);
    },
  );

  it('stays when the server subscribes who is there already (B31)', () => {
    const place = new Place([channel('a', { join: () => ({ filter: onlyOdd }) })]);
    const client = place.client('ann');
    client.join('a');
    client.news();

    expect(place.manager.channels.subscribe('a', client.pid)).toBe(false);
    numbers(place);

    expect(client.news()).toEqual(['1', '3']);
  });

  it('is asked for nobody whom the server has put into a private channel (B31, B32)', async () => {
    const place = new Place([channel('a', { isPrivate: true })]);
    const client = place.client('ann');
    place.manager.channels.subscribe('a', client.pid);

    const ended = place.manager.reauthorize();

    expect(await ended).toBe(0);
    expect(place.manager.channels.subscriberCount('a')).toBe(1);
  });
});
