/**
 * The URL of a WebSocket, also from that of a page, and from a path where there is a page.
 *
 * @throws TypeError `Invalid URL`
 */
export function socketUrl(url: string | URL): string {
  const { location } = globalThis as { readonly location?: { readonly href: string } };
  const absolute = new URL(url, location?.href);
  absolute.hash = '';
  return absolute.href.replace(/^http/, 'ws');
}
