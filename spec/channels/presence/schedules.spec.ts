import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { kernelOf } from '../../../lib/runtime/index.js';
import { anySchedule, deedsOf } from '../schedule.js';
import { CLIENTS, Model } from './model.js';

const may = deedsOf<Model>();
const who = fc.nat(CLIENTS - 1);
const yes = fc.boolean();
const code = fc.constantFrom(1000, 1001, 1006);

/** What may happen, each with its share of a schedule. */
const deed = fc.oneof(
  may(8, 'wait', fc.constantFrom(1, 7, 20, 49, 50, 51, 800, 4_990, 40_000)),
  may(6, 'dial', who, yes, yes),
  may(3, 'end', who, code),
  may(3, 'subscribe', who, yes, yes),
  may(3, 'update', who, fc.nat(2)),
  may(1, 'watch', who, yes),
  may(1, 'unsubscribe', who),
  may(1, 'kick', who),
  may(4, 'reload', yes),
);

const runs = Number(process.env.PRESENCE_RUNS ?? 300);

describe('any schedule of tabs that come, are lost, resume and reload', () => {
  it('gives each watcher the published list at each version, flickers for nobody, and leaves nothing (PT7–PT9, PT14)', () => {
    anySchedule(deed, {
      runs,
      length: [10, 40],
      begin: () => new Model(),
      end: (model) => {
        model.finish();
        const { system } = model.scene;
        expect(model.presence).toBe(undefined);
        const { actions } = system[kernelOf].scheduler as unknown as { actions: unknown[] };
        expect(actions).toHaveLength(0);
      },
    });
  }, 60_000);
});
