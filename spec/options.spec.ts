import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { EMPTY, NEVER, of, throwError, toArray } from 'rxjs';
import { readLimits } from '../lib/channels/definitions/limitOptions.js';
import { createWebSocketManager } from '../lib/channels/index.js';
import { insideOf } from '../lib/core/index.js';
import { act, createSystem, report, type System } from '../lib/index.js';
import { readDrainOptions } from '../lib/relay/drainOptions.js';
import { kernelOf } from '../lib/runtime/index.js';
import { readPlan } from '../lib/supervision/plan.js';
import { readFault } from '../lib/testing/faults/faultOptions.js';
import {
  drills,
  fakeSelf,
  fragmentFlood,
  reconnectStorm,
  resetDuringUpgrade,
  slowHandshake,
  slowReader,
  testSystem,
  toMarbles,
  vanish,
} from '../lib/testing/index.js';
import { RELAY_OPTIONS } from '../lib/upgrade/index.js';
import { readOptions } from '../lib/upgrade/readOptions.js';
import { OUTBOUND_OPTIONS, readOutbound } from '../lib/ws/outboundOptions.js';
import { refused } from './config/support.js';
import { collect, settled } from './support/runtime.js';

const SYSTEM = ['node', 'hosts', 'mailbox', 'logger', 'maxLogLines', 'context', 'scheduler'];
const SPAWN = ['host', 'name', 'args', 'messages', 'orSignal'];
const BACKOFF = ['initial', 'max', 'factor', 'jitter', 'maxAttempts', 'stableThreshold', 'random'];
const FAKE_SELF = [
  ...['pid', 'args', 'signals$', 'abortSignal', 'scheduler', 'monitor', 'listen', 'monitorGroup'],
  ...['call', 'spawn', 'send'],
];

/** Each fault with the options of its own. */
const FAULTS = {
  fragmentFlood: { run: fragmentFlood, own: ['fragments', 'size'] },
  reconnectStorm: { run: reconnectStorm, own: ['clients', 'rounds'] },
  resetDuringUpgrade: { run: resetDuringUpgrade, own: ['after'] },
  slowHandshake: { run: slowHandshake, own: ['bytesPerSecond'] },
  slowReader: { run: slowReader, own: ['bytesPerSecond'] },
  vanish: { run: vanish, own: ['how'] },
};

/** A report of nobody's server, where a storm counts its clients. */
async function reportOf(
  [, { run, own }]: [
    string,
    { run: (url: string, options: object) => Promise<object>; own: string[] },
  ],
  options: Options,
): Promise<object> {
  const given = Object.entries(options).filter(([name]) => own.includes(name));
  const report = await run('ws://127.0.0.1:1/', Object.fromEntries(given));
  return { ...report, millis: 0, slowest: 0 };
}

type Options = Readonly<Record<string, undefined>>;

const child = { id: 'a', behavior: () => NEVER };

/** What the options of a system decide. A crash shows where it writes. */
async function decided<S extends System>(
  system: S,
  drain: (system: S) => unknown,
): Promise<unknown> {
  const { bound, hosts, scheduler } = system[kernelOf];
  const pid = system.spawn(() => throwError(() => new Error('boom')));
  await drain(system);
  return { pid, hosts: hosts.all().map(({ id }) => id), bound, clock: scheduler.constructor };
}

/** Each shows what was made of its options. */
const MADE: readonly {
  readonly what: string;
  readonly names: readonly string[];
  readonly of: (options: Options) => unknown;
}[] = [
  { what: 'createSystem', names: SYSTEM, of: (options) => decided(createSystem(options), settled) },
  {
    what: "createSystem's mailbox",
    names: ['capacity', 'overflow'],
    of: (mailbox) => {
      const system = testSystem({ mailbox });
      const pid = system.spawn(() => NEVER);
      return Array.from({ length: 10_001 }, () => system.send(pid, 'x')).lastIndexOf(true);
    },
  },
  {
    what: 'hosts.add',
    names: ['maxProcesses'],
    of: (options) => {
      const system = testSystem();
      system.hosts.add('jobs', options);
      return system[kernelOf].hosts.get('jobs').maxProcesses;
    },
  },
  {
    what: 'spawn',
    names: SPAWN,
    of: (options) => {
      const system = testSystem();
      return system.info(system.spawn(() => NEVER, options));
    },
  },
  {
    what: 'call',
    names: ['timeout', 'signal'],
    of: (options) => {
      const system = testSystem();
      const errors: unknown[] = [];
      const reply$ = system.call(
        system.spawn(() => NEVER),
        'ask',
        undefined,
        options,
      );
      reply$.subscribe({ error: (error) => errors.push(error) });
      system.advance('5s');
      return errors;
    },
  },
  {
    what: 'cancel',
    names: ['reason', 'deadline'],
    of: (options) => {
      const system = testSystem();
      const signals: unknown[] = [];
      const pid = system.spawn((_, self) => {
        self.signals$.subscribe((signal) => signals.push(signal));
        return NEVER;
      });
      system.flush();
      system.cancel(pid, options);
      system.advance('1h');
      return signals;
    },
  },
  {
    what: 'act',
    names: ['concurrency', 'onError'],
    of: (options) => {
      const boom = new Error('boom');
      const one = act(() => throwError(() => boom), options);
      const [commands] = collect(of(1).pipe(one, toArray()));
      expect(commands).toEqual([report(boom, 1)]);
      return commands;
    },
  },
  {
    what: 'supervise',
    names: ['strategy', 'intensity', 'period', 'backoff'],
    of: (options) => readPlan({ children: [child], ...options }),
  },
  {
    what: 'a child spec',
    names: [...SPAWN.filter((name) => name !== 'orSignal'), 'restart', 'shutdown', 'type'],
    of: (options) => readPlan({ children: [{ ...child, ...options }] }),
  },
  {
    what: 'back-off',
    names: BACKOFF,
    of: (backoff) => readPlan({ children: [child], backoff }),
  },
  {
    what: 'websocketRelay',
    names: Object.keys(RELAY_OPTIONS),
    // As JavaScript gives them.
    of: (options) => ({
      ...readOptions('websocketRelay', options as object),
      isAllowed: undefined,
    }),
  },
  {
    what: 'connect and dial',
    names: Object.keys(OUTBOUND_OPTIONS),
    of: (options) => readOutbound('ws://a.example', options as object),
  },
  {
    what: 'loadRouters',
    names: ['handlers', 'middleware', 'file', 'ignore'],
    of: (options) => refused('- {}', options as object).message,
  },
  {
    what: 'createWebSocketManager',
    names: ['channels', 'implicitChannels', 'limits', 'name'],
    of: (options) => {
      const { broker } = createWebSocketManager(testSystem(), options as object)[insideOf];
      const { limits, implicitChannels, scope, definitions } = broker;
      return { limits, implicitChannels, scope, channels: definitions.all() };
    },
  },
  {
    what: "a manager's limits",
    names: Object.keys(readLimits()),
    of: (options) => readLimits(options as object),
  },
  {
    what: 'relay.drain',
    names: ['batch', 'interval', 'deadline', 'code', 'retryAfter', 'jitter', 'random'],
    of: (options) => readDrainOptions(options as object),
  },
  {
    what: 'testSystem',
    names: SYSTEM,
    of: (options) => decided(testSystem(options), (system) => system.flush()),
  },
  {
    what: 'drills',
    names: ['seed'],
    of: (options) => {
      const system = testSystem();
      for (let i = 0; i < 9; i++) system.spawn(() => NEVER);
      const drill = drills(system, options);
      return [drill.killOne({ among: undefined }), drill.killOne()];
    },
  },
  {
    what: 'a fault',
    names: ['headers', 'protocols', 'messages', 'tls', 'timeout', 'signal'],
    of: (options) => {
      const { target, ...rest } = readFault('halfOpen', 'wss://a.example', options, {});
      const request = target.request.replace(/(Key: ).*/, '$1');
      return { ...rest, target: { ...target, request } };
    },
  },
  {
    what: 'every fault',
    names: ['bytesPerSecond', 'after', 'how', 'fragments', 'size', 'clients', 'rounds'],
    of: (options) => Promise.all(Object.entries(FAULTS).map((fault) => reportOf(fault, options))),
  },
  {
    what: 'fakeSelf',
    names: FAKE_SELF,
    of: (options) => {
      const self = fakeSelf(options);
      const { pid, args, scheduler } = self;
      return { pid, args, scheduler, never: self.signals$, taken: self.send('a', 'x') };
    },
  },
  {
    what: 'toMarbles',
    names: ['pid', 'grain'],
    of: (options) => {
      const system = testSystem();
      const pid = system.spawn(() => EMPTY);
      const trace$ = system.trace(pid).pipe(toArray());
      const drawn: unknown[] = [];
      trace$.subscribe((events) =>
        toMarbles(events, options).subscribe((text) => drawn.push(text)),
      );
      system.flush();
      return drawn;
    },
  },
];

describe('an option that is given as undefined', () => {
  let written: unknown[][];

  beforeEach(() => {
    written = [];
    jest.spyOn(console, 'error').mockImplementation((...line) => void written.push(line));
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it.each(MADE)('is the default in $what', async ({ names, of: make }) => {
    const expected = await make({});
    const before = written.splice(0);
    const undefinedOptions = Object.fromEntries(names.map((name) => [name, undefined]));

    expect(await make(undefinedOptions)).toEqual(expected);
    expect(written).toEqual(before);
  });
});
