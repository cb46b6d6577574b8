import { describe, expect, it } from '@jest/globals';
import { TestScheduler } from 'rxjs/testing';
import type { NatsLine } from '../../../lib/cluster/transport/natsLine.js';
import { NatsRegistry } from '../../../lib/cluster/transport/natsRegistry.js';

/** A connection to a server that answers nothing. */
const silent = {
  packages: {
    jetstream: () => ({}),
    Kvm: class {
      create = () => new Promise(() => {});
    },
  },
} as unknown as NatsLine;

describe('NatsRegistry', () => {
  it('waits 2 s for an answer (D41)', () => {
    const codes = new TestScheduler((actual) =>
      expect(actual).toMatchObject([
        { frame: 2_000, notification: { kind: 'E', error: { code: 'Unavailable' } } },
      ]),
    );
    codes.run(({ expectObservable }) => {
      expectObservable(new NatsRegistry('b', 1, () => silent).read('n.x')).toBe('2s #');
    });
  });
});
