import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { anySchedule, deedsOf } from '../schedule.js';
import { CLIENTS, Model } from './model.js';

const may = deedsOf<Model>();
const who = fc.nat(CLIENTS - 1);
const count = fc.constantFrom(1, 1, 2, 100);
const oldest = fc.boolean();

/** What may happen, with its share of a schedule. */
const deed = fc.oneof(
  may(6, 'dial', who),
  may(6, 'ask', who),
  may(12, 'up', who, count),
  may(12, 'down', who, count),
  may(3, 'comesBack', who),
  may(2, 'hangs', who),
  may(4, 'lag', fc.constantFrom(1, 2, 3), count),
  may(3, 'lose', who),
  may(4, 'loseHalf', who),
  may(1, 'notice'),
  may(1, 'steal', who),
  may(4, 'answer', oldest),
  may(2, 'wait', fc.constantFrom(1, 9_000, 29_000, 31_000)),
);

const runs = Number(process.env.SESSIONS_RUNS ?? 400);

describe('any schedule of clients that lose their connections and come back', () => {
  it('performs nothing twice, answers all, and has each session at one connection (CP22, CP23, PT4, PT5, PT6, PT14)', () => {
    anySchedule(deed, {
      runs,
      length: [20, 60],
      begin: () => new Model(),
      end: (model) => model.end(),
    });
  }, 60_000);
});
