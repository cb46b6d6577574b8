/**
 * Resolves when SIGTERM or SIGINT tells the program to end. Another one ends it at once, with 130 (CL6).
 */
export function untilTold(): Promise<void> {
  return new Promise((resolve) => {
    let toldAt: number | undefined;
    const told = (): void => {
      const now = performance.now();
      if (toldAt !== undefined && now - toldAt > SAME_KEY) process.exit(130);
      toldAt ??= now;
      resolve();
    };
    process.on('SIGTERM', told).on('SIGINT', told);
  });
}

/**
 * Milliseconds for which a second signal is the first one again: npm and npx hand on the Ctrl-C that the terminal has
 * sent to all.
 */
const SAME_KEY = 500;
