import { delay, of, timer, VirtualTimeScheduler } from 'rxjs';
import { channel, type ManagerOptions, WebSocketMessage } from '../../../lib/channels/index.js';
import { type ChannelClient, connectChannels } from '../../../lib/client/index.js';
import { Checks } from './checks.js';
import { Followed } from './followed.js';
import { Network } from './network.js';
import { Server } from './server.js';
import { Truth } from './truth.js';

/** A stream, the newest of each key, and what is not kept. */
export const ROOMS = ['all:1', 'all:2', 'latest:1', 'none:1'] as const;
export type Room = (typeof ROOMS)[number];
export const TABS = 3;

/** A client, as a tab has it: its network, what it follows, and what it has asked. */
interface Tab {
  readonly network: Network;
  readonly client: ChannelClient;
  readonly rooms: Map<Room, Followed>;
}

/** Some tabs and a server, all on one virtual clock, between them a network in which anything happens. */
export class World {
  readonly clock = new VirtualTimeScheduler();
  readonly checks = new Checks();
  readonly truths = new Map<Room, Truth>(ROOMS.map((room) => [room, new Truth()]));
  server: Server;
  readonly tabs: readonly Tab[];
  /** How often each request was performed, and answered. */
  readonly #performed = new Map<number, number>();
  readonly #outcomes = new Map<number, string[]>();
  #requests = 0;
  #sent = 0;

  constructor(readonly options: () => ManagerOptions = usual) {
    this.server = this.#start();
    this.tabs = Array.from({ length: TABS }, (_, at) => this.#open(at));
    this.advance(50);
  }

  #start(): Server {
    const server = new Server(this.clock, this.options());
    server.manager.messages$.subscribe((message) => {
      const { n, wait } = (message.payload as { data: Asked }).data;
      this.#performed.set(n, (this.#performed.get(n) ?? 0) + 1);
      timer(wait, this.clock).subscribe(() => message.reply(n));
    });
    return server;
  }

  #open(at: number): Tab {
    const network = new Network(this.clock, () => this.server);
    let seed = at + 1;
    const client = connectChannels(`ws://server/ws?user=user-${at >> 1}`, {
      WebSocket: network.WebSocket,
      scheduler: this.clock,
      diagnose: false,
      random: () => {
        seed = (seed * 16_807) % 2_147_483_647;
        return seed / 2_147_483_647;
      },
    });
    const follow = (room: Room): Followed => {
      const truth = this.truths.get(room) as Truth;
      const who = `tab ${at} ${room}`;
      return new Followed(who, client.channel(room), truth, this.checks, room.startsWith('latest'));
    };
    return { network, client, rooms: new Map(ROOMS.map((room) => [room, follow(room)])) };
  }

  tab(at: number): Tab {
    return this.tabs[at] as Tab;
  }

  advance(millis: number): void {
    this.clock.maxFrames = this.clock.now() + millis;
    this.clock.flush();
    this.clock.frame = this.clock.maxFrames;
  }

  // --- what may happen ---------------------------------------------------------------------------

  follow(at: number, room: Room): void {
    this.tab(at).rooms.get(room)?.start();
  }

  leave(at: number, room: Room): void {
    this.tab(at).rooms.get(room)?.stop();
  }

  publish(room: Room, key: string, isRecorded: boolean): void {
    const n = ++this.#sent;
    const { manager } = this.server;
    const message = WebSocketMessage.json({ n, key });
    manager.sendToChannel(room, message, { record: isRecorded, key });
    const { position } = manager.channel(room);
    if (!isRecorded || position === undefined || room === 'none:1') return;
    this.truths.get(room)?.of(position.epoch).set(position.offset, { n, key });
  }

  ask(at: number, once: boolean, wait: number): void {
    const n = ++this.#requests;
    const outcomes: string[] = [];
    this.#outcomes.set(n, outcomes);
    this.tab(at)
      .client.request<Asked>('do', { n, wait, once }, { once })
      .subscribe({
        next: (answer) => {
          this.checks.must(answer === n, `request ${n} is answered ${answer}`);
          outcomes.push('answered');
        },
        error: ({ code }) => outcomes.push(code),
      });
  }

  stall(at: number, way: 'up' | 'down'): void {
    this.tab(at).network.wire?.[way].stall();
  }

  release(at: number): void {
    const { wire } = this.tab(at).network;
    wire?.up.release();
    wire?.down.release();
  }

  slow(at: number, latency: number): void {
    const { wire } = this.tab(at).network;
    if (wire === undefined) return;
    wire.up.latency = latency;
    wire.down.latency = latency;
  }

  cut(at: number, up: number, down: number): void {
    this.tab(at).network.wire?.cut(up, down);
  }

  half(at: number, side: 'client' | 'server', up: number, down: number): void {
    this.tab(at).network.wire?.half(side, up, down);
  }

  offline(at: number, isDown: boolean): void {
    const { network } = this.tab(at);
    network.isUp = !isDown;
    if (isDown) network.wire?.cut(0, 0);
  }

  kick(at: number, room: Room, retry: boolean): void {
    const { id } = this.tab(at).client;
    const pid = id === undefined ? undefined : this.server.manager.pidOf(id);
    if (pid !== undefined) this.server.manager.unsubscribe(pid, room, { retry });
  }

  delete(room: Room): void {
    this.server.manager.channels.deleteChannel(room);
  }

  reauthorize(): void {
    void this.server.manager.reauthorize();
  }

  restart(): void {
    for (const { network } of this.tabs) for (const wire of network.wires) wire.cut(0, 0);
    this.server.kill();
    this.server = this.#start();
  }

  // --- what must be true -------------------------------------------------------------------------

  /** All is well again, and everything has come to rest. */
  settle(): void {
    for (const { network } of this.tabs) {
      network.isUp = true;
      for (const wire of network.wires) {
        wire.up.release();
        wire.down.release();
      }
    }
    this.advance(120_000);
    for (const room of ROOMS) this.publish(room, 'end', true);
    this.advance(60_000);
    this.#checkRooms();
    this.#checkRequests();
  }

  #checkRooms(): void {
    const { checks } = this;
    for (const room of ROOMS) {
      const { manager } = this.server;
      const { position } = manager.channel(room);
      const wanted = this.tabs.flatMap(({ client, rooms }, at) => {
        const followed = rooms.get(room);
        if (followed?.isOn !== true || followed.error !== undefined) return [];
        checks.must(followed.state.status === 'subscribed', `PT3: tab ${at} is not in ${room}`);
        const [is, top] = [JSON.stringify(followed.position), JSON.stringify(position)];
        checks.must(is === top, `PT3: tab ${at} is at ${is} of ${room}, not ${top}`);
        return [manager.pidOf(client.id ?? '') ?? `nobody, tab ${at}`];
      });
      const members = manager.channels.getSubscribers(room);
      checks.must(
        [...members].sort().join() === wanted.sort().join(),
        `PT3: in ${room} are ${members}, not ${wanted}`,
      );
    }
    for (const [at, { client }] of this.tabs.entries()) {
      checks.must(client.id !== undefined, `PT6: tab ${at} is not connected`);
    }
  }

  #checkRequests(): void {
    for (const [n, outcomes] of this.#outcomes) {
      this.checks.must(outcomes.length === 1, `PT4: request ${n} has ended: ${outcomes}`);
    }
    for (const [n, count] of this.#performed) {
      this.checks.must(count === 1, `PT5: request ${n} was performed ${count} times`);
    }
  }

  /** Everybody goes, and nothing is left (PT14). */
  end(): void {
    for (const { client } of this.tabs) client.close();
    this.advance(3_600_000 * 2);
    for (const { pid } of this.server.system.processes()) this.server.system.terminate(pid);
    this.advance(0);
    const { length } = this.clock.actions;
    this.checks.must(length === 0, `PT14: ${length} timers are left`);
  }
}

interface Asked {
  readonly n: number;
  readonly wait: number;
  readonly once: boolean;
}

const usual = (): ManagerOptions => ({
  channels: [
    channel('all:*', {
      history: { size: 8, ttl: '20s', recover: 6 },
      presence: true,
      // Hooks take their time.
      join: ({ channel: name }) => (name === 'all:2' ? of(true) : true),
    }),
    channel('latest:*', { history: { size: 3, keep: 'latest' } }),
  ],
});
void delay;
