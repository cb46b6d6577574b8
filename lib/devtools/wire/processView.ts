import type { ProcessRow } from './page.js';

/** The value of `process`, once a second; it ends with the process. */
export interface ProcessView extends ProcessRow {
  readonly parent?: string;
  readonly groups: readonly string[];
  readonly links: readonly string[];
  readonly monitors: readonly string[];
  /** `null` stands for one outside of processes. */
  readonly monitoredBy: readonly (string | null)[];
  readonly timers: number;
  readonly highWater: number;
  /** Names or behaviours of the processes above, for the graph. */
  readonly labels: Readonly<Record<string, string>>;
}
