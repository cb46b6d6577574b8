import { describe, expect, it } from '@jest/globals';
import { NEVER } from 'rxjs';
import { Restarts, readRestart } from '../../../lib/channels/definitions/restartOptions.js';
import { channel } from '../../../lib/channels/index.js';
import { noting } from './noting.js';
import { wherever } from './places.js';
import { Place } from './support.js';

const behavior = () => NEVER;

wherever('channel', () => {
  it.each([
    { options: { behavior: 5 }, says: 'behavior is a function of its inbox' },
    { options: { behavior, admit: 'both' }, says: "admit is 'hook' or 'behavior', not a text" },
    { options: { behavior, linger: 'soon' }, says: 'linger: ' },
    { options: { behavior, restart: { intensiti: 1 } }, says: 'restart: ' },
    { options: { behavior, restart: { intensity: -1 } }, says: 'restart.intensity: ' },
    { options: { behavior, restart: { backoff: { max: 'x' } } }, says: 'backoff.max: ' },
    { options: { linger: '1s' }, says: 'linger is of a channel with a behavior' },
    { options: { admit: 'behavior' }, says: 'admit is of a channel with a behavior' },
    { options: { coalesce: -1 }, says: 'coalesce: ' },
  ])('refuses $options, naming it (B13)', ({ options, says }) => {
    expect(() => channel('chat:*', options as never)).toThrow(says.slice(0, 20));
  });

  it('is read anew: a second definition is for joins, and for starts, from then on (B13)', () => {
    const [first, second]: [string[], string[]] = [[], []];
    const place = new Place([channel('chat:*', { behavior: noting(first) })]);
    const [ann, bob] = [place.client('ann'), place.client('bob')];
    ann.join('chat:1');
    place.define('chat:*', { behavior: noting(second) });
    bob.join('chat:1');
    ann.tell('chat:1', 'boom');

    expect(first).toEqual(['ann joined', 'bob joined']);
    expect(second).toEqual(['ann joined again', 'bob joined again']);
  });

  it('may get a process when it has members, of whom that is told at the next join (B13)', () => {
    const log: string[] = [];
    const place = new Place([]);
    const [ann, bob] = [place.client('ann'), place.client('bob')];
    ann.join('chat:1');
    place.define('chat:*', { behavior: noting(log) });
    bob.join('chat:1');

    expect(log).toEqual(['ann joined again', 'bob joined']);
  });

  it('may lose its process with its next start; its members stay (B13)', () => {
    const place = new Place([channel('chat:*', { behavior: noting([]) })]);
    const ann = place.client('ann');
    ann.join('chat:1');
    place.define('chat:*');
    ann.tell('chat:1', 'boom');
    ann.news();
    place.manager.sendToChannel('chat:1', { type: 'text', payload: 'hi', timestamp: 0 });

    expect(ann.news()).toEqual(['hi']);
    expect(place.system.names.lookup('channel:chat:1')).toBeUndefined();
  });
});

describe('Restarts', () => {
  it.each([
    {
      what: '3 in 5 s',
      options: {},
      at: [0, 1, 2, 3],
      delays: [0, 0, 0, 'intensity is 3 in 5000 ms'],
    },
    { what: 'as old ones do not count', options: { intensity: 1 }, at: [0, 5_001], delays: [0, 0] },
    { what: 'none', options: { intensity: 0 }, at: [0], delays: ['intensity is 0 in 5000 ms'] },
    {
      what: 'any number',
      options: { intensity: Infinity },
      at: [0, 0, 0, 0, 0],
      delays: [0, 0, 0, 0, 0],
    },
    {
      what: 'later and later, but at once again after a stable run',
      options: { intensity: 9, backoff: { initial: 100, jitter: 0 } },
      at: [0, 100, 300, 6_000],
      delays: [100, 200, 400, 100],
    },
    {
      what: 'maxAttempts in a row',
      options: { intensity: Infinity, backoff: { initial: 1, jitter: 0, maxAttempts: 1 } },
      at: [0, 1],
      delays: [1, 'maxAttempts is 1'],
    },
  ])('allows $what (V2, V5, B25)', ({ options, at, delays }) => {
    const restarts = new Restarts();
    const plan = readRestart('channel x', options);
    const got = at.map((now, i) => restarts.next(plan, now, at[i - 1] ?? 0));

    expect(got).toEqual(delays);
  });
});
