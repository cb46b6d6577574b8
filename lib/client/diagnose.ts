/**
 * Asks by HTTP why a handshake was refused, because a browser tells nothing but 1006 (CC8). It offers what the handshake has
 * offered, so that the same is decided (B4). What cannot be read, as of another origin, is not told.
 */
export function diagnose(
  url: string,
  protocols: readonly string[],
  tell: (status: number, retryAfter: string | null) => void,
): void {
  fetch(url.replace('ws', 'http'), {
    credentials: 'include',
    // A list becomes a text with commas.
    headers: { 'x-ws-protocols': protocols as unknown as string },
  })
    .then(({ status, headers }) => tell(status, headers.get('retry-after')))
    .catch(() => {});
}
