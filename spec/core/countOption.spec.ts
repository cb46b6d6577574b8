import { describe, expect, it } from '@jest/globals';
import { websocketRelay } from '../../lib/express/index.js';
import { act, createSystem, supervise } from '../../lib/index.js';
import { Hub } from '../../lib/relay/index.js';
import { Outbox, UpgradeServer } from '../../lib/ws/index.js';
import { idle, quiet, refused } from '../support/runtime.js';

/** Every option of the library that is a whole number, with what lies just outside its range. */
const OPTIONS: readonly {
  readonly option: string;
  readonly give: (value: number) => unknown;
  readonly beyond: readonly number[];
  readonly sound: readonly number[];
}[] = [
  {
    option: 'mailbox.capacity',
    give: (capacity) => createSystem({ mailbox: { capacity } }),
    beyond: [0],
    sound: [1, Number.POSITIVE_INFINITY],
  },
  {
    option: 'maxProcesses',
    give: (maxProcesses) => quiet().hosts.add('h', { maxProcesses }),
    beyond: [-1],
    sound: [0, Number.POSITIVE_INFINITY],
  },
  {
    option: 'concurrency',
    give: (concurrency) => act(() => undefined, { concurrency }),
    beyond: [0],
    sound: [1, Number.POSITIVE_INFINITY],
  },
  {
    option: 'intensity',
    give: (intensity) => supervise({ children: [{ id: 'a', behavior: idle }], intensity }),
    beyond: [-1],
    sound: [0, Number.POSITIVE_INFINITY],
  },
  {
    option: 'backoff.maxAttempts',
    give: (maxAttempts) =>
      supervise({ children: [{ id: 'a', behavior: idle }], backoff: { maxAttempts } }),
    beyond: [-1, Number.POSITIVE_INFINITY],
    sound: [0, 7],
  },
  {
    option: 'maxPayload',
    give: (maxPayload) => websocketRelay(quiet(), { maxPayload }),
    beyond: [0, 2 ** 31, Number.POSITIVE_INFINITY],
    sound: [1, 2 ** 31 - 1],
  },
  {
    option: 'maxPayload',
    give: (maxPayload) => new UpgradeServer({ maxPayload, closeTimeout: 1 }),
    beyond: [0, 2 ** 31, 2 ** 32 + 5],
    sound: [1, 2 ** 31 - 1],
  },
  {
    option: 'maxBuffered',
    give: (maxBuffered) => websocketRelay(quiet(), { maxBuffered }),
    beyond: [0, Number.POSITIVE_INFINITY],
    sound: [1, 2 ** 40],
  },
  {
    option: 'maxBuffered',
    give: (maxBuffered) => new Outbox(quiet(), { maxBuffered }),
    beyond: [0, Number.POSITIVE_INFINITY],
    sound: [1, 2 ** 40],
  },
  {
    option: 'maxConnections',
    give: (maxConnections) => websocketRelay(quiet(), { maxConnections }),
    beyond: [],
    sound: [0, 1, Number.POSITIVE_INFINITY],
  },
  {
    option: 'maxPerKey',
    give: (maxPerKey) => websocketRelay(quiet(), { maxPerKey, connectionKey: () => 'a' }),
    beyond: [],
    sound: [0, 1, Number.POSITIVE_INFINITY],
  },
  {
    option: 'upgradesPerSecond',
    give: (upgradesPerSecond) => websocketRelay(quiet(), { upgradesPerSecond }),
    beyond: [],
    sound: [0, 1, Number.POSITIVE_INFINITY],
  },
  {
    option: 'maxEarly',
    give: (maxEarly) => websocketRelay(quiet(), { maxEarly }),
    beyond: [0, Number.POSITIVE_INFINITY],
    sound: [1, 2 ** 40],
  },
  {
    option: 'maxConnections',
    give: (maxConnections) => new Hub(quiet(), { maxConnections }),
    beyond: [0],
    sound: [1, Number.POSITIVE_INFINITY],
  },
];

describe('an option that is a whole number', () => {
  const NEVER_SOUND = [Number.NaN, -5, 1.5, '7' as never, true as never, Number.NEGATIVE_INFINITY];

  it.each(OPTIONS)(
    'is refused by its name and range: $option (§19)',
    ({ option, give, beyond }) => {
      for (const value of [...NEVER_SOUND, ...beyond]) {
        expect(() => give(value)).toThrow(refused('Invalid'));
        expect(() => give(value)).toThrow(option);
        expect(() => give(value)).toThrow(/from \d+ to \d+/);
      }
    },
  );

  it.each(OPTIONS)('is taken at both ends of its range: $option (§19)', ({ give, sound }) => {
    for (const value of sound) expect(() => give(value)).not.toThrow();
  });
});
