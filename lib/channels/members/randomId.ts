/**
 * 128 random bits as 22 characters that a URL may have. Users know it as `newConnectionId`: a fresh id for a member of
 * a channel that is no process (B12).
 */
export function randomId(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
}
