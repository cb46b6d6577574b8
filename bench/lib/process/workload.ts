// What a peer's module offers: each workload in the peer's own idiom, doing the same as the others'.

/** Makes ready, then returns what is timed: so many operations, settled when the last is over. */
export type Workload = (count: number) => Promise<() => Promise<void>>;

/** Makes so many that live and say nothing; what it returns keeps them alive while they are weighed. */
export type Population = (count: number) => Promise<unknown>;

/** By the names in cases.ts; what is missing the peer does not have. */
export interface Peer {
  readonly workloads: Readonly<Record<string, Workload>>;
  readonly populations: Readonly<Record<string, Population>>;
}

/** How many processes are alive at once while spawns are timed. */
export const BATCH = 100;
/** How many processes stand in the ring. */
export const RING = 1_000;

/** How many are in the group that is broadcast to. */
export const MEMBERS = 10_000;

/** What a child crashes with: one for all, as a stack trace costs more than a restart. */
export const CRASH = new Error('crash');

/** One turn of the event loop: what was started is up. */
export function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Spawns in batches: `batch` makes one and calls back when its last process has ended. */
export function inBatches(batch: (size: number, over: () => void) => void): Workload {
  return async (count) => async () => {
    for (let made = 0; made < count; made += BATCH) {
      await new Promise<void>((over) => batch(BATCH, over));
    }
  };
}
