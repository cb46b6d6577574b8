import type { ClientOptions } from './clientOptions.js';
import type { Clock } from './clock.js';
import type { Requests } from './requests.js';

/** What a channel needs of its client. */
export interface Link {
  readonly clock: Clock;
  readonly random: () => number;
  readonly options: ClientOptions;
  readonly requests: Requests;
  /** Whether the server has said hello, and takes commands. */
  readonly isUp: boolean;
  readonly isClosed: boolean;
  /** Dials, if it was never asked to; `false`: it is closed. */
  wake(): boolean;
  /** Sends a message; `false`: it is not open, or it is too big. */
  push(message: object): boolean;
  /** Tells of an error that belongs to no request. */
  report(error: unknown): void;
}
