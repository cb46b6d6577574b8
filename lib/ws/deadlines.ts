/** How many milliseconds a connection may wait for each of these; Infinity: for ever (Q9). */
export type Deadlines = { readonly [what in Awaited]: number };

/** What a connection waits for: the rest of a message, its target to take one, or a message at all. */
export type Awaited = 'message' | 'hold' | 'idle';

/**
 * How often the deadlines of all connections are looked at, in milliseconds. A connection notes no times
 * but counts these looks, so what it waits for may be late by one of them: a quarter of the shortest.
 */
export function tickOf(deadlines: Deadlines): number {
  return Math.ceil(Math.min(...Object.values(deadlines)) / 4);
}
