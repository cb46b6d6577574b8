/** The key of a system's kernel, for other folders of this library, not for its users. */
export const kernelOf: unique symbol = Symbol('rx-process.kernel');
