/** What is examined, and as whom. */
export interface Site {
  /** Of the WebSocket: `ws:` or `wss:`. */
  readonly url: URL;
  /** The origin of the page that is to be able to connect. */
  readonly page: string;
  /** Whether that is said by nobody but the URL: the server's own pages. */
  readonly isOwn: boolean;
  /** What a browser would send beside it, a cookie say; of a name and its value. */
  readonly headers: Readonly<Record<string, string>>;
  /** Subprotocols to be offered as well, a token among them. */
  readonly protocols: readonly string[];
  /** Milliseconds that the server may take for each answer. */
  readonly timeout: number;
  /** Milliseconds for which a silent connection is watched. */
  readonly idle: number;
}

/** The host as `node:net` wants it, and the port. */
export function placeOf({ hostname, port, protocol }: URL): { host: string; port: number } {
  const byDefault = protocol === 'wss:' ? 443 : 80;
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? byDefault : Number(port),
  };
}

/** A URL as it may be shown: its query may have a secret (A10). */
export const shownUrl = ({ protocol, host, pathname }: URL): string =>
  `${protocol}//${host}${pathname}`;
