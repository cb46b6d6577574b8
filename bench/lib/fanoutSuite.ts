// What bench:fanout measures, and what must come out.
import type { Peer } from './peers.js';
import { rateSlice } from './slices.js';
import { cpu, type Mode, rate, type Suite, type Target, userCpu } from './suite.js';

const peers: readonly Peer[] = [
  { name: 'ws', script: 'fanout/server-ws.ts', protocol: 'ws', path: '/ws' },
  { name: 'ws prebuilt', script: 'fanout/server-ws-prebuilt.ts', protocol: 'ws', path: '/ws' },
  {
    name: 'socketio',
    script: 'fanout/server-socketio.ts',
    protocol: 'socketio',
    path: '/socket.io/',
  },
  {
    name: 'channels',
    script: 'fanout/server-channels.ts',
    protocol: 'channels',
    path: '/ws/room',
  },
  { name: 'v1', script: 'fanout/server-channels.ts', protocol: 'v1', path: '/ws' },
  { name: 'process', script: 'fanout/server-process.ts', protocol: 'ws', path: '/ws' },
  // The baseline a second time: how far its ratio is from 1 is the noise of the run.
  { name: 'ws again', script: 'fanout/server-ws.ts', protocol: 'ws', path: '/ws' },
];

const SIZES = { 64: '64 bytes', 1024: '1 KiB' } as const;
type Size = keyof typeof SIZES;

function mode(size: Size, how: string, ...load: string[]): Mode {
  return {
    title: `Fan-out to 1,000, ${SIZES[size]}, ${how}`,
    measures: [rate('deliveries'), userCpu('delivery'), cpu('delivery')],
    slice: rateSlice,
    load: ['--mode', 'fanout', '--connections', '1000', '--size', `${size}`, ...load],
    // With one in flight each side waits for the other at its end.
    busy: 0.85,
  };
}

const one = (size: Size): Mode => mode(size, 'one at a time', '--inflight', '1');
const four = (size: Size): Mode => mode(size, '4 in flight', '--inflight', '4');
const turn = (size: Size): Mode => mode(size, '16 in a turn', '--inflight', '16', '--together');

const modes = {
  one64: one(64),
  one1024: one(1024),
  four64: four(64),
  four1024: four(1024),
  turn64: turn(64),
  turn1024: turn(1024),
} as const satisfies Record<string, Mode>;
type ModeName = keyof typeof modes;

const of = 'channels';

const targets: readonly Target<ModeName>[] = (['64', '1024'] as const).flatMap(
  (size): Target<ModeName>[] => [
    { of, mode: `one${size}`, against: 'ws', kind: 'least', bound: 1.2 },
    { of, mode: `four${size}`, against: 'ws', kind: 'least', bound: 2.7 },
    { of, mode: `four${size}`, against: 'socketio', kind: 'least', bound: 3.3 },
    { of, mode: `four${size}`, against: 'ws', figure: 'user', kind: 'most', bound: 0.45 },
    { of, mode: `turn${size}`, against: 'ws', kind: 'least', bound: 3.5 },
    // The extension keys cost next to nothing (CP2).
    {
      of: 'v1',
      mode: `four${size}`,
      against: 'channels',
      figure: 'user',
      kind: 'most',
      bound: 1.03,
    },
  ],
);

export const fanoutSuite: Suite<ModeName> = { modes, peers, targets };
