/** Who is present in a channel under one key, with each of their connections (PR1). */
// biome-ignore lint/suspicious/noExplicitAny: what the data are is the application's affair
export interface Presence<M = any> {
  readonly key: string;
  readonly metas: readonly Meta<M>[];
}

/** One connection of them. */
export interface Meta<M> {
  /** Its name in the channel, which is never used again. */
  readonly ref: string;
  /** Since when it is there, in milliseconds of Unix time. */
  readonly since: number;
  readonly meta: M;
}
