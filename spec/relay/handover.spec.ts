import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Subject, take } from 'rxjs';
import { act, type Behavior, type Message, supervise } from '../../lib/index.js';
import { ws } from '../../lib/protocol/index.js';
import { Hub } from '../../lib/relay/index.js';
import { testSystem } from '../../lib/testing/live/testSystem.js';
import { collect } from '../support/runtime.js';
import { config, connectTo, frame } from './connected.js';

/** What happens to a connection whose client sends one number after the other. */
type Step =
  | { readonly type: 'say'; readonly count: number; readonly size: number }
  /** The next frame ends whoever handles it. */
  | { readonly type: 'poison' }
  | { readonly type: 'handOver'; readonly to: number }
  | { readonly type: 'handle'; readonly count: number }
  | { readonly type: 'flush' };

const TARGETS = ['a', 'b', 'c'];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('say'),
      count: fc.integer({ min: 1, max: 30 }),
      // The large ones hold the client back by their bytes, the small ones by their number (Q2).
      size: fc.constantFrom(1, 200_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('poison') }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('handOver'), to: fc.nat(2) }) },
  {
    weight: 3,
    arbitrary: fc.record({ type: fc.constant('handle'), count: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('flush') }) },
) as fc.Arbitrary<Step>;

/** Plays the steps, then lets all be handled: what each target has read, and what events tell of as lost. */
function play(steps: readonly Step[]) {
  const system = testSystem({ mailbox: { capacity: 40 } });
  const hub = new Hub(system, { closeTimeout: '5s' });
  const logs = new Map<string, Message[]>();
  const done = new Subject<void>();
  /** Handles one message at a time, for as long as the spec wants. */
  const slow = (name: string): Behavior => {
    const log: Message[] = [];
    logs.set(name, log);
    return (inbox) =>
      inbox.pipe(
        act(
          (message) => {
            log.push(message);
            if ((message.payload as { data?: string }).data?.startsWith('!'))
              throw new Error('poison');
            return done.pipe(take(1));
          },
          { onError: 'crash' },
        ),
      );
  };
  const children = TARGETS.map((name) => ({ id: name, name, behavior: slow(name) }));
  system.spawn(supervise({ children, intensity: Number.POSITIVE_INFINITY }));
  const events = collect(system.events$);
  system.flush();
  const { pid, client, socket } = connectTo(hub, system, { ...config('a'), rejoin: 5_000 });
  let sent = 0;
  const handle = (count: number): void => {
    for (let n = 0; n < count; n++) {
      done.next();
      system.flush();
    }
  };
  const say = (mark = '', size = 1): void => client.next(frame(`${mark}${++sent}`.padEnd(size)));
  for (const each of steps) {
    if (each.type === 'say') for (let n = 0; n < each.count; n++) say('', each.size);
    else if (each.type === 'poison') say('!');
    else if (each.type === 'handOver') {
      system.send(pid, ws.control, { target_name: TARGETS[each.to] as string });
    } else if (each.type === 'handle') handle(each.count);
    else system.flush();
  }
  system.flush();
  handle(sent + steps.length * 4 + 10);
  const lost = events.reduce(
    (sum, event) => sum + (event.type === 'drop' || event.type === 'deadLetter' ? event.count : 0),
    0,
  );
  return { logs, sent, lost, pid, socket, isOpen: hub.count === 1 };
}

const numbers = (log: readonly Message[]): number[] =>
  log
    .filter(({ topic }) => topic === ws.message)
    .map(({ payload }) => Number((payload as { data: string }).data.replace('!', '')));

describe('a connection that is handed over under a stream, among targets that crash', () => {
  it('loses no frame without an event, doubles none and reorders none (X4, X8, X10)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { logs, sent, lost, socket, isOpen } = play(steps);
        const all = [...logs.values()].map(numbers);
        const read = all.flat();

        expect(isOpen).toBe(true);
        expect(socket.actions.filter(({ type }) => type === 'close')).toEqual([]);
        expect(new Set(read).size).toBe(read.length);
        const kinds = new Set(steps.map(({ type }) => type));
        const isCertain = !kinds.has('handOver') || !kinds.has('poison');
        // Only a target that crashes after the connection has left it takes frames with it; the events
        // tell of these, and of joins and leaves that nobody has read.
        if (isCertain) expect(read.length).toBe(sent);
        else expect(read.length + lost).toBeGreaterThanOrEqual(sent);
        for (const each of all) expect(each).toEqual([...each].sort((a, b) => a - b));
      }),
      { numRuns: 300, seed: 20_261_126 },
    );
  });

  it('gives each target a join before its frames, and a leave behind them (L2)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { logs } = play(steps.filter(({ type }) => type !== 'poison'));
        for (const log of logs.values()) {
          const letters = log.map(({ topic }) => topic.slice(3, 4)).join('');
          // Joins that were taken back again are not read at all.
          expect(letters).toMatch(/^(?:jm*l)*(?:jm*)?$/);
        }
      }),
      { numRuns: 200, seed: 20_261_127 },
    );
  });
});
