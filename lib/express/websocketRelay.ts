import type { RequestHandler } from 'express';
import type { Observable } from 'rxjs';
import { type ConnectionEvent, type ConnectionInfo, Hub } from '../relay/index.js';
import type { System } from '../runtime/index.js';
import { Outbox, UpgradeServer } from '../ws/index.js';
import type { Mount, PendingHandshake } from './mount.js';
import { type RelaySettings, readOptions, type WebsocketRelayOptions } from './readOptions.js';
import { refusals } from './refusal.js';
import { relayHandler } from './relayHandler.js';
import { protocolWarning } from './warnProcess.js';

/**
 * The relay as Express middleware: where it is mounted, and below, a handler may answer an upgrade
 * request with a relay to a process (`setRelay`). Mount it before the handlers; on a server whose
 * upgrades go through the application (`acceptUpgrades`).
 *
 * @param system whose processes are the targets
 * @throws ProcessError `Invalid` naming the option.
 * @example app.use('/ws', websocketRelay(system, { allowedOrigins: 'https://app.example.com' }));
 */
export function websocketRelay(
  system: System,
  options: WebsocketRelayOptions = {},
): RequestHandler & Relay {
  const settings = readOptions(options);
  const pending = new Set<PendingHandshake>();
  // Handshakes that are with their handlers are refused at once, so that no timer of theirs remains.
  const onShutdown = (): void => {
    for (const handshake of pending) handshake.refuse(refusals.shuttingDown);
  };
  const hub = new Hub(system, { ...settings.hub, onShutdown });
  const mount = createMount(hub, pending, new Outbox(system, settings.hub), settings);
  const relay = relayHandler(mount, settings.isAllowed) as RequestHandler & Relay;
  return Object.defineProperties(relay, {
    count: { get: () => hub.count },
    connections: { value: () => hub.connections() },
    connections$: { value: hub.connections$ },
    shutdown: { value: () => hub.shutdown() },
  });
}

/** A relay as seen by the application that mounted it. */
export interface Relay {
  /** Open connections, those that are closing included. */
  readonly count: number;
  /**
   * The connections that there are now, with the metadata of each; closing ones are included (L7).
   *
   * @example
   * for (const { pid, metadata } of relay.connections()) {
   *   if (metadata.user === user) system.send(pid, ws.close, { code: 4001, reason: 'logged out' });
   * }
   */
  connections(): readonly ConnectionInfo[];
  /** Emits when a connection opens and when it closes, with its metadata of then; never completes. */
  readonly connections$: Observable<ConnectionEvent>;
  /** Refuses upgrades with 503, closes all connections with 1001, resolves when all are gone (Q3). */
  shutdown(): Promise<void>;
}

function createMount(
  hub: Hub,
  pending: Set<PendingHandshake>,
  outbox: Outbox,
  settings: RelaySettings,
): Mount {
  const { handshakeTimeout, maxPayload } = settings;
  const warnProtocol = protocolWarning(hub);
  const upgrades = new UpgradeServer({ maxPayload, closeTimeout: hub.closeTimeout });
  return {
    hub,
    handshakeTimeout,
    pending,
    open(handover, config, owned) {
      const { request, socket, head, headers, protocol } = handover;
      warnProtocol(handover);
      upgrades.accept(request, socket, head, { headers, protocol }, (webSocket) => {
        try {
          hub.connect(outbox.open(webSocket, socket), config, owned);
        } catch (error) {
          // The 101 is out: a host that was stopped, say, can only be told by a close frame.
          hub.warn('connect_failed', String(error));
          webSocket.close(1011);
        }
      });
    },
  };
}
