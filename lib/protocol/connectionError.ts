/** The error of a connection that has closed abnormally, with the code and the reason (Z1). */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError';
  /** Whether it is worth connecting again: only where it was we who have connected (A9). */
  declare readonly retryable?: boolean;

  constructor(
    readonly code: number,
    readonly reason: string,
    retryable?: boolean,
  ) {
    super(`connection closed: ${code} ${reason}`.trimEnd());
    if (retryable !== undefined) this.retryable = retryable;
  }
}
