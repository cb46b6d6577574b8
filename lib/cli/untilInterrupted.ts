import { setTimeout as sleep } from 'node:timers/promises';

/** Takes samples, with a pause after each, until Ctrl-C, which is its orderly end. @param pause milliseconds */
export async function* untilInterrupted<T>(
  pause: number,
  take: (signal: AbortSignal) => Promise<T>,
): AsyncGenerator<T> {
  const end = new AbortController();
  // Once: a second one ends the program as it would any other.
  process.once('SIGINT', () => end.abort());
  const { signal } = end;
  try {
    while (true) {
      yield await take(signal);
      await sleep(pause, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
