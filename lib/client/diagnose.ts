/**
 * Asks by HTTP why a handshake was refused, because a browser tells nothing but 1006 (CC8). What cannot be read, as of
 * another origin, is not told.
 */
export function diagnose(
  url: string,
  tell: (status: number, retryAfter: string | null) => void,
): void {
  globalThis.fetch?.(url.replace('ws', 'http'), { credentials: 'include' }).then(
    ({ status, headers, body }) => {
      body?.cancel();
      tell(status, headers.get('retry-after'));
    },
    () => {},
  );
}
