import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { anySchedule, deedsOf } from '../schedule.js';
import { Model, NAMES, TABS } from './presenceModel.js';

const may = deedsOf<Model>();
const tab = fc.nat(TABS - 1);
const node = fc.nat(NAMES.length - 1);

/** What may happen, each with its share of a schedule. */
const deed = fc.oneof(
  may(8, 'join', tab, node),
  may(3, 'update', tab, fc.nat(2)),
  may(4, 'leave', tab, fc.constantFrom('unsubscribe', 'drop', 'close')),
  may(2, 'cut', node),
  may(2, 'split', node),
  may(3, 'heal'),
  may(2, 'kill', node),
  may(2, 'restart', node),
  may(3, 'busy', node, fc.constantFrom(3, 40, 700)),
  may(8, 'wait', fc.constantFrom(1, 2, 10, 60, 900, 1_100, 2_500, 6_000)),
);

const runs = Number(process.env.PRESENCE_RUNS ?? 20);

describe('any schedule of clients on three nodes that fail', () => {
  it('tells each who watches the list of its node, and ends with one list of who is really there (PR6, PR13, PR14)', () => {
    anySchedule(deed, {
      runs,
      length: [10, 30],
      begin: () => new Model(),
      end: (model) => model.finish(),
    });
  }, 120_000);
});
