import { describe } from '@jest/globals';
import { asyncScheduler } from 'rxjs';
import { memoryNats } from '../../../lib/testing/index.js';
import { transportContract } from '../support/transportContract.js';

describe.each([
  { latency: 0, delay: 0 },
  { latency: 1, delay: 3 },
])('memoryNats with a latency of $latency ms and up to $delay ms', ({ latency, delay }) => {
  transportContract(() => {
    const nats = memoryNats({ scheduler: asyncScheduler, latency });
    nats.delay(0, delay);
    return {
      connect: nats.transport(),
      stop: () => nats.stop(),
      start: () => nats.start(),
      forgetKeys: () => nats.forgetKeys(),
      close: () => {},
    };
  });
});
