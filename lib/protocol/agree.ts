/**
 * Chooses the dialect from the offered subprotocols (CP3). A token comes as `rx-process.bearer.` and its base64url
 * without padding, because a query string would end up in logs; it is never selected.
 */
export function agree(offered: string | undefined): Agreement {
  const items = (offered ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item.startsWith(OURS));
  const bearer = items.find((item) => item.startsWith(BEARER));
  const token = bearer === undefined ? undefined : readToken(bearer.slice(BEARER.length));
  if (bearer !== undefined && token === undefined) return { refused: 'Invalid token' };
  const given = token === undefined ? undefined : { token };
  if (items.length === 0) return { dialect: 'plain', selected: undefined };
  if (items.includes(V1)) return { dialect: V1, selected: V1, ...given };
  if (items.includes(UNSUPPORTED)) return { dialect: undefined, selected: UNSUPPORTED };
  return { refused: 'Unsupported subprotocol' };
}

/** Which dialect a client and the server speak, as it is agreed on in the handshake (CP3). */
export type Dialect = 'plain' | 'rx-process.v1';

/** The subprotocol of dialect v1. */
export const V1 = 'rx-process.v1';
/** Offered last by a client that wants to be told by a close code when there is no dialect in common. */
export const UNSUPPORTED = 'rx-process.unsupported';
const BEARER = 'rx-process.bearer.';
const OURS = 'rx-process.';
/** Bytes of a token; longer ones are refused. */
export const MAX_TOKEN = 8_192;

/** What the handshake has agreed on. */
export type Agreement =
  | { readonly dialect: Dialect; readonly selected: string | undefined; readonly token?: string }
  /** Accepted, to be closed with 4406, because a browser cannot read the status of a handshake. */
  | { readonly dialect: undefined; readonly selected: typeof UNSUPPORTED }
  | { readonly refused: 'Unsupported subprotocol' | 'Invalid token' };

function readToken(text: string): string | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length > (MAX_TOKEN * 4) / 3 + 4) return undefined;
  try {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (letter) =>
      letter.charCodeAt(0),
    );
    if (bytes.length > MAX_TOKEN) return undefined;
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
