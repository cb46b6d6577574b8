/** What comes of it within so many milliseconds, or `undefined`. */
export function within<T>(promise: Promise<T>, millis: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), millis);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
