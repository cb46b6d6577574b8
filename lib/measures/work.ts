import type { Hub } from '../relay/index.js';
import type { Measure } from './measure.js';

/**
 * How much the processes of the relays' systems do and how long it takes: the second divided by the first is
 * the time of a turn, which is mostly that of a message's handler.
 */
export function work(hubs: readonly Hub[]): Measure[] {
  const queues = [...new Set(hubs.map(({ kernel }) => kernel.queue))];
  const sum = (of: (queue: (typeof queues)[number]) => number): number =>
    queues.reduce((total, queue) => total + of(queue), 0);
  return [
    {
      ...{ name: 'rx_process.turns', kind: 'counter', unit: '{turn}' },
      help: 'Turns of processes: a message handled, a signal, a reply',
      read: () => [['', sum(({ turns }) => turns)]],
    },
    {
      ...{ name: 'rx_process.turns.time', kind: 'counter', unit: 's' },
      help: 'Time that turns have taken, since somebody measures it',
      read: () => [['', sum(({ busy }) => busy) / 1_000]],
    },
  ];
}

/** Has the time of turns be measured; returns what ends that. */
export function timeTurns(hubs: readonly Hub[]): () => void {
  const queues = [...new Set(hubs.map(({ kernel }) => kernel.queue))];
  for (const queue of queues) queue.measuring++;
  return () => {
    for (const queue of queues) queue.measuring--;
  };
}
