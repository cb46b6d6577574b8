/** Fails instead of waiting for ever. */
export async function within<T>(
  promise: Promise<T>,
  what: () => string,
  millis = 15_000,
): Promise<T> {
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    clock = setTimeout(() => reject(new Error(`nothing within ${millis} ms: ${what()}`)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(clock);
  }
}
