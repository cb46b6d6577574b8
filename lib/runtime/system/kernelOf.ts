/** Reaches the kernel of a system: for the adapters of this library, not for its users. */
export const kernelOf: unique symbol = Symbol('rx-process.kernel');
