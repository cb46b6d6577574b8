import { Subject, type VirtualTimeScheduler } from 'rxjs';
import {
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../../lib/channels/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { Hub, type SocketEvent } from '../../../lib/relay/index.js';
import {
  type FakeSocket,
  fakeSocket,
  type TestSystem,
  testSystem,
} from '../../../lib/testing/index.js';
import type { Accepting, ServerEnd, Upward, Wire } from './network.js';

/** A server of a world: a manager behind a relay, which wires lead to; it may be replaced by another one. */
export class Server implements Accepting {
  readonly system: TestSystem;
  readonly manager: WebSocketManager;
  readonly #hub: Hub;
  readonly #ends = new Set<End>();

  constructor(
    readonly clock: VirtualTimeScheduler,
    options: ManagerOptions,
  ) {
    this.system = testSystem({ scheduler: clock });
    this.manager = createWebSocketManager(this.system, options);
    this.#hub = new Hub(this.system);
  }

  accept(wire: Wire): ServerEnd {
    const { clock, inside } = this;
    const event$ = new Subject<SocketEvent>();
    const end = new End(event$, () => this.#ends.delete(end));
    this.#ends.add(end);
    const asked = {
      protocols: wire.protocols.join(', ') || undefined,
      channel: undefined,
      known: {},
      maxPayload: 1024 * 1024,
      connect: () => ({ identity: new URL(wire.url).searchParams.get('user') ?? undefined }),
      refresh: undefined,
    };
    inside.handshake(asked, (outcome) => {
      if ('status' in outcome || 'target' in outcome.relay) return wire.down.push(REFUSED);
      const { id, selected = '' } = outcome;
      const { target_pid: target, metadata = {}, expires_at = 0 } = outcome.relay;
      wire.down.push({ protocol: selected });
      const socket = fakeSocket({ events$: event$ });
      end.socket = socket;
      socket.actions$.subscribe((action) => {
        if (end.isOver) return;
        if (action.type === 'write') wire.down.push({ text: String(action.data) });
        else if (action.type === 'close') {
          wire.down.push({ code: action.code, reason: action.reason });
          // In a turn of its own, as over a network.
          clock.schedule(() => end.answers(action.code, action.reason));
        } else if (action.type === 'terminate') end.lost();
      });
      const topics = { message_topic: ws.message, heartbeat_interval: 0, rejoin: 0 };
      this.#hub.connect(socket, { ...topics, target, metadata, expires_at } as never);
      if (id !== undefined) inside.arrivals.forget(id);
    });
    return end;
  }

  get inside(): WebSocketManager[typeof insideOf] {
    return this.manager[insideOf];
  }

  /** Its process is killed: all connections are lost, and it does nothing any more. */
  kill(): void {
    for (const end of [...this.#ends]) end.lost();
    for (const { pid } of this.system.processes()) this.system.terminate(pid);
  }
}

const REFUSED = { code: 1006, reason: '' };

/** The server's end of a connection. */
class End implements ServerEnd {
  isOver = false;
  socket: FakeSocket | undefined;

  constructor(
    readonly event$: Subject<SocketEvent>,
    readonly onOver: () => void,
  ) {}

  lag(bytes: number): void {
    if (this.socket !== undefined) this.socket.buffered = bytes;
  }

  take(item: Upward): void {
    if (this.isOver) return;
    if ('text' in item) {
      const { text } = item;
      this.event$.next({ type: 'frame', data: text, size: Buffer.byteLength(text) });
    } else this.#over(item.code, item.reason);
  }

  lost(): void {
    if (!this.isOver) this.#over(1006, '');
  }

  /** The client answers the close frame of the server. */
  answers(code: number, reason: string): void {
    if (!this.isOver) this.#over(code, reason);
  }

  #over(code: number, reason: string): void {
    this.isOver = true;
    this.onOver();
    this.event$.next({ type: 'closed', code, reason });
  }
}
