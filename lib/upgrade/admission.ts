import { Counters, Hub, routeProblem, type Socket } from '../relay/index.js';
import type { System } from '../runtime/index.js';
import { EventSocket, Outbox, UpgradeServer } from '../ws/index.js';
import { type Door, firstCheck, type Own } from './firstCheck.js';
import { Followers } from './followers.js';
import type { Handshake, PendingHandshake } from './pendingHandshake.js';
import { type RelayOptions, type RelaySettings, readOptions } from './readOptions.js';
import { type Refusal, refusals } from './refusal.js';
import type { RelayAnswer, RelayConfig } from './relayAnswer.js';
import { RelayWarnings } from './relayWarnings.js';

/**
 * What one relay decides on handshakes, whichever door they came by: whether a client may ask at all, and
 * whether what its handler has answered can be done; then it sends the 101 and starts the connection.
 */
export class Admission {
  readonly hub: Hub;
  /** Milliseconds until a handler must have answered; 0: no limit. */
  readonly handshakeTimeout: number;
  /** Bytes of a client that are kept before its 101. */
  readonly maxEarly: number;
  /** What it admits at most, for who tells of it; `Infinity`: no limit. */
  readonly limits: Pick<RelaySettings, 'maxPayload'> &
    Pick<RelaySettings['hub'], 'maxConnections' | 'maxBuffered'>;
  /** The handshakes that are with their handlers, each of which holds a place. */
  readonly #pending = new Set<PendingHandshake>();
  readonly warnings: RelayWarnings;
  /** Whether a page may connect (H6). */
  readonly isAllowed: RelaySettings['isAllowed'];
  readonly followers = new Followers();
  readonly #problem: ReturnType<typeof firstCheck>;
  readonly #outbox: Outbox;
  readonly #upgrades: UpgradeServer;

  /** @throws ProcessError `Invalid` naming the option. */
  constructor(system: System, options: RelayOptions, door: Door) {
    const settings = readOptions(door.name, options);
    const { hub, maxPayload } = settings;
    const { closeTimeout, maxConnections, maxBuffered } = hub;
    this.limits = { maxPayload, maxConnections, maxBuffered };
    this.#upgrades = new UpgradeServer({ ...options, maxPayload, closeTimeout });
    // Before the hub, because a wrong option changes nothing in the system.
    const counters = new Counters();
    this.#outbox = new Outbox(system, { ...options, ...hub }, counters);
    // Handshakes that are with their handlers are refused at once, so that no timer of theirs remains.
    const onShutdown = (): void => {
      for (const handshake of this.#pending) handshake.refuse(refusals.shuttingDown(this.hub));
    };
    this.hub = new Hub(system, { ...hub, onShutdown, counters });
    this.handshakeTimeout = settings.handshakeTimeout;
    this.maxEarly = settings.maxEarly;
    this.isAllowed = settings.isAllowed;
    this.warnings = new RelayWarnings(this.hub, door.originAdvice);
    this.#problem = firstCheck(this.hub, settings, this.warnings, door);
  }

  /** Rows 1–3 of H2: gives the refusal, or a place, which the handshake has until it leaves. */
  enter(handshake: PendingHandshake, own: Own): Refusal | undefined {
    if (this.#pending.has(handshake)) return undefined;
    const refusal = this.#problem(handshake, own);
    if (refusal !== undefined) return refusal;
    this.#pending.add(handshake);
    this.hub.places.take(handshake.key);
    return undefined;
  }

  /** Frees the place of a handshake that is over, however it ended; again, and where it has none, nothing. */
  leave(handshake: PendingHandshake): void {
    this.#free(handshake);
    this.followers.end(handshake);
  }

  #free(handshake: PendingHandshake): void {
    if (this.#pending.delete(handshake)) this.hub.places.free(handshake.key);
  }

  /**
   * Rows 6–12 of H2 in one turn (H3): connects the client as its handler has answered, or gives the
   * refusal. Row 1 and the host are looked at again, because the handler took time.
   */
  admit(handshake: Handshake, answer: RelayAnswer): Refusal | undefined {
    const { hub } = this;
    const { config } = answer;
    if (hub.draining) return refusals.shuttingDown(hub);
    if ('detail' in config) {
      this.warnings.invalid(handshake.request, config.text, config.detail);
      return config;
    }
    const target = config.target === undefined ? undefined : hub.find(config.target);
    if (config.target !== undefined && target === undefined) return refusals.deadTarget;
    if (hub.full) return refusals.full;
    if (target !== undefined && hub.refuses(target)) return refusals.busyTarget;
    const problem = target && routeProblem(target, config);
    if (problem !== undefined) {
      this.warnings.invalid(handshake.request, refusals.badHeader.text, problem);
      return refusals.badHeader;
    }
    this.#open(handshake, config, answer);
    return undefined;
  }

  /** Counts an answer to a handshake: a connection, a refusal, or what its handler has said. */
  answered(handshake: PendingHandshake, status: number): void {
    this.hub.counters.answered(status);
    this.followers.end(handshake, status);
  }

  /** Row 12. */
  #open(handshake: Handshake, config: RelayConfig, answer: RelayAnswer): void {
    // First, since whoever hears that the connection has opened may shut the relay down.
    this.#free(handshake);
    const connect = (socket: Socket): void => {
      try {
        this.hub.connect(socket, config, answer.owned, handshake.key);
      } catch (error) {
        // The answer is out: a host that was stopped, say, can only be told by a close frame.
        this.warnings.connectFailed(error);
        socket.close(1011, '');
      }
    };
    if (!('pending' in handshake)) {
      this.answered(handshake, 200);
      return connect(new EventSocket(handshake.response, this.#outbox));
    }
    const { request, pending } = handshake;
    this.warnings.protocol(request, answer.protocol);
    const { socket } = pending;
    this.#upgrades.accept(request, socket, pending.release(), answer, (webSocket) => {
      this.answered(handshake, 101);
      connect(this.#outbox.open(webSocket, socket));
    });
  }
}
