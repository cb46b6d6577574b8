import { Subject } from 'rxjs';
import {
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../lib/channels/index.js';
import type { HandshakeRequest, Outcome } from '../../lib/channels/manager/handshake.js';
import { insideOf } from '../../lib/core/index.js';
import type { Pid } from '../../lib/index.js';
import { Hub, type SocketEvent } from '../../lib/relay/index.js';
import { type TestSystem, testSystem } from '../../lib/testing/live/testSystem.js';
import { type FakeSocket, fakeSocket } from '../../lib/testing/marbles/fakeSocket.js';

/** A manager on virtual time, and clients at fake sockets that came by its handshake. */
export class Scene {
  readonly system: TestSystem = testSystem();
  readonly hub = new Hub(this.system);
  readonly manager: WebSocketManager;
  /** The warnings and drops of the system, as `code message` and `drop reason`. */
  readonly events: string[] = [];

  constructor(options?: ManagerOptions) {
    this.manager = createWebSocketManager(this.system, options);
    this.system.events$.subscribe((event) => {
      if (event.type === 'warning') this.events.push(`${event.code} ${event.message}`);
      if (event.type === 'drop') this.events.push(`drop ${event.reason}`);
    });
    this.system.flush();
  }

  get inside() {
    return this.manager[insideOf];
  }

  get broker() {
    return this.inside.broker;
  }

  /** What the handshake answers; `undefined` as long as a hook takes its time. */
  ask(asked: Partial<HandshakeRequest> = {}): { outcome?: Outcome; leave(): void } {
    const request: HandshakeRequest = {
      protocols: undefined,
      channel: undefined,
      known: {},
      maxPayload: 1_000,
      connect: undefined,
      refresh: undefined,
      ...asked,
    };
    const answer: { outcome?: Outcome } = {};
    const asking = this.inside.handshake(request, (outcome) => {
      answer.outcome = outcome;
    });
    return Object.assign(answer, { leave: () => asking.unsubscribe() });
  }

  /** Connects a client of v1, which is welcomed. @throws what the handshake has refused it with */
  connect(asked: Partial<HandshakeRequest> = {}): Visitor {
    const { outcome } = this.ask({ protocols: 'rx-process.v1', ...asked });
    if (outcome === undefined || !('relay' in outcome)) throw new Error(JSON.stringify(outcome));
    const visitor = this.enter(outcome.relay as object);
    if (outcome.id !== undefined) this.inside.arrivals.forget(outcome.id);
    this.system.flush();
    return visitor;
  }

  /** Connects a client of the page's dialect. */
  connectPlain(asked: Partial<HandshakeRequest> = {}): Visitor {
    return this.connect({ protocols: undefined, ...asked });
  }

  /** Relays a client as a handler has answered; nothing is done yet. */
  enter(relay: { target_pid?: Pid; metadata?: object; expires_at?: number }): Visitor {
    const { target_pid = this.manager.pid, metadata = {}, expires_at = 0 } = relay;
    const client = new Subject<SocketEvent>();
    const socket = fakeSocket({ events$: client });
    const config = {
      target: target_pid,
      rejoin: 0,
      message_topic: 'ws.message',
      metadata: metadata as Record<string, unknown>,
      heartbeat_interval: 0,
      expires_at,
    };
    const pid = this.hub.connect(socket, config) as Pid;
    return new Visitor(this, client, socket, pid);
  }

  /** Everything that the manager holds, as numbers that are 0 when all have gone. */
  get held(): Readonly<Record<string, number>> {
    const { broker, inside } = this;
    return {
      members: broker.members.size,
      publicIds: broker.publicIds.size,
      departures: broker.departures.size,
      arrivals: inside.arrivals.size,
      asked: inside.asked.size,
      connections: this.hub.count,
    };
  }
}

/** A client at a fake socket. */
export class Visitor {
  #read = 0;

  constructor(
    readonly scene: Scene,
    readonly client: Subject<SocketEvent>,
    readonly socket: FakeSocket,
    readonly pid: Pid,
  ) {}

  /** Sends texts, or values as JSON, and has everything done that is due. */
  sends(...frames: readonly (string | object)[]): this {
    for (const frame of frames) {
      const data = typeof frame === 'string' ? frame : JSON.stringify(frame);
      this.client.next({ type: 'frame', data, size: data.length });
    }
    this.scene.system.flush();
    return this;
  }

  /** A system command. */
  command(command: string, fields: object = {}, id?: number | string): this {
    return this.sends({ type: 'system', payload: { command, ...fields }, id });
  }

  /** The texts that have come since one last looked. */
  get texts(): string[] {
    const { actions } = this.socket;
    const since = actions.slice(this.#read);
    this.#read = actions.length;
    return since.flatMap((action) => (action.type === 'write' ? [String(action.data)] : []));
  }

  /** The same, read; their time is left out. */
  get frames(): Frame[] {
    return this.texts.map((text) => {
      const { timestamp, ...frame } = JSON.parse(text);
      return frame;
    });
  }

  /** What `frames` shows, in a word or two each: an id with how it ended, or the text, event or type. */
  get brief(): string[] {
    return this.frames.map(({ id, ok, error, type, payload, channel }) => {
      const what = typeof payload === 'string' ? payload : (payload?.event ?? type);
      const at = channel === undefined ? '' : ` in ${channel}`;
      const head = id === undefined ? '' : `${id} ${ok === undefined ? '?' : ok ? 'ok' : 'no'} `;
      return `${head}${error?.code ?? what}${at}`;
    });
  }

  /** How the server has begun to close it. */
  get closing(): string | undefined {
    const close = this.socket.actions.find(({ type }) => type === 'close');
    return close?.type === 'close' ? `${close.code} ${close.reason}` : undefined;
  }

  /** The connection is lost, or closed by a frame of the client. */
  leaves(code = 1006): void {
    this.client.next({ type: 'closed', code, reason: '' });
    this.scene.system.flush();
  }
}

/** A frame to a client, as far as specs look at it. */
export interface Frame {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: specs know what they expect
  readonly payload?: any;
  readonly id?: number | string;
  readonly ok?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: specs know what they expect
  readonly result?: any;
  readonly error?: { readonly code: string; readonly message: string; readonly retry: boolean };
  readonly channel?: string;
  // biome-ignore lint/suspicious/noExplicitAny: specs know what they expect
  readonly hello?: any;
}
