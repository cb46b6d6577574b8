import type { Unsubscribable } from 'rxjs';
import type { RoomProcess } from './roomProcess.js';

/** Where the life of a channel's process is. `waiting`: for a restart. `over`: another one has its place. */
export type RoomState =
  | { readonly phase: 'down' | 'over' }
  | { readonly phase: 'up' | 'stopping'; readonly process: RoomProcess }
  | {
      readonly phase: 'waiting';
      /** When it begins, in milliseconds of the system's uptime. */
      readonly until: number;
      readonly clock: Unsubscribable | undefined;
    };
