import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelOf } from '../../lib/runtime/index.js';
import { tables } from '../support/runtime.js';
import { CHANNELS, CLIENTS, Model } from './model.js';
import { anySchedule, deedsOf } from './schedule.js';

const may = deedsOf<Model>();
const who = fc.nat(CLIENTS - 1);
const name = fc.constantFrom(...CHANNELS);
const code = fc.constantFrom(1000, 1001, 1006);
const answers = fc.constantFrom(true, true, false, new Error('hook'));

/** What may happen: each deed with its share of a schedule. */
const deed = fc.oneof(
  may(3, 'connect', who, fc.boolean()),
  may(1, 'leave', who, code),
  may(1, 'close', who),
  may(8, 'ask', who, fc.constant('subscribe' as const), name),
  may(5, 'ask', who, fc.constant('unsubscribe' as const), name),
  may(4, 'say', who, name),
  may(6, 'answer', fc.boolean(), answers),
  may(2, 'reply', fc.boolean()),
  may(5, 'publish', name),
  may(2, 'kick', who, name),
  may(1, 'delete', name),
  may(2, 'serverSubscribe', who, name),
  may(1, 'reauthorize'),
  may(2, 'wait', fc.constantFrom(1, 500, 3_000, 11_000)),
);

const runs = Number(process.env.CHANNELS_RUNS ?? 1_000);

describe('any schedule of clients, hooks and server', () => {
  it('ends with the right lists, counts and deliveries, and nothing is left (B8, B15, B18, B21, CP1, CP9, CP12)', () => {
    anySchedule(deed, {
      runs,
      length: [10, 40],
      begin: () => {
        const model = new Model();
        for (let i = 0; i < CLIENTS; i++) model.connect(i, i % 2 === 0);
        return model;
      },
      end: (model) => {
        model.end();
        const { held, system } = model.scene;
        const kernel = system[kernelOf];
        expect({ ...held, ...tables(system), conversations: 0 }).toEqual({
          ...{ members: 0, publicIds: 0, departures: 0, arrivals: 0, asked: 0, connections: 0 },
          // The manager itself.
          ...{ processes: 1, names: 1, scopes: 0, calls: 0, residents: 1, conversations: 0 },
        });
        expect((kernel.scheduler as unknown as { actions: unknown[] }).actions).toHaveLength(0);
      },
    });
  }, 60_000);
});
