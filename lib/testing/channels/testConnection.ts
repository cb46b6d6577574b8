import { Subject, type Subscription } from 'rxjs';
import type { Admitted, Declined } from '../../channels/index.js';
import { type Behavior, type Known, knownOptions, type Pid } from '../../core/index.js';
import { type Dialect, type Metadata, V1, ws } from '../../protocol/index.js';
import type { SocketEvent } from '../../relay/index.js';
import { fakeSocket, type SocketAction } from '../marbles/fakeSocket.js';
import { decodeFrame, type ReceivedFrame } from './receivedFrame.js';
import type { Stage } from './stage.js';

/** One connection of a client, from its handshake on: over a socket in memory, but else as `websocketRoutes` makes it. */
export class TestConnection {
  readonly #stage: Stage;
  readonly #hear: (frame: ReceivedFrame) => void;
  readonly #event$ = new Subject<SocketEvent>();
  readonly #socket = fakeSocket({ events$: this.#event$ });
  #phase: 'connecting' | 'open' | 'over' = 'connecting';
  readonly #asking: Subscription;
  pid: Pid | undefined;
  /** How it has ended, by either side. */
  closed: Closed | undefined;
  /** Why there was no 101. */
  refusal: Declined | undefined;

  constructor(stage: Stage, options: ConnectOptions, hear: (frame: ReceivedFrame) => void) {
    knownOptions('connect', options, OPTIONS);
    this.#stage = stage;
    this.#hear = hear;
    const asked = {
      protocols: protocolsOf(options),
      channel: options.channel,
      known: {},
      maxPayload: MAX_PAYLOAD,
      connect: connectOf(stage, options),
      refresh: stage.refresh,
    };
    this.#asking = stage.inside.handshake(asked, (outcome) => this.#take(outcome));
  }

  get phase() {
    return this.#phase;
  }

  /** Bytes that it was sent and has not read. */
  set unread(bytes: number) {
    this.#socket.buffered = bytes;
  }

  send(data: string | Uint8Array): void {
    const size = typeof data === 'string' ? Buffer.byteLength(data) : data.byteLength;
    this.#event$.next({ type: 'frame', data, size });
  }

  /** The client's end of it: by a close frame, or with 1006 without one. */
  leave(code: number, reason: string): void {
    this.#phase = 'over';
    this.closed = { code, reason };
    this.#asking.unsubscribe();
    this.#event$.next({ type: 'closed', code, reason });
  }

  #take(outcome: Outcome): void {
    if ('status' in outcome) {
      this.refusal = outcome;
      const { status, body } = outcome;
      return this.#end(1006, `HTTP ${status}${body ? `: ${body}` : ''}`);
    }
    const { id, relay } = outcome;
    if ('target' in relay) this.#open({}, relay.target);
    else this.#open(relay);
    if (id !== undefined) this.#stage.inside.arrivals.forget(id);
  }

  /** Relays it as the answer to an upgrade says. */
  #open({ target_pid: target, metadata = {}, expires_at = 0 }: Relayed, owned?: Behavior): void {
    this.#phase = 'open';
    this.#socket.actions$.subscribe((action) => this.#see(action));
    const topics = { message_topic: ws.message, heartbeat_interval: 0, rejoin: 0 };
    const config = { ...topics, target, metadata, expires_at };
    this.pid = this.#stage.hub.connect(this.#socket, config, owned);
  }

  #see(action: SocketAction): void {
    if (this.#phase !== 'open') return;
    if (action.type === 'write') {
      for (const frame of decodeFrame(action.data, this.#stage.seconds)) this.#hear(frame);
    } else if (action.type === 'close') this.#end(action.code, action.reason);
    else if (action.type === 'terminate') this.#end(1006, '');
  }

  /** The server's end of it; the client answers the close frame in a turn of its own, as over a network. */
  #end(code: number, reason: string): void {
    this.#phase = 'over';
    this.closed = { code, reason };
    this.#hear({ type: 'close', code, reason });
    this.#stage.scheduler.schedule(() => this.#event$.next({ type: 'closed', code, reason }));
  }
}

/** How a connection has ended: the code of its close frame, 1006 without one. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
}

/** What becomes of a handshake. */
type Outcome = Parameters<Parameters<Stage['inside']['handshake']>[1]>[0];

interface Relayed {
  readonly target_pid?: Pid;
  readonly metadata?: Metadata;
  readonly expires_at?: number;
}

/** Who connects, and how. */
export interface ConnectOptions {
  /** Who it is, in place of what the `connect` hook would say (B14); also its name in texts. Default: nobody. */
  readonly identity?: string | undefined;
  /** What else is known of it, in the same way; default: nothing. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** The dialect that it offers (CP3); default `'rx-process.v1'`. */
  readonly protocol?: Dialect | (string & {}) | undefined;
  /** The channel of its path, as of `/ws/chat:1`; default none. */
  readonly channel?: string | undefined;
  /** Offered as `rx-process.bearer.…`, for the `connect` hook; default none. */
  readonly token?: string | undefined;
  /** What the `connect` hook is given for Express's request: as much of it as it reads. Default `{}`. */
  readonly request?: object | undefined;
  /** Whether it asks for its session when it connects anew, as our client does (CP22); default false. */
  readonly resume?: boolean | undefined;
}

const OPTIONS: Known<ConnectOptions> = {
  identity: true,
  metadata: true,
  protocol: true,
  channel: true,
  token: true,
  request: true,
  resume: true,
};

/** Of `websocketRoutes`. */
const MAX_PAYLOAD = 1024 * 1024;

function protocolsOf({ protocol = V1, token }: ConnectOptions): string | undefined {
  const bearer = token && `rx-process.bearer.${Buffer.from(token).toString('base64url')}`;
  return [protocol === 'plain' ? '' : protocol, bearer].filter(Boolean).join(', ') || undefined;
}

function connectOf({ connect }: Stage, { identity, metadata, request = {} }: ConnectOptions) {
  if (identity !== undefined || metadata !== undefined)
    return (): Admitted => ({ identity, metadata });
  return connect && ((offered: { readonly token?: string }) => connect(request, offered));
}
