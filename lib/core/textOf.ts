/**
 * A text for a log or a refusal, made from what somebody has thrown: `read` may throw as well, since even the
 * getters of an error are anybody's code, and an object may have no text at all.
 */
export function textOf(read: () => unknown): string {
  try {
    return String(read());
  } catch {
    return 'something that is no text';
  }
}
