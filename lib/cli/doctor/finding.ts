/** What a check has come to. */
export interface Finding {
  readonly result: 'ok' | 'warn' | 'FAIL';
  /** What was seen, in one line. */
  readonly text: string;
  /** What to change, a line each: `nginx: …`, `Express: …`. */
  readonly cure?: string;
}

/** It is as it should be. */
export const ok = (text: string): Finding => ({ result: 'ok', text });

/** It works, and somebody should know of it. */
export const warn = (text: string, ...cure: readonly string[]): Finding => ({
  result: 'warn',
  text,
  ...(cure.length > 0 && { cure: cure.join('\n') }),
});

/** It is wrong; there is always something to do about it. */
export const fail = (
  text: string,
  ...cure: readonly [line: string, ...more: string[]]
): Finding => ({ result: 'FAIL', text, cure: cure.join('\n') });
