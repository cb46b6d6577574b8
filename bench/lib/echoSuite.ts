// What bench:echo measures, and what must come out.
import { peers } from './peers.js';
import { idleSlice, rateSlice } from './slices.js';
import { cpu, kilobytes, type Mode, rate, type Suite, type Target } from './suite.js';

const modes = {
  echo1: {
    title: 'Echo, 64 bytes, 100 connections, 1 in flight',
    measures: [rate('messages'), cpu('message')],
    slice: rateSlice,
    load: ['--mode', 'echo', '--connections', '100', '--inflight', '1'],
    busy: 0.93,
  },
  echo16: {
    title: 'Echo, 64 bytes, 100 connections, 16 in flight',
    measures: [rate('messages'), cpu('message')],
    slice: rateSlice,
    load: ['--mode', 'echo', '--connections', '100', '--inflight', '16'],
    busy: 0.93,
  },
  connect: {
    title: 'Upgrade and clean close, 64 at once',
    measures: [rate('upgrades'), cpu('upgrade')],
    slice: rateSlice,
    load: ['--mode', 'connect', '--connections', '64'],
    // Accepting waits for both sides in turn, so neither is ever quite busy.
    busy: 0.75,
  },
  idle: {
    title: 'Idle connections, a fresh server each time',
    measures: [kilobytes('rss', 'RSS'), kilobytes('heap', 'heap')],
    slice: idleSlice,
    load: ['--mode', 'idle'],
  },
} as const satisfies Record<string, Mode>;

/** The relay behind Express. */
const of = 'rx-process';

const targets: readonly Target<keyof typeof modes>[] = [
  { of, mode: 'echo1', against: 'ws', kind: 'least', bound: 0.88, aim: 0.95 },
  { of, mode: 'echo1', against: 'socketio', kind: 'least', bound: 1.2 },
  { of, mode: 'echo16', against: 'ws', kind: 'least', bound: 3.9, aim: 5 },
  { of: 'rx-process + devtools', mode: 'echo16', against: of, kind: 'least', bound: 0.99 },
  { of, mode: 'connect', against: 'ws', kind: 'least', bound: 0.6 },
  { of, mode: 'connect', against: 'socketio', kind: 'least', bound: 1.3 },
  { of: 'rx-process/http', mode: 'connect', against: 'ws', kind: 'least', bound: 0.85 },
  { of, mode: 'idle', against: 'ws', kind: 'most', bound: 2.2, aim: 1.7 },
  { of, mode: 'idle', against: 'socketio', kind: 'most', bound: 1 },
];

export const echoSuite: Suite<keyof typeof modes> = { modes, peers, targets };
