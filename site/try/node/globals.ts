// Node's global names, as far as the core and the test kit use them.
export const process = {
  env: {},
  emitWarning: (text: string): void => console.warn(text),
};

/** Bytes are no buffers here. */
export const Buffer = { isBuffer: (): boolean => false };
