import type { Subscription } from 'rxjs';
import { Attempts } from './attempts.js';
import type { ClientOptions } from './clientOptions.js';
import type { ClientState, Ended } from './clientState.js';
import { clockOf } from './clock.js';
import { diagnose } from './diagnose.js';
import { type OpenSocket, openSocket, type SocketListener } from './openSocket.js';
import { States } from './states.js';
import { Tokens } from './tokens.js';
import { codeOfStatus, leastWait, waitAfter } from './waitAfter.js';
import { isHidden, type PageListener, watchPage } from './watchPage.js';

/**
 * Keeps one connection to a WebSocket server: dials, waits and dials again, as long as it makes sense (CC7–CC10). What
 * is said over it is the affair of who extends it.
 *
 * Invariants: `#socket` is there from its opening until it is given up, which is when it is heard last. A dial with
 * another number than `dials` is over.
 */
export abstract class Dialler implements PageListener, SocketListener {
  readonly states = new States<ClientState>({ status: 'idle' });
  readonly clock;
  readonly random;
  readonly tokens;
  readonly #attempts;
  /** How often it has dialled (CP22). */
  protected dials = 0;
  #socket: OpenSocket | undefined;
  #isOpened = false;
  /** How often in a row a token was refused, and how many dials in a row had no handshake. */
  #denials = 0;
  #failures = 0;
  #diagnosedAt = -Infinity;
  /** The wait before a dial, or for its hello. */
  #timer: Subscription | undefined;
  #page: Subscription | undefined;

  constructor(
    readonly url: string,
    readonly options: ClientOptions,
  ) {
    const { scheduler, random = Math.random, token, backoff } = options;
    this.clock = clockOf(scheduler);
    this.random = random;
    this.tokens = new Tokens(token);
    this.#attempts = new Attempts(this.clock, random, backoff);
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
  /** Tells of an error that belongs to nothing that was asked. */
  abstract report(error: unknown): void;

  /** Begins, unless it has; after `close` anew. */
  open(): void {
    if (!this.states.isAt('idle', 'closed')) return;
    this.#attempts.reset();
    this.#denials = this.#failures = 0;
    this.#page?.unsubscribe();
    this.#page = watchPage(this);
    this.#dial();
  }

  close(code: number, reason: string): void {
    if (!this.states.isAt('closed')) this.#close(this.#leave(code, reason));
  }

  /** The server has said what there is to say before its messages. */
  protected greeted(): void {
    this.#timer?.unsubscribe();
    this.#attempts.began();
    this.#denials = this.#failures = 0;
  }

  protected ready(id: string, resumed: boolean): void {
    this.states.next({ status: 'open', id, resumed, attempt: this.#attempts.count });
  }

  write(data: string | ArrayBufferView): void {
    this.#socket?.send(data);
  }

  /** Gives the connection up: it is taken for lost, whatever the socket says. `least`: see `waitAfter`. */
  lose(code: number, reason: string, least = this.#leastWait(code)): void {
    const { options, random } = this;
    const attempts = this.#attempts;
    const ended = this.#leave(code, reason);
    const own = options.shouldReconnect?.(ended);
    const decided = own && (own.retry ? (own.after ?? attempts.pause) : Infinity);
    const wait = decided ?? waitAfter(reason, least, attempts.pause, random());
    if (wait === Infinity || attempts.isEnough) return this.#close(ended);
    const ms = isHidden() ? Math.max(wait, MINUTE) : wait;
    const attempt = ++attempts.count;
    this.#dialIn(ms);
    this.states.next({ status: 'waiting', attempt, retryAt: this.clock.now() + ms, ended });
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

  wake(): void {
    if (this.states.isAt('waiting', 'idle')) this.#dialIn(this.random() * WAKE);
    else this.doubt();
  }

  doubt(): void {
    if (this.states.isAt('open')) this.probe(PROBE);
  }

  hide(): void {
    const { closeWhenHidden } = this.options;
    if (!closeWhenHidden) return;
    this.clock.after(closeWhenHidden, () => {
      if (!isHidden() || !this.states.isAt('open')) return;
      this.#leave(1000, 'hidden');
      this.states.next({ status: 'idle' });
      this.lost();
    });
  }

  /** A browser keeps a page that is left as it is, if it has no connection. */
  depart(): void {
    if (this.states.isAt('open', 'connecting')) this.lose(1001, 'page left');
  }

  #dialIn(ms: number): void {
    this.#timer = this.clock.after(ms, () => this.#dial(), this.#timer);
  }

  #dial(): void {
    const dial = ++this.dials;
    const isCurrent = (): boolean => dial === this.dials && this.states.isAt('connecting');
    this.states.next({ status: 'connecting', attempt: this.#attempts.count });
    if (!isCurrent()) return;
    this.tokens.get(
      (token) => isCurrent() && this.#connect(token),
      (error) => {
        this.report(error);
        const { retry, message } = Object(error);
        if (isCurrent()) this.lose(4401, `${message}`, retry === false ? Infinity : 0);
      },
    );
  }

  #connect(token: string | undefined): void {
    this.#timer = this.clock.after(HELLO, () => this.lose(4408, 'no hello'));
    try {
      this.#socket = openSocket(this.options.WebSocket, this.url, this.protocols(token), this);
    } catch (error) {
      this.lose(1006, `${error}`, Infinity);
    }
  }

  /** Takes what there is of a connection away, and says how it has ended. */
  #leave(code: number, reason: string): Ended {
    const socket = this.#socket;
    this.#attempts.ended();
    if (!this.#isOpened) this.#failures++;
    const ended = { code, reason, opened: this.#isOpened, attempt: this.#attempts.count };
    this.#socket = undefined;
    this.#isOpened = false;
    this.#timer?.unsubscribe();
    socket?.leave(code, reason);
    return ended;
  }

  #close(ended: Ended): void {
    this.#page?.unsubscribe();
    this.states.next({ status: 'closed', ended });
    this.states.end();
    this.closed();
  }

  /** As the code says; after 4401 another token is needed, which helps twice at most. */
  #leastWait(code: number): number {
    if (code !== 4401) return leastWait(code);
    this.tokens.refuse();
    return this.tokens.provider && this.#denials++ < 2 ? 0 : Infinity;
  }

  #diagnose(): void {
    const now = this.clock.now();
    const isDue = this.#failures > 1 && now - this.#diagnosedAt >= MINUTE;
    if (!isDue || this.options.diagnose === false) return;
    this.#diagnosedAt = now;
    diagnose(this.url, (status, retryAfter) => {
      const isTelling = codeOfStatus(status) !== 1006 || retryAfter;
      // It may have got through meanwhile.
      if (isTelling && this.#failures > 1 && !this.states.isAt('closed')) {
        this.refused(status, retryAfter);
      }
    });
  }
}

/** Milliseconds from a dial to what the server says first. */
const HELLO = 10_000;
/** Milliseconds in which those who are woken dial. */
const WAKE = 300;
/** Milliseconds in which a probe is to be answered, where there is a reason to doubt. */
const PROBE = 2_000;
/** A page that nobody sees dials so often at most, and asks so often why. */
const MINUTE = 60_000;
