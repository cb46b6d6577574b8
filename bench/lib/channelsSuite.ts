// What bench:channels measures, and what must come out.
import type { Peer } from './peers.js';
import { subscriptionSlice } from './slices.js';
import { bytes, type Mode, nanoseconds, type Suite, type Target } from './suite.js';

const peers: readonly Peer[] = [
  { name: 'ws', script: 'channels/server-sets.ts', protocol: 'ws', path: '/ws' },
  { name: 'channels', script: 'channels/server-channels.ts', protocol: 'channels', path: '/ws' },
  {
    name: 'socketio',
    script: 'channels/server-socketio.ts',
    protocol: 'socketio',
    path: '/socket.io/',
  },
];

function mode(each: number, how: string): Mode {
  return {
    title: `10,000 connections over 1,000 channels, each in ${how}`,
    measures: [bytes, nanoseconds('subscribe'), nanoseconds('leave')],
    slice: subscriptionSlice,
    load: ['--mode', 'idle'],
    each,
  };
}

const modes = { one: mode(1, 'one'), twenty: mode(20, 'twenty') } as const;
type ModeName = keyof typeof modes;

const of = 'channels';

const targets: readonly Target<ModeName>[] = [
  { of, mode: 'one', kind: 'most', bound: 260 },
  { of, mode: 'twenty', kind: 'most', bound: 80 },
];

export const channelsSuite: Suite<ModeName> = { modes, peers, targets };
