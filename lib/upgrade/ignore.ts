/** Listens to the errors of a socket whose client may leave at any time: its 'close' tells enough. */
export const ignore = (): void => {};
