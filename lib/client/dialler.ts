import { Subscription } from 'rxjs';
import type { ClientOptions } from './clientOptions.js';
import type { ClientState, Ended } from './clientState.js';
import { type Clock, clockOf } from './clock.js';
import { diagnose } from './diagnose.js';
import { codeOfStatus, isBusy, leastWait, waitAfter } from './fate.js';
import { type OpenSocket, openSocket, type WebSocketClass } from './openSocket.js';
import { isHidden, type PageListener, watchPage } from './page.js';
import { Stream } from './stream.js';
import { Tokens } from './tokens.js';

/**
 * Keeps one connection to a WebSocket server: dials, waits and dials again, as long as it makes sense (CC7–CC10). What
 * is said over it is the affair of its role.
 *
 * Invariants: `#socket` is there from its opening until it is given up, which is when it is heard last; a dial with
 * another number than `dials` is over.
 */
export class Dialler implements PageListener {
  readonly clock: Clock;
  readonly random: () => number;
  readonly tokens: Tokens;
  readonly #state = new Stream<ClientState>(true);
  readonly state$ = this.#state.out$;
  state: ClientState = { status: 'idle' };
  /** How often it has dialled (CP22). */
  dials = 0;
  #socket: OpenSocket | undefined;
  #isOpened = false;
  /** Since when the server has spoken; `Infinity`: it has not. */
  #greetedAt = Infinity;
  #attempt = 0;
  /** How often in a row a token was refused. */
  #denials = 0;
  /** How many dials in a row had no handshake. */
  #failures = 0;
  #diagnosedAt = -Infinity;
  /** The wait before a dial, or for its hello. */
  #timer = new Subscription();
  #page = new Subscription();

  constructor(
    readonly url: string,
    readonly options: ClientOptions,
    readonly role: Role,
  ) {
    this.clock = clockOf(options.scheduler);
    this.random = options.random ?? Math.random;
    this.tokens = new Tokens(options.token);
    this.#state.next(this.state);
  }

  /** Begins, unless it has; after `close` anew. */
  open(): void {
    if (this.state.status !== 'idle' && this.state.status !== 'closed') return;
    this.#attempt = this.#denials = this.#failures = 0;
    this.#page.unsubscribe();
    this.#page = watchPage(this);
    this.#dial();
  }

  close(code: number, reason: string): void {
    if (this.state.status !== 'closed') this.#close(this.#leave(code, reason));
  }

  /** The server has said what there is to say before its messages. */
  greeted(): void {
    this.#timer.unsubscribe();
    this.#greetedAt = this.clock.now();
    this.#denials = this.#failures = 0;
  }

  ready(id: string, resumed: boolean): void {
    this.#set({ status: 'open', id, resumed, attempt: this.#attempt });
  }

  write(data: string | ArrayBufferView): void {
    this.#socket?.send(data);
  }

  /** Gives the connection up: it is taken for lost, whatever the socket says. `least`: see `waitAfter`. */
  lose(code: number, reason: string, least = this.#leastWait(code)): void {
    this.#end(this.#leave(code, reason), least);
  }

  #set(state: ClientState): void {
    this.state = state;
    this.#state.next(state);
  }

  #dial(): void {
    const dial = ++this.dials;
    const isAt = (): boolean => dial === this.dials && this.state.status === 'connecting';
    this.#set({ status: 'connecting', attempt: this.#attempt });
    if (!isAt()) return;
    this.tokens.get(
      (token) => isAt() && this.#connect(token),
      (error) => {
        this.role.report(error);
        const { retry, message } = Object(error);
        if (isAt()) this.lose(4401, `${message}`, retry === false ? Infinity : 0);
      },
    );
  }

  #connect(token: string | undefined): void {
    const { WebSocket = globalThis.WebSocket } = this.options;
    this.#timer = this.clock.after(HELLO, () => this.lose(4408, 'no hello'));
    try {
      this.#socket = openSocket(WebSocket as WebSocketClass, this.url, this.role.protocols(token), {
        opened: () => {
          this.#isOpened = true;
          this.role.opened();
        },
        heard: (data) => this.role.heard(data),
        ended: (code, reason) => this.lose(code, reason),
        refused: (status, retryAfter) => this.#refused(status, retryAfter),
      });
    } catch (error) {
      this.lose(1006, `${error}`, Infinity);
    }
  }

  /** Takes what there is of a connection away, and says how it has ended. */
  #leave(code: number, reason: string): Ended {
    const socket = this.#socket;
    const { stable = 5_000 } = this.options.backoff ?? {};
    if (this.clock.now() - this.#greetedAt >= stable) this.#attempt = 0;
    if (!this.#isOpened) this.#failures++;
    const ended = { code, reason, opened: this.#isOpened, attempt: this.#attempt };
    this.#socket = undefined;
    this.#isOpened = false;
    this.#greetedAt = Infinity;
    this.#timer.unsubscribe();
    socket?.leave(code, reason);
    return ended;
  }

  #end(ended: Ended, least: number): void {
    const { attempts = Infinity } = this.options.backoff ?? {};
    const wait = waitAfter(ended, least, this.options, this.random);
    if (wait === Infinity || ended.attempt >= attempts) return this.#close(ended);
    const ms = isHidden() ? Math.max(wait, MINUTE) : wait;
    this.#attempt++;
    this.#timer = this.clock.after(ms, () => this.#dial());
    const { clock } = this;
    this.#set({ status: 'waiting', attempt: this.#attempt, retryAt: clock.now() + ms, ended });
    this.role.lost();
    if (this.#failures > 1) this.#diagnose();
  }

  #close(ended: Ended): void {
    this.#page.unsubscribe();
    this.#set({ status: 'closed', ended });
    this.#state.complete();
    // For who comes now.
    this.#state.next(this.state);
    this.role.lost();
    this.role.closed();
  }

  /** As the code says; after 4401 another token is needed, which helps twice at most. */
  #leastWait(code: number): number {
    if (code !== 4401) return leastWait(code);
    this.tokens.refuse();
    return this.tokens.provider && this.#denials++ < 2 ? 0 : Infinity;
  }

  /** The server has answered a handshake by HTTP (CP31). */
  #refused(status: number, retryAfter: string | null | undefined): void {
    const code = codeOfStatus(status);
    const least = (isBusy(status) && Number(retryAfter) * 1_000) || this.#leastWait(code);
    this.lose(code, `HTTP ${status}`, least);
  }

  #diagnose(): void {
    const now = this.clock.now();
    if (this.options.diagnose === false || now - this.#diagnosedAt < MINUTE) return;
    this.#diagnosedAt = now;
    diagnose(this.url, (status, retryAfter) => {
      // It may have got through meanwhile.
      if (this.#failures > 1 && this.state.status !== 'closed') this.#refused(status, retryAfter);
    });
  }

  /** The page is seen again, or has a network. */
  wake(): void {
    const { status } = this.state;
    if (status !== 'waiting' && status !== 'idle') return this.doubt();
    this.#timer.unsubscribe();
    this.#timer = this.clock.after(this.random() * WAKE, () => this.#dial());
  }

  /** The connection may be gone. */
  doubt(): void {
    if (this.state.status === 'open') this.role.probe(PROBE);
  }

  /** The page is hidden. */
  hide(): void {
    const { closeWhenHidden } = this.options;
    if (closeWhenHidden === undefined) return;
    this.clock.after(closeWhenHidden, () => {
      if (!isHidden() || this.state.status !== 'open') return;
      this.#leave(1000, 'hidden');
      this.#set({ status: 'idle' });
      this.role.lost();
    });
  }

  /** The page is left, and may be kept as it is by the browser, which it does without connections. */
  depart(): void {
    const { status } = this.state;
    if (status === 'open' || status === 'connecting') this.lose(1001, 'page left');
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

/** What is said over a connection. */
export interface Role {
  protocols(token: string | undefined): readonly string[];
  /** There is a socket; the role calls `greeted` and `ready` when the server has said what it says first. */
  opened(): void;
  heard(data: unknown): void;
  /** There is no connection any more. */
  lost(): void;
  /** Nor will there be. */
  closed(): void;
  /** Asks the server for a sign of life within so many milliseconds, else calls `lose`. */
  probe(ms: number): void;
  report(error: unknown): void;
}
