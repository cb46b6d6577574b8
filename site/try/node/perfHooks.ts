export const performance: Performance = globalThis.performance;

/** A worker has no measure of its event loop; a system asks for it only when somebody looks at it. */
export const monitorEventLoopDelay = (): object => ({
  enable() {},
  disable() {},
  reset() {},
  percentile: () => 0,
});
