/** Where the servers of NATS are, and how to connect to them. */
export interface NatsTransportOptions {
  /** One or several, of which any will do: `host`, `host:port` or `nats://host:port`; default `127.0.0.1:4222`. */
  readonly servers?: string | readonly string[] | undefined;
  /**
   * `NodeConnectionOptions` of `@nats-io/transport-node`, handed on as they are (D58): TLS, credentials and the like. In
   * place of the client's defaults are those of D59: `pingInterval` 1 s, `maxPingOut` 2, `maxReconnectAttempts` -1 (for
   * ever), `reconnectTimeWait` 100 ms, and `timeout` 2 s for one try to connect. `noEcho` must stay false.
   */
  readonly nats?: Readonly<Record<string, unknown>> | undefined;
}
