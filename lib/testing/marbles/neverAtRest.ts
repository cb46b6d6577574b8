/** Clocks of what keeps time for ever, as the nodes of a cluster do: a marble test on one ends after a while by itself. */
export const neverAtRest = new WeakSet<object>();
