import type { ConnectionOptions } from '@nats-io/transport-node';

/**
 * Says that no server could be reached, which ones, why, and what to do about it (D58, D59). *Why not only the error:* of TLS
 * it names neither the server nor the option, and a server that wants another certificate of its client is a mere timeout.
 */
export function unreachable(
  { message, name, code }: Error & { readonly code?: unknown },
  servers: ConnectionOptions['servers'] = '127.0.0.1:4222',
): string {
  const hint = HINTS.find(({ of }) => of.test(String(code ?? name)))?.hint ?? '';
  return `NATS at ${[servers].flat().join(', ')} cannot be reached, and is tried again: ${message}${hint}`;
}

/** By the code of Node's error, or by the name of one of the client. */
const HINTS = [
  {
    of: /^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/,
    hint: '; nats.tls.caFile is to be the CA of its certificate',
  },
  {
    of: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    hint: '; servers is to name it as its certificate does, by a host name',
  },
  {
    of: /^TimeoutError$/,
    hint: '; so ends also who has no certificate that the server asks for (nats.tls.certFile, keyFile)',
  },
];
