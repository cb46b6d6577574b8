import type { Subscription } from 'rxjs';
import type { ClientOptions } from './clientOptions.js';
import type { ClientState, Ended } from './clientState.js';
import { clockOf } from './clock.js';
import { diagnose } from './diagnose.js';
import { leaveSocket, openSocket, type Socket, type SocketListener } from './openSocket.js';
import { States } from './states.js';
import { Trying } from './trying.js';
import { codeOfStatus, leastWait, waitAfter } from './waitAfter.js';
import { isHidden, type PageEvent, watchPage } from './watchPage.js';

/**
 * Keeps one connection to a WebSocket server: dials, waits and dials again, as long as it makes sense (CC7–CC10). What
 * is said over it is the affair of who extends it.
 *
 * Invariants: `#socket` is there from its opening until it is given up, which is when it is heard last. A dial with
 * another number than `dials` is over.
 */
export abstract class Dialler extends Trying implements SocketListener {
  protected readonly states = new States<ClientState>({ status: 'idle' });
  readonly state$ = this.states.out$;
  /** How often it has dialled (CP22). */
  protected dials = 0;
  readonly #class: unknown;
  readonly #url: string;
  #socket: Socket | undefined;
  #isOpened = false;
  /** How often in a row a token was refused, and how many dials in a row had no handshake. */
  #denials = 0;
  #failures = 0;
  #diagnosedAt = -Infinity;
  #unwatch = (): void => {};

  constructor(url: string | URL, options: ClientOptions) {
    super(options, clockOf(options.scheduler), options.random ?? Math.random, options.token);
    const { WebSocket = globalThis.WebSocket } = options;
    if (!WebSocket) throw new TypeError('there is no WebSocket here: give { WebSocket } of ws');
    this.#class = WebSocket;
    const { location } = globalThis as { readonly location?: { readonly href: string } };
    // A page gives its own URLs, a path even.
    this.#url = new URL(url, location?.href).href.replace(/^http/, 'ws');
  }

  /** The subprotocols to offer. */
  protected abstract protocols(token: string | undefined): readonly string[];
  abstract heard(data: unknown): void;
  /** There is no connection any more, for now. */
  protected abstract lost(): void;
  /** There is none, and will be none. */
  protected abstract closed(): void;
  /** Asks the server for a sign of life within so many milliseconds, else calls `lose`. */
  protected abstract probe(ms: number): void;

  /** Begins, unless it has; after `close` anew. */
  open(): void {
    if (!this.states.isAt('idle', 'closed')) return;
    this.attempt = this.#denials = this.#failures = 0;
    this.#unwatch();
    this.#unwatch = watchPage(this.#heed);
    this.try();
  }

  close(code = 1000, reason = ''): void {
    if (!this.states.isAt('closed')) this.#close(this.#leave(code, reason));
  }

  /** The server has said what there is to say before its messages. */
  protected greeted(): void {
    this.began();
    this.#denials = this.#failures = 0;
  }

  protected ready(id: string, resumed: boolean): void {
    this.states.next({ status: 'open', id, resumed, attempt: this.attempt });
  }

  protected write(data: string | ArrayBufferView): void {
    this.#socket?.send(data);
  }

  protected begin(): boolean {
    this.dials++;
    this.states.next({ status: 'connecting', attempt: this.attempt });
    return true;
  }

  protected go(token: string | undefined): Subscription {
    this.#socket = openSocket(this.#class, this.#url, this.protocols(token), this);
    return this.clock.after(HELLO, () => this.lose(4408, 'no hello'));
  }

  protected refuse({
    message,
    retry,
  }: {
    readonly message: string;
    readonly retry?: boolean;
  }): void {
    if (retry === false) this.lose(4401, message, Infinity);
    else this.lose(1006, message);
  }

  /** Gives the connection up: it is taken for lost, whatever the socket says. `least`: see `waitAfter`. */
  lose(code: number, reason: string, least = this.#leastWait(code)): void {
    const { shouldReconnect, backoff } = this.options;
    const ended = this.#leave(code, reason);
    const { retry, after = this.pause } = shouldReconnect?.(ended) ?? {};
    const wait = retry ? after : waitAfter(reason, least, this.pause, this.random(), this.attempt);
    const isLast = this.attempt >= (backoff?.attempts ?? Infinity);
    if (isLast || wait === Infinity || retry === false) return this.#close(ended);
    const ms = isHidden() ? Math.max(wait, MINUTE) : wait;
    const retryAt = this.clock.now() + ms;
    this.tryIn(ms);
    this.states.next({ status: 'waiting', attempt: ++this.attempt, retryAt, ended });
    this.lost();
    this.#diagnose();
  }

  opened(): void {
    this.#isOpened = true;
  }

  /** The server has answered a handshake by HTTP (CP31). */
  refused(status: number, retryAfter: string | null | undefined): void {
    const code = codeOfStatus(status);
    const busy = code === 1006 && Number(retryAfter) * 1_000;
    this.lose(code, `HTTP ${status}`, busy || this.#leastWait(code));
  }

  /** What the page says of itself and the network (CC10). */
  readonly #heed = ({ type, persisted }: PageEvent): void => {
    const isOpen = this.states.isAt('open');
    if (type === 'pagehide') {
      // A browser keeps a page that is left as it is, if it has no connection.
      if (isOpen || this.states.isAt('connecting')) this.lose(1001, 'page left');
    } else if (isHidden()) this.#hide();
    else if (type === 'pageshow' && !persisted) return;
    else if (isOpen) this.probe(PROBE);
    else if (type !== 'offline' && this.states.isAt('waiting', 'idle')) {
      this.tryIn(this.random() * WAKE);
    }
  };

  #hide(): void {
    const { closeWhenHidden } = this.options;
    if (!closeWhenHidden) return;
    this.clock.after(closeWhenHidden, () => {
      if (!isHidden() || !this.states.isAt('open')) return;
      this.#leave(1000, 'hidden');
      this.states.next({ status: 'idle' });
      this.lost();
    });
  }

  /** Takes what there is of a connection away, and says how it has ended. */
  #leave(code: number, reason: string): Ended {
    const socket = this.#socket;
    const opened = this.#isOpened;
    this.ended();
    if (!opened) this.#failures++;
    this.#socket = undefined;
    this.#isOpened = false;
    if (socket) leaveSocket(socket, code, reason);
    return { code, reason, opened, attempt: this.attempt };
  }

  #close(ended: Ended): void {
    this.#unwatch();
    this.states.next({ status: 'closed', ended });
    this.states.end();
    this.closed();
  }

  /** As the code says; after 4401 another token is needed, which helps twice at most. */
  #leastWait(code: number): number {
    if (code !== 4401) return leastWait(code);
    this.tokens.renew(true);
    return this.options.token && this.#denials++ < 2 ? 0 : Infinity;
  }

  #diagnose(): void {
    const now = this.clock.now();
    const isDue = this.#failures > 1 && now - this.#diagnosedAt >= MINUTE;
    if (!isDue || this.options.diagnose === false) return;
    this.#diagnosedAt = now;
    diagnose(this.#url, (status, retryAfter) => {
      const isTelling = codeOfStatus(status) !== 1006 || retryAfter;
      // It may have got through meanwhile.
      if (isTelling && this.#failures > 1 && !this.states.isAt('closed')) {
        this.refused(status, retryAfter);
      }
    });
  }
}

/** Milliseconds: for the server to say hello, for who is woken to dial, for an answer where there is a doubt. */
const [HELLO, WAKE, PROBE] = [10_000, 300, 2_000];
/** A page that nobody sees dials so often at most, and a client asks so often why it is refused. */
const MINUTE = 60_000;
