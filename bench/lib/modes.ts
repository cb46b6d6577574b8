// What is measured, and what must come out: data for rounds.ts and report.ts.

/** One figure of a slice, its name and how it is printed. */
export interface Measure {
  readonly label: string;
  format(value: number): string;
}

export interface Mode {
  readonly title: string;
  /** What the verdict goes by, and what helps to understand it. */
  readonly primary: Measure;
  readonly secondary: Measure;
  /** Arguments for load.ts beside those that name the server. */
  readonly load: readonly string[];
  /**
   * A slice in which neither side got this share of a processor was disturbed by something else
   * on the machine, and is repeated. Undefined: the figure does not depend on time.
   */
  readonly busy?: number;
}

const rate = (unit: string): Measure => ({
  label: `${unit}/s`,
  format: (value) => Math.round(value).toLocaleString('en'),
});
const cpu = (unit: string): Measure => ({
  label: `CPU µs/${unit}`,
  format: (value) => (value / 1000).toFixed(1),
});
const kilobytes = (what: string): Measure => ({
  label: `${what} KB/conn`,
  format: (value) => (value / 1000).toFixed(2),
});

export const modes = {
  echo1: {
    title: 'Echo, 64 bytes, 100 connections, 1 in flight',
    primary: rate('messages'),
    secondary: cpu('message'),
    load: ['--mode', 'echo', '--connections', '100', '--inflight', '1'],
    busy: 0.93,
  },
  echo16: {
    title: 'Echo, 64 bytes, 100 connections, 16 in flight',
    primary: rate('messages'),
    secondary: cpu('message'),
    load: ['--mode', 'echo', '--connections', '100', '--inflight', '16'],
    busy: 0.93,
  },
  connect: {
    title: 'Upgrade and clean close, 64 at once',
    primary: rate('upgrades'),
    secondary: cpu('upgrade'),
    load: ['--mode', 'connect', '--connections', '64'],
    // Accepting waits for both sides in turn, so neither is ever quite busy.
    busy: 0.75,
  },
  idle: {
    title: 'Idle connections, a fresh server each time',
    primary: kilobytes('RSS'),
    secondary: kilobytes('heap'),
    load: ['--mode', 'idle'],
  },
} as const satisfies Record<string, Mode>;
export type ModeName = keyof typeof modes;
export const modeNames = Object.keys(modes) as ModeName[];

export interface Target {
  /** Whose figure it is; default: the relay's behind Express. */
  readonly of?: string;
  readonly mode: ModeName;
  readonly against: string;
  /** `least`: the ratio must be at least `bound`; `most`: at most. */
  readonly kind: 'least' | 'most';
  readonly bound: number;
  readonly aim?: number;
}

export const subject = 'rx-process';

export const targets: readonly Target[] = [
  { mode: 'echo1', against: 'ws', kind: 'least', bound: 0.88, aim: 0.95 },
  { mode: 'echo1', against: 'socketio', kind: 'least', bound: 1.2 },
  { mode: 'echo16', against: 'ws', kind: 'least', bound: 3.9, aim: 5 },
  { mode: 'connect', against: 'ws', kind: 'least', bound: 0.6 },
  { mode: 'connect', against: 'socketio', kind: 'least', bound: 1.3 },
  { mode: 'connect', of: 'rx-process/http', against: 'ws', kind: 'least', bound: 0.85 },
  { mode: 'idle', against: 'ws', kind: 'most', bound: 2.2, aim: 1.7 },
  { mode: 'idle', against: 'socketio', kind: 'most', bound: 1 },
];
