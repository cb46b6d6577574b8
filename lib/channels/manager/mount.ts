import type { Info } from '../../protocol/index.js';

/** Routes that lead to a manager, as they tell of themselves (CL4). */
export interface Mount {
  readonly endpoints: Info['endpoints'];
  /** Of each connection, and how many there may be; `Infinity`: no limit. */
  readonly limits: {
    readonly maxConnections: number;
    readonly maxPayload: number;
    readonly maxBuffered: number;
  };
  readonly origins: readonly string[];
  /** What was dropped on the way, by reason. */
  drops(): Readonly<Record<string, number>>;
}
