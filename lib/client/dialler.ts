import type { Subscription } from 'rxjs';
import type { ClientOptions } from './clientOptions.js';
import type { ClientState, Ended } from './clientState.js';
import { diagnose } from './diagnose.js';
import { leaveSocket, openSocket, type Socket, type SocketListener } from './openSocket.js';
import { tokensOf } from './tokensOf.js';
import { type Refusal, Trying } from './trying.js';
import { codeOfStatus, leastWait, waitAfter } from './waitAfter.js';
import { isHidden, type PageEvent, watchPage } from './watchPage.js';

/**
 * Keeps one connection to a WebSocket server: dials, waits and dials again, as long as it makes sense (CC7–CC10). What
 * is said over it is the affair of who extends it.
 *
 * Invariants: `#socket` is there from its opening until it is given up, which is when it is heard last. A dial with
 * another number than `dials` is over.
 */
export abstract class Dialler extends Trying<ClientState> implements SocketListener {
  /** How often it has dialled (CP22). */
  protected dials = 0;
  readonly #class: unknown;
  readonly #url: string;
  #socket: Socket | undefined;
  #isOpened = false;
  /** How often in a row a token was refused, and how many dials in a row had no handshake. */
  #denials = 0;
  #failures = 0;
  /** Until when it does not ask why. */
  #offered!: readonly string[];
  #silentUntil = 0;
  /** Until a page that is hidden closes. */
  #hiding: Subscription | undefined;
  #unwatch = (): void => {};

  constructor(url: string | URL, options: ClientOptions) {
    super(options);
    this.tokens = tokensOf(options.token);
    this.#class = options.WebSocket ?? globalThis.WebSocket;
    if (!this.#class) throw new TypeError('no WebSocket: give { WebSocket }');
    // A page gives its own URLs, a path even.
    const { location } = globalThis as { readonly location?: { readonly href: string } };
    this.#url = new URL(url, location?.href).href.replace(/^http/, 'ws');
  }

  /** The subprotocols to offer. */
  protected abstract protocols(token: string | undefined): readonly string[];
  abstract heard(data: unknown): void;
  /** There is no connection any more, for now or for good. */
  protected abstract lost(): void;
  /** There will be none. */
  protected abstract closed(): void;
  /** Asks the server for a sign of life within so many milliseconds, else calls `lose`. */
  protected abstract probe(ms: number): void;

  /** Begins, unless it has; after `close` anew. */
  open(): void {
    if (!this.isAt('idle', 'closed')) return;
    this.#unwatch();
    this.#unwatch = watchPage(this.#heed);
    this.try();
  }

  close(code = 1000, reason = ''): void {
    if (!this.isAt('closed')) this.#close(this.#leave(code, reason));
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
    this.#offered = this.protocols(token);
    this.#socket = openSocket(this.#class, this.#url, this.#offered, this);
    return this.clock.after(HELLO, () => this.lose(4408, 'no hello'));
  }

  protected refuse({ message, retry }: Refusal): void {
    if (retry === false) this.lose(4401, message, Infinity);
    else this.lose(1006, message);
  }

  /** Gives the connection up: it is taken for lost, whatever the socket says. `least`: see `waitAfter`. */
  lose(code: number, reason: string, least = this.#leastWait(code)): void {
    const { shouldReconnect, backoff } = this.options;
    const ended = this.#leave(code, reason);
    const { retry, after = this.pause } = shouldReconnect?.(ended) ?? {};
    const wait = retry
      ? after
      : waitAfter(reason, least, this.pause, this.clock.random(), this.attempt);
    const isLast = this.attempt >= (backoff?.attempts ?? Infinity);
    if (isLast || wait === Infinity || retry === false) return this.#close(ended);
    const ms = Math.max(wait, isHidden() ? MINUTE : 0);
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
    const wait = code === 1006 && Number(retryAfter) * 1_000;
    this.lose(code, `HTTP ${status}`, wait || undefined);
  }

  /** What the page says of itself and the network (CC10). */
  readonly #heed = ({ type, persisted }: PageEvent): void => {
    const isOpen = this.isAt('open');
    if (type === 'visibilitychange') this.#hide();
    if (type === 'pagehide') {
      // A browser keeps a page that is left as it is, if it has no connection.
      if (isOpen || this.isAt('connecting')) this.lose(1001, 'page left');
    } else if (isHidden()) return;
    else if (type === 'pageshow' && !persisted) return;
    else if (isOpen) this.probe(PROBE);
    else if (type !== 'offline' && this.isAt('waiting', 'idle')) {
      this.tryIn(this.clock.random() * WAKE);
    }
  };

  #hide(): void {
    const { closeWhenHidden } = this.options;
    this.#hiding?.unsubscribe();
    if (!closeWhenHidden || !isHidden()) return;
    this.#hiding = this.clock.after(closeWhenHidden, () => {
      if (!this.isAt('open')) return;
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
    this.#hiding?.unsubscribe();
    this.attempt = this.#denials = this.#failures = 0;
    this.states.next({ status: 'closed', ended });
    this.states.end();
    this.closed();
    this.lost();
  }

  /** As the code says; after 4401 another token is needed, which helps twice at most. */
  #leastWait(code: number): number {
    if (code !== 4401) return leastWait(code);
    this.tokens.renew(true);
    return this.options.token && this.#denials++ < 2 ? 0 : Infinity;
  }

  #diagnose(): void {
    const now = this.clock.now();
    if (this.#failures < 2 || now < this.#silentUntil || this.options.diagnose === false) return;
    this.#silentUntil = now + MINUTE;
    diagnose(this.#url, this.#offered, (status, retryAfter) => {
      const isTelling = codeOfStatus(status) !== 1006 || retryAfter;
      // It may have got through meanwhile, or be closed.
      if (isTelling && this.#failures > 1) this.refused(status, retryAfter);
    });
  }
}

/** Milliseconds: for the server to say hello, for who is woken to dial, for an answer where there is a doubt. */
const HELLO = 10_000;
const WAKE = 300;
const PROBE = 2_000;
/** A page that nobody sees dials so often at most, and a client asks so often why it is refused. */
const MINUTE = 60_000;
