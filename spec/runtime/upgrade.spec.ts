import { describe, expect, it } from '@jest/globals';
import { map, NEVER, tap } from 'rxjs';
import { type Behavior, upgrade } from '../../lib/index.js';
import {
  Clock,
  collect,
  deferred,
  exitOf,
  idle,
  puppet,
  quiet,
  reads,
  settled,
  within,
} from '../support/runtime.js';
import { prepared } from './prepared.js';

const refused = (code: string, text: RegExp) =>
  expect.objectContaining({ name: 'ProcessError', code, message: expect.stringMatching(text) });

/** Upgrades at the topic `up`; writes every other message into `log`. */
const upgradable =
  (log: unknown[], id?: string): Behavior =>
  (inbox) =>
    inbox.pipe(
      tap(({ topic, payload }) => log.push(`old ${topic} ${payload}`)),
      map(({ topic, payload }) => (topic === 'up' ? upgrade(id, payload) : undefined)),
    );

describe('an upgrade', () => {
  it('goes on as the newest definition of its own behaviour (U1)', async () => {
    const log: unknown[] = [];
    const system = quiet();
    system.define('room', upgradable(log));
    const pid = system.spawn('room');
    system.define(
      'room',
      reads(log, (m) => `new ${m.topic} ${m.payload}`),
    );
    for (const topic of ['a', 'up', 'b']) system.send(pid, topic, 1);

    await settled(system);
    expect(log).toEqual(['old a 1', 'old up 1', 'new b 1']);
  });

  it('takes the id of another behaviour, which is its own from then on (U1)', async () => {
    const log: unknown[] = [];
    const system = quiet();
    system.define('first', upgradable(log, 'second'));
    system.define('second', upgradable(log));
    const pid = system.spawn('first');
    system.send(pid, 'up', 1);
    await settled(system);
    system.define(
      'second',
      reads(log, (m) => `newest ${m.topic} ${m.payload}`),
    );
    for (const topic of ['up', 'a']) system.send(pid, topic, 2);

    await settled(system);
    expect(log).toEqual(['old up 1', 'old up 2', 'newest a 2']);
  });

  it('is for a process spawned from a function as well, by id (U1)', async () => {
    const log: unknown[] = [];
    const system = prepared(log);
    const { pid, self } = await puppet(system);
    self.upgrade('next');
    system.send(pid, 'a', 1);

    await settled(system);
    expect(log).toEqual(['new a 1']);
  });

  it.each<{ what: string; code: string; text: RegExp; id: unknown }>([
    { what: 'an unknown id', code: 'NotFound', text: /"nowhere".*system\.define/, id: 'nowhere' },
    {
      what: 'no id, of a function',
      code: 'Invalid',
      text: /0x00001.*system\.define/,
      id: undefined,
    },
    { what: 'an id that is none', code: 'Invalid', text: /7.*id/, id: 7 },
    { what: 'a function for an id', code: 'Invalid', text: /function.*id/, id: idle },
  ])('to $what is refused, and nothing has changed (U1)', async ({ code, text, id }) => {
    const system = prepared();
    const { pid, self, log } = await puppet(system);
    const exits = exitOf(system, pid);

    expect(() => self.upgrade(id as string)).toThrow(refused(code, text));
    system.send(pid, 'a', 1);
    await settled(system);
    expect([log, exits]).toEqual([['a 1'], []]);
  });

  it('to an unknown id ends the process, asked for by a command (U1, S8)', async () => {
    const system = quiet();
    const exits = collect(
      system.monitor(system.spawn(() => [upgrade('nowhere')])),
      (e) => e.reason,
    );

    await settled(system);
    expect(exits).toEqual([{ type: 'error', error: refused('NotFound', /nowhere/) }]);
  });

  it('of a process that has ended is refused (U1, E3)', async () => {
    const system = prepared();
    const { pid, self } = await puppet(system);
    system.terminate(pid);
    await settled(system);

    expect(() => self.upgrade('next')).toThrow(refused('Unavailable', /0x00001/));
  });

  it.each<{ what: string; state: unknown[]; args: unknown[] }>([
    { what: 'its state', state: ['state'], args: ['state'] },
    { what: 'the arguments of before, without a state', state: [], args: [1, 2] },
    { what: 'a state of null', state: [null], args: [null] },
  ])('hands over $what as self.args (U2)', async ({ state, args }) => {
    const system = quiet();
    const seen = deferred<readonly unknown[]>();
    system.define('next', (_inbox, self) => {
      seen.resolve(self.args);
      return NEVER;
    });
    const { self } = await puppet(system, { args: [1, 2] });
    self.upgrade('next', ...state);

    expect(await within(seen.promise)).toEqual(args);
  });

  it('tells of it in an event, with the new id (U4)', async () => {
    const scheduler = new Clock();
    const system = quiet({ scheduler });
    system.define('next', idle);
    const { pid, self } = await puppet(system);
    const events = collect(system.events$);
    self.upgrade('next');

    await settled(system);
    expect(events).toEqual([{ type: 'upgraded', at: 0, pid, id: 'next' }]);
  });
});
