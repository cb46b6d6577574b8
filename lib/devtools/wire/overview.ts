/** The value of `overview`, once a second; rates are of the time since the one before. */
export interface Overview {
  readonly at: number;
  readonly processes: number;
  readonly connections: number;
  readonly channels: number;
  /** Messages that processes have handled, in a second. */
  readonly messages: number;
  /** Frames from and to clients, in a second. */
  readonly received: number;
  readonly sent: number;
  readonly drops: number;
  readonly deadLetters: number;
  /** Milliseconds: the 99th percentile since the value before. */
  readonly lag: number;
  /** Bytes. */
  readonly heap: number;
  readonly rss: number;
}
