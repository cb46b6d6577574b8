import type { Clocks } from './alarm.js';
import type { FarAttendance } from './farAttendance.js';

/** Who has the presences of channels. */
export interface PresenceOwner extends Clocks {
  readonly kernel: Clocks['kernel'] & { readonly queue: { afterDrain(run: () => void): void } };
  readonly limits: { readonly presencePerKey: number };
  readonly making: Making;
  /** The time of day, in whole seconds since 1970. */
  readonly timestamp: number;
  /** Who is present on other nodes; `undefined`: there are none. */
  readonly elsewhere: Elsewhere | undefined;
}

/** What somebody who comes gets. */
export interface Making {
  ref(): string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** How many may be present. */
export interface Bounds {
  readonly members: number;
  readonly perKey: number;
}

/** How many are present, of whom so many linger. */
export interface PresenceCounts {
  readonly keys: number;
  readonly entries: number;
  readonly lingering: number;
}

/** The presence of channels on other nodes (PR13). */
export interface Elsewhere {
  /** Who is present in a channel there; whoever shows them is told of changes. */
  attend(channel: string): FarAttendance;
  /** Nobody shows them any more. */
  leave(channel: string): void;
  /** Who is present here under a ref has changed, or nobody is: other nodes are to know. */
  changed(channel: string, ref: string): void;
}

/** Who is to know of it on the server. */
export interface Audience {
  /** Who is present has been published anew. */
  published(): void;
  /** Nobody is present or watches any more. */
  ended(): void;
}
