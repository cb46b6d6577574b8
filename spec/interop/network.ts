import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket, connect as toServer } from 'node:net';

/**
 * The network between a page and its server: a TCP proxy that cuts connections, delays what they carry, and leaves one
 * side of them open while the other knows nothing of it.
 */
export class Network {
  readonly #links = new Set<Link>();
  #server: Server | undefined;
  #isUp = true;
  #swallowed: Way | undefined;
  /** Where it listens, once it does. */
  port = 0;
  /** Milliseconds that every byte takes. */
  delay = 0;

  constructor(
    /** The port of the server; another one from now on, where a new server has another. */
    public target: number,
  ) {}

  async listen(): Promise<number> {
    const server = createServer((client) => this.#accept(client));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.port = (server.address() as AddressInfo).port;
    return this.port;
  }

  get size(): number {
    return this.#links.size;
  }

  /** Ends all connections at once, for both sides. */
  cut(): void {
    for (const link of this.#links) link.end('both');
  }

  /** What is connected is lost, and nobody can connect until `up`. */
  down(): void {
    this.#isUp = false;
    this.cut();
  }

  up(): void {
    this.#isUp = true;
  }

  /** Nothing gets through any more on the connections that there are, and nobody is told: both sides are half-open. */
  silence(way: Way = 'both'): void {
    for (const link of this.#links) link.swallow(way);
  }

  /** The same, also on connections that are made before `heal`, as behind a router that has failed. */
  swallow(way: Way = 'both'): void {
    this.#swallowed = way;
    this.silence(way);
  }

  /** New connections work again; for those of before it is too late. */
  heal(): void {
    this.#swallowed = undefined;
  }

  /** The client loses its connections, and the server does not know. */
  hideFromServer(): void {
    for (const link of this.#links) link.end('client');
  }

  async close(): Promise<void> {
    this.down();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #accept(client: Socket): void {
    // With a reset, as a network that is gone would not even answer.
    if (!this.#isUp) return void client.resetAndDestroy();
    const link = new Link(client, toServer(this.target, '127.0.0.1'), () => this.delay);
    if (this.#swallowed !== undefined) link.swallow(this.#swallowed);
    this.#links.add(link);
    link.onEnd = () => this.#links.delete(link);
  }
}

/** What of a connection does not arrive. */
export type Way = 'toServer' | 'toClient' | 'both';

/** One connection, as two sockets. */
class Link {
  readonly #silent = { toServer: false, toClient: false };
  onEnd = (): void => {};

  constructor(
    readonly client: Socket,
    readonly server: Socket,
    readonly delay: () => number,
  ) {
    this.#carry(client, server, 'toServer');
    this.#carry(server, client, 'toClient');
  }

  swallow(way: Way): void {
    for (const each of ['toServer', 'toClient'] as const) {
      if (way === each || way === 'both') this.#silent[each] = true;
    }
  }

  /** Destroys one side of it, or both. */
  end(side: 'both' | 'client'): void {
    this.swallow('both');
    reset(this.client);
    if (side === 'client') return;
    reset(this.server);
    this.onEnd();
  }

  #carry(from: Socket, to: Socket, way: 'toServer' | 'toClient'): void {
    const silent = this.#silent;
    const waiting: (() => void)[] = [];
    const later = (run: () => void): void => {
      const millis = this.delay();
      if (millis === 0 && waiting.length === 0) return silent[way] ? undefined : run();
      waiting.push(run);
      // In order, also when the delay becomes less: each timer lets the first one go that waits.
      setTimeout(() => {
        const first = waiting.shift();
        if (!silent[way]) first?.();
      }, millis);
    };
    from.on('data', (bytes) => later(() => to.write(bytes)));
    from.on('end', () => later(() => to.end()));
    from.on('error', () => {});
    from.on('close', () => {
      if (silent[way]) return;
      later(() => to.destroy());
      this.onEnd();
    });
  }
}

/** Destroys a socket with a reset; one that is ending cannot be reset, and trying would keep Node running. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else if (!socket.destroyed) socket.resetAndDestroy();
}
