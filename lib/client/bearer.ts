/** A token as a subprotocol, since a browser can send no header (CP3): base64url of its UTF-8, without padding. */
export function bearer(token: string | undefined): readonly string[] {
  if (!token) return [];
  const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(token)));
  const url = base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
  return [`rx-process.bearer.${url}`];
}
