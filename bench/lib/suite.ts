// What a benchmark of servers consists of: data for program.ts, rounds.ts and report.ts.
import type { Peer } from './peers.js';
import type { Slice } from './slices.js';

/** The figures that a slice may yield: units a second, nanoseconds of processor time, bytes. */
export type FigureName = 'rate' | 'cpu' | 'user' | 'rss' | 'heap' | 'subscribe' | 'leave' | 'bytes';

/** One figure of a slice, its name and how it is printed. */
export interface Measure {
  readonly figure: FigureName;
  readonly label: string;
  format(value: number): string;
}

export interface Mode {
  readonly title: string;
  /** The first is what a verdict goes by, unless its target names another. */
  readonly measures: readonly [Measure, ...Measure[]];
  readonly slice: Slice;
  /** Arguments for load.ts beside those that name the server. */
  readonly load: readonly string[];
  /**
   * A slice with a rate in which neither side got this share of a processor was disturbed by something
   * else on the machine, and is repeated. Undefined: a slice whose figures do not depend on that.
   */
  readonly busy?: number;
  /** How many channels each connection subscribes, where it does. */
  readonly each?: number;
}

export interface Target<M extends string = string> {
  readonly of: string;
  readonly mode: M;
  /** The other side of the ratio; without it the figure itself is bounded. */
  readonly against?: string;
  /** Default: the mode's first. */
  readonly figure?: FigureName;
  /** `least`: it must be at least `bound`; `most`: at most. */
  readonly kind: 'least' | 'most';
  readonly bound: number;
  readonly aim?: number;
}

export interface Suite<M extends string = string> {
  readonly modes: Readonly<Record<M, Mode>>;
  readonly peers: readonly Peer[];
  readonly targets: readonly Target<M>[];
}

export const rate = (unit: string): Measure => ({
  figure: 'rate',
  label: `${unit}/s`,
  format: (value) => Math.round(value).toLocaleString('en'),
});
export const cpu = (unit: string): Measure => ({
  figure: 'cpu',
  label: `CPU µs/${unit}`,
  format: (value) => (value / 1000).toFixed(1),
});
/** The part of the processor time that the kernel has no share in. */
export const userCpu = (unit: string): Measure => ({
  figure: 'user',
  label: `user CPU µs/${unit}`,
  format: (value) => (value / 1000).toFixed(2),
});
export const nanoseconds = (figure: 'subscribe' | 'leave'): Measure => ({
  figure,
  label: `${figure}, ns`,
  format: (value) => Math.round(value).toLocaleString('en'),
});
export const bytes: Measure = {
  figure: 'bytes',
  label: 'heap bytes/subscription',
  format: (value) => Math.round(value).toLocaleString('en'),
};
export const kilobytes = (figure: 'rss' | 'heap', what: string): Measure => ({
  figure,
  label: `${what} KB/conn`,
  format: (value) => (value / 1000).toFixed(2),
});
