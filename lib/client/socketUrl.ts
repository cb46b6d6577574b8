import { failure } from './channelError.js';

/**
 * The URL of a WebSocket, also from that of a page, and from a path where there is a page.
 *
 * @throws ChannelError `invalid`
 */
export function socketUrl(url: string | URL): string {
  try {
    const { location } = globalThis as { location?: { readonly href: string } };
    return new URL(url, location?.href).href.replace(/^http/, 'ws').replace(/#.*/, '');
  } catch {
    throw failure('invalid', `${url} is no URL`);
  }
}
