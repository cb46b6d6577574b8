import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Pid } from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { frame } from '../../relay/connected.js';
import { collect } from '../../support/runtime.js';
import { acts, listener, relayed } from './support.js';

/** What happens to a client that sends one number after the other. */
type Step =
  | { readonly type: 'say'; readonly count: number }
  | { readonly type: 'handOver'; readonly to: number; readonly by: number }
  | { readonly type: 'wait'; readonly millis: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ type: fc.constant('say'), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ type: fc.constant('handOver'), to: fc.nat(2), by: fc.nat(2) }),
  fc.record({ type: fc.constant('wait'), millis: fc.integer({ min: 0, max: 60 }) }),
) as fc.Arbitrary<Step>;

/** Plays the steps over a network that loses and delays, and gives what each target has read. */
function play(steps: readonly Step[], loss: number) {
  const { nats, nodes, connect, advance } = relayed('abc');
  const logs = nodes.map(() => [] as string[]);
  const targets = nodes.map(({ system }, n) => system.spawn(listener(logs[n] as string[])));
  const events = nodes.map(({ system }) => collect(system.events$, ({ type }) => type));
  const client = connect(targets[1] as Pid);
  nats.lose(loss);
  nats.delay(0, 5);
  let sent = 0;
  for (const each of steps) {
    if (each.type === 'wait') advance(each.millis);
    else if (each.type === 'say') {
      for (let n = 0; n < each.count; n++) client.client.next(frame(`${sent++}`));
    } else {
      const target_pid = targets[each.to] as Pid;
      nodes[each.by]?.system.send(client.pid, ws.control, { target_pid });
    }
  }
  nats.lose(0);
  advance(3_000);
  const drops = events.flat().filter((type) => type === 'drop' || type === 'deadLetter');
  return { logs, sent, drops, acts: acts(client) };
}

describe('a connection that is handed over between nodes on a bad network', () => {
  it('loses no frame, doubles none and reorders none, between one join and one leave (D53, D11, L2)', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 25 }),
        fc.constantFrom(0, 0.05, 0.2),
        (steps, loss) => {
          const { logs, sent, drops, acts: done } = play(steps, loss);
          const numbers = logs.map((log) =>
            log
              .filter((line) => line.startsWith(ws.message))
              .map((line) => Number(line.split(' ')[1])),
          );

          expect(numbers.flat().sort((a, b) => a - b)).toEqual(
            Array.from({ length: sent }, (_, n) => n),
          );
          for (const each of numbers) expect(each).toEqual([...each].sort((a, b) => a - b));
          // j: join, m: message, l: leave.
          const shapes = logs.map((log) => log.map((line) => line[3]).join(''));
          for (const shape of shapes) expect(shape).toMatch(/^(jm*l)*(jm*)?$/);
          expect(shapes.filter((shape) => /jm*$/.test(shape))).toHaveLength(1);
          expect([drops, done.filter((act) => act.startsWith('close'))]).toEqual([[], []]);
        },
      ),
      { numRuns: 60, seed: 20_261_126 },
    );
  });
});
