import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { anySchedule, deedsOf } from '../schedule.js';
import { SessionModel } from './sessionModel.js';

const may = deedsOf<SessionModel>();

/** What may happen, each with its share of a schedule. */
const deed = fc.oneof(
  may(5, 'dial', fc.nat(2)),
  may(2, 'drop'),
  may(5, 'order'),
  may(3, 'repeat'),
  may(4, 'reply'),
  may(3, 'busy', fc.nat(2), fc.constantFrom(1, 3, 30, 700)),
  may(1, 'delay', fc.constantFrom(0, 5, 60)),
  may(8, 'wait', fc.constantFrom(1, 2, 3, 4, 5, 8, 30, 200, 3_000)),
);

const runs = Number(process.env.SESSION_RUNS ?? 25);

describe('any schedule of a client that dials three nodes with one session', () => {
  it('performs nothing twice, gives all replies to its newest connection, and leaves nothing (CP22, CP23, CN40, CN41)', () => {
    anySchedule(deed, {
      runs,
      length: [5, 25],
      begin: () => new SessionModel(),
      end: (model) => model.finish(),
    });
  }, 120_000);
});
