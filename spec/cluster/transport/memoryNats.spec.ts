import { describe } from '@jest/globals';
import { asyncScheduler } from 'rxjs';
import { memoryNats } from '../../../lib/testing/index.js';
import { transportContract } from '../support/transportContract.js';

describe.each([{ latency: 0 }, { latency: 1 }])(
  'memoryNats with a latency of $latency ms',
  ({ latency }) => {
    transportContract(() => {
      const nats = memoryNats({ scheduler: asyncScheduler, latency });
      return {
        connect: nats.transport(),
        stop: () => nats.stop(),
        start: () => nats.start(),
        forgetKeys: () => nats.forgetKeys(),
        close: () => {},
      };
    });
  },
);
