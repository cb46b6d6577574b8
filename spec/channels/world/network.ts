import type { SchedulerLike } from 'rxjs';
import { Pipe } from './pipe.js';

/** What a client's end of a wire sends: a frame, or that it closes. */
export type Upward = { readonly text: string } | { readonly code: number; readonly reason: string };
/** What a server's end sends: that it is open, a frame, or that it closes. */
export type Downward = { readonly protocol: string } | Upward;

/** The server's end of a wire. */
export interface Accepting {
  /** A client dials; it answers by `down`. */
  accept(wire: Wire): ServerEnd;
}

export interface ServerEnd {
  take(item: Upward): void;
  /** So many bytes wait for a client that reads slowly. */
  lag(bytes: number): void;
  /** The connection is lost. */
  lost(): void;
}

/** Between the clients of one tab and the server: it may be down, be slow, and lose connections in each of the ways there are. */
export class Network {
  isUp = true;
  /** Whether nothing comes up through the next connection, until it is released. */
  isHeldUp = false;
  readonly wires: Wire[] = [];

  constructor(
    readonly clock: SchedulerLike,
    /** Whoever takes the next connection. */
    readonly server: () => Accepting | undefined,
  ) {}

  /** The class with which a client connects. */
  get WebSocket(): unknown {
    const network = this;
    return class extends Wire {
      constructor(url: string, protocols: readonly string[] = []) {
        super(network, url, protocols);
      }
    };
  }

  /** The connection in use, if there is one. */
  get wire(): Wire | undefined {
    return this.wires.at(-1);
  }
}

/** A connection, as the WebSocket of its client. */
export class Wire {
  binaryType = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly up: Pipe<Upward>;
  readonly down: Pipe<Downward>;
  #end: ServerEnd | undefined;
  #isOver = false;
  #isDead = false;

  constructor(
    readonly network: Network,
    readonly url: string,
    readonly protocols: readonly string[],
  ) {
    const { clock } = network;
    this.up = new Pipe(clock, (item) => this.#end?.take(item));
    this.down = new Pipe(clock, (item) => this.#hear(item));
    network.wires.push(this);
    if (network.isHeldUp) this.up.stall();
    network.isHeldUp = false;
    clock.schedule(() => {
      if (this.#isOver || this.#isDead) return;
      const server = network.isUp ? network.server() : undefined;
      if (server === undefined) this.#over(1006, '');
      else this.#end = server.accept(this);
    }, 5);
  }

  send(text: string): void {
    this.up.push({ text });
  }

  close(code = 1005, reason = ''): void {
    if (this.#isOver) return;
    // Before it is open nobody hears of it.
    if (this.#end === undefined) this.#isDead = true;
    this.up.push({ code, reason });
  }

  slow(latency: number): void {
    this.up.latency = latency;
    this.down.latency = latency;
  }

  release(): void {
    this.up.release();
    this.down.release();
  }

  /** Its client reads slowly: so many bytes wait on the server. */
  lag(bytes: number): void {
    this.#end?.lag(bytes);
  }

  /** It is lost: so many frames of each direction come through still. */
  cut(up: number, down: number): void {
    this.up.break(up);
    this.down.break(down);
    this.#end?.lost();
    this.#over(1006, '');
  }

  /** Only one side knows that it is lost; nothing comes through any more. */
  half(side: 'client' | 'server', up: number, down: number): void {
    this.up.break(up);
    this.down.break(down);
    this.#isDead = true;
    if (side === 'client') this.#over(1006, '');
    // Where it does not know, its pings find it out.
    this.network.clock.schedule(() => this.#end?.lost(), side === 'server' ? 0 : PING_TIMEOUT);
  }

  /** Its client has given it up, and the server hears what is under way, whenever that comes. */
  ghost(): void {
    this.up.stall();
    this.down.break(0);
    this.#isDead = true;
    this.#over(1006, '');
    this.network.clock.schedule(() => this.#end?.lost(), PING_TIMEOUT);
  }

  #hear(item: Downward): void {
    if (this.#isOver) return;
    if ('protocol' in item) this.onopen?.();
    else if ('text' in item) this.onmessage?.({ data: item.text });
    else this.#over(item.code, item.reason);
  }

  #over(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.onclose?.({ code, reason });
  }
}

/** Milliseconds after which a server gives up a client that answers no ping. */
const PING_TIMEOUT = 40_000;
