import { type Duration, durationOption, limitOption, ProcessError } from '../core/index.js';
import type { Deadlines } from './deadlines.js';

/** Limits of how much a client may send at a time, and of how long it may take (Q7, Q9). */
export interface IntakeOptions {
  /**
   * Frames that a client may send in a second, fragments, pings and pongs included; default 20,000; 0 or
   * Infinity: no limit. So many may come at once (Q7).
   */
  readonly messagesPerSecond?: number;
  /** Bytes that a client may send in a second; default 128 MiB; 0 or Infinity: no limit (Q7). */
  readonly bytesPerSecond?: number;
  /** Whether a client above its rate is not read for a while, the default, or closed with 1008 (Q7). */
  readonly overRate?: 'pause' | 'close';
  /** How long a message may be incomplete; default 30 s; 0: for ever. The client sees 1008 (Q9). */
  readonly messageTimeout?: Duration;
  /** How long a target may take no frame of a waiting client; default 60 s; 0: for ever. Then 1013 (Q9). */
  readonly holdTimeout?: Duration;
  /** How long a connection may be without a message of either side; default 0: for ever. Then 1001 (Q9). */
  readonly idleTimeout?: Duration;
}

/** The options, checked, with their defaults; Infinity where there is no limit. */
export interface IntakeSettings {
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly overRate: 'pause' | 'close';
  readonly deadlines: Deadlines;
}

/** @throws ProcessError `Invalid` naming the option. */
export function readIntake(options: IntakeOptions): IntakeSettings {
  const { overRate = 'pause' } = options;
  if (overRate !== 'pause' && overRate !== 'close') {
    throw new ProcessError('Invalid', "overRate: give 'pause' or 'close'");
  }
  return {
    messagesPerSecond: limitOption('messagesPerSecond', options.messagesPerSecond ?? 20_000),
    bytesPerSecond: limitOption('bytesPerSecond', options.bytesPerSecond ?? 128 * 1024 * 1024),
    overRate,
    deadlines: {
      message: deadline('messageTimeout', options.messageTimeout ?? '30s'),
      hold: deadline('holdTimeout', options.holdTimeout ?? '60s'),
      idle: deadline('idleTimeout', options.idleTimeout ?? 0),
    },
  };
}

const deadline = (name: string, value: Duration): number =>
  durationOption(name, value) || Number.POSITIVE_INFINITY;
