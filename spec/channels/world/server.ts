import type { VirtualTimeScheduler } from 'rxjs';
import {
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../../lib/channels/index.js';
import type { Cluster } from '../../../lib/cluster/index.js';
import { insideOf } from '../../../lib/core/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { Hub } from '../../../lib/relay/index.js';
import type { TestSystem } from '../../../lib/testing/index.js';
import { End } from './end.js';
import type { Accepting, ServerEnd, Wire } from './network.js';
import type { Served } from './served.js';
import { Tap } from './tap.js';

/** A server of a world: a manager behind a relay, which wires lead to; it may be replaced by another one. */
export class Server implements Accepting {
  readonly system: TestSystem;
  /** `ending`: it takes no connection any more. */
  phase: 'up' | 'ending' | 'down' = 'up';
  readonly manager: WebSocketManager;
  readonly #cluster: Running['cluster'];
  /** Whom it has made members by itself, by connection and room. */
  readonly enrolled = new Set<string>();
  readonly #lose: Running['lose'];
  readonly #hub: Hub;
  readonly #ends = new Set<End>();

  constructor(
    readonly clock: VirtualTimeScheduler,
    { system, cluster, lose }: Running,
    options: ManagerOptions,
    readonly served: Served,
    /** Another one each time that it begins. */
    readonly id: string,
    newId: (what: string) => string,
  ) {
    this.system = system;
    this.#cluster = cluster;
    this.#lose = lose;
    this.manager = createWebSocketManager(this.system, options);
    this.#hub = new Hub(this.system);
    this.inside.broker.newId = newId;
  }

  /** How many others are up for it. */
  get others(): number {
    return this.#cluster?.nodes().length ?? 0;
  }

  get inside(): WebSocketManager[typeof insideOf] {
    return this.manager[insideOf];
  }

  accept(wire: Wire): ServerEnd {
    const { inside } = this;
    const { user, tab, page } = Object.fromEntries(new URL(wire.url).searchParams);
    const at = wire.network.wires.indexOf(wire);
    const now = (): number => this.clock.now();
    const tap = tab ? new Tap(this.served, Number(tab), Number(page), at, now) : undefined;
    const end = new End(wire, tap, () => this.#ends.delete(end));
    this.#ends.add(end);
    const asked = {
      protocols: wire.protocols.join(', ') || undefined,
      channel: undefined,
      known: {},
      maxPayload: 1024 * 1024,
      connect: () => ({ identity: user, metadata: tab ? { tab: Number(tab) } : {} }),
      refresh: undefined,
    };
    inside.handshake(asked as never, (outcome) => {
      if ('status' in outcome || 'target' in outcome.relay) return wire.down.push(REFUSED);
      const { id, selected = '' } = outcome;
      const { target_pid: target, metadata = {}, expires_at = 0 } = outcome.relay;
      wire.down.push({ protocol: selected });
      const topics = { message_topic: ws.message, heartbeat_interval: 0, rejoin: 0 };
      this.#hub.connect(end, { ...topics, target, metadata, expires_at } as never);
      if (id !== undefined) inside.arrivals.forget(id);
    });
    return end;
  }

  /** Its process is killed: all connections are lost, and it does nothing any more. */
  kill(): void {
    this.phase = 'down';
    this.#lose?.();
    for (const end of [...this.#ends]) end.lost();
    for (const { pid } of this.system.processes()) this.system.terminate(pid);
  }

  /** It ends in order. Promises need real turns, between which time passes. */
  async drain(advance: (millis: number) => void): Promise<void> {
    this.phase = 'ending';
    const over = this.system.shutdown().then(() => {
      this.phase = 'down';
    });
    while (this.#isEnding) {
      advance(20);
      await new Promise(setImmediate);
    }
    return over;
  }

  get #isEnding(): boolean {
    return this.phase === 'ending';
  }
}

const REFUSED = { code: 1006, reason: '' };

/** What a server runs in. */
interface Running {
  readonly system: TestSystem;
  readonly cluster?: Cluster;
  /** Of a node: others hear nothing of it any more. */
  readonly lose?: () => void;
}
