import type { ConnectionOptions, ServerInfo } from '@nats-io/transport-node';

/**
 * What D59 has in place of the client's defaults, then what the user says. The inbox is that of D62. Whatever is said, a
 * node hears itself, because its own beats tell it that it is connected (D4), and the client does not wait for a server by
 * itself, because nobody could end that.
 */
export function natsOptions(
  servers: string | readonly string[] | undefined,
  nats: object,
  inboxPrefix: string,
): ConnectionOptions {
  return {
    ...(servers !== undefined && { servers: typeof servers === 'string' ? servers : [...servers] }),
    pingInterval: 1_000,
    maxPingOut: 2,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    timeout: 2_000,
    inboxPrefix,
    ...nats,
    noEcho: false,
    waitOnFirstConnect: false,
  };
}

/** Whether others on the way may read and change what goes to this server: no TLS, and not on this machine (D58). */
export function isInsecure(
  info: Pick<ServerInfo, 'tls_required' | 'tls_available'>,
  address: string,
): boolean {
  if (info.tls_required === true || info.tls_available === true) return false;
  return !/^(localhost|127\.[\d.]+|\[?::1\]?|\[?::ffff:127\.[\d.]+\]?):\d+$/i.test(address);
}
