import { Subscription } from 'rxjs';
import type {
  ChannelState,
  ClientChannel,
  Position,
  WireMessage,
} from '../../../lib/client/index.js';
import type { Checks } from './checks.js';
import type { Stay } from './order.js';
import type { Sent, Truth } from './truth.js';

/**
 * A channel as a user of the client follows it, who checks each message when it comes: between two gaps there is exactly
 * what was sent, in order (PT1); or of each key the newest (PT2).
 */
export class Followed {
  #subscription = Subscription.EMPTY;
  /** What it has heard since the last gap, and the position before that. */
  #from: Position | undefined;
  #at: Position | undefined;
  #isTold = true;
  /** Whether it is given what was held for it, which is of a membership that may be over. */
  #isStarting = false;
  readonly #newest = new Map<string, number>();
  /** What it got, kept or not, since it has begun anew. */
  #stay: Stay;
  state: ChannelState = { status: 'idle' };
  #states = Subscription.EMPTY;
  /** Who is there, as it was told last. */
  line: string | undefined;
  error: unknown;

  constructor(
    readonly who: string,
    public channel: ClientChannel,
    readonly truth: Truth,
    readonly checks: Checks,
    readonly kind: Kind,
  ) {
    this.#stay = truth.order.begin(undefined);
    this.#listen();
  }

  #listen(): void {
    const { channel } = this;
    this.state = { status: 'idle' };
    this.#states = channel.gaps$.subscribe(() => {
      this.#isTold = true;
    });
    this.#states.add(channel.state$.subscribe((state) => this.#turn(state)));
  }

  /** The page was loaded again: it goes on by another client, which knows where it was, or does not. */
  move(channel: ClientChannel, isStored: boolean): void {
    const wasOn = this.isWanted;
    this.stop();
    this.#states.unsubscribe();
    if (!isStored) this.#at = undefined;
    this.channel = channel;
    this.#listen();
    if (wasOn) this.start();
  }

  get isOn(): boolean {
    return !this.#subscription.closed;
  }

  /** Whether it follows, as its user sees it, who has not stopped. */
  isWanted = false;

  get position(): Position | undefined {
    return this.state.status === 'subscribed' ? this.state.position : undefined;
  }

  start(): void {
    if (this.isOn && this.error === undefined) return;
    this.stop();
    this.isWanted = true;
    this.error = undefined;
    this.#subscription = new Subscription();
    this.#subscription.add(
      this.channel.presence$.subscribe({
        next: (list) => {
          this.line = this.truth.watched.seen(this.who, list, this.checks);
        },
        error: () => {},
      }),
    );
    this.#isStarting = true;
    this.#subscription.add(
      this.channel.messages$.subscribe({
        next: (message) => this.#hear(message),
        error: (error) => {
          this.error = error;
        },
      }),
    );
    this.#isStarting = false;
  }

  stop(): void {
    this.isWanted = false;
    this.#subscription.unsubscribe();
  }

  /** Reads a page of what was sent, if it may. */
  page({ limit, reverse }: { readonly limit: number; readonly reverse: boolean }): void {
    this.channel.history({ limit, reverse }).subscribe({
      next: ({ epoch, messages, offset: top }) => {
        const ordered = reverse ? [...messages].reverse() : messages;
        const offsets = ordered.map(({ offset = 0 }) => offset);
        const sent = this.truth.of(epoch);
        const isTrue = ordered.every(
          ({ offset = 0, payload }) => sent.get(offset)?.n === (payload as Sent).n,
        );
        const isWhole =
          this.kind === 'latest' ||
          offsets.every(
            (offset, i) => i === 0 || this.#isNext(offsets[i - 1] as number, offset, sent),
          );
        const isLast = this.kind !== 'all' || (offsets.at(-1) ?? top) === top;
        this.checks.must(
          isTrue && isWhole && isLast,
          `PT1: ${this.who} reads ${offsets} of ${top}`,
        );
      },
      error: () => {},
    });
  }

  #turn(state: ChannelState): void {
    const before = this.state;
    this.state = state;
    if (state.status !== 'subscribed') return;
    if (before.status !== 'subscribed') this.#joined(state);
    else if (this.isOn) this.#checkTold(state.position);
    if (this.isOn && this.kind === 'latest' && state.synced) this.#checkNewest(state.position);
  }

  #joined({ recovered, position }: Extract<ChannelState, { status: 'subscribed' }>): void {
    if (recovered === true) {
      this.checks.must(
        position?.epoch === this.#at?.epoch,
        `PT1: ${this.who}: recovered in another epoch`,
      );
      return;
    }
    // A membership that does not go on where the last one was is told of, before anything of it comes.
    this.checks.must(recovered === undefined || this.#isTold, `PT1: ${this.who}: no gap was told`);
    this.#isTold = false;
    const { epoch } = position ?? {};
    // Another server may not be as far yet: then it is told of a gap, and gets once more what it has got.
    const isBack = (position?.offset ?? 0) < (this.#at?.offset ?? 0);
    if (recovered === undefined || epoch !== this.#stay.epoch || isBack) {
      this.#stay = this.truth.order.begin(epoch);
    }
    this.#from = position;
    this.#at = position;
    this.#newest.clear();
  }

  #hear({ offset, payload }: WireMessage): void {
    const { n, key } = payload as Sent;
    const isIn = this.state.status === 'subscribed' || this.#isStarting;
    this.checks.must(isIn, `PT11: ${this.who} gets ${n} and is ${this.state.status}`);
    // What one sends is seen in the order of that, whether it is kept or not.
    const last = this.#stay.hear(n);
    this.checks.must(last === undefined, `PT10: ${this.who}: ${n} after ${last}`);
    if (offset === undefined) return;
    const { epoch = '', offset: before = 0 } = this.#at ?? {};
    const sent = this.truth.of(epoch);
    this.checks.must(
      sent.get(offset)?.n === n,
      `PT1: ${this.who}: ${offset} is ${sent.get(offset)?.n}, not ${n}`,
    );
    if (this.kind === 'latest')
      this.checks.must(offset > before, `PT1: ${this.who}: ${offset} after ${before}`);
    else
      this.checks.must(
        this.#isNext(before, offset, sent),
        `PT1: ${this.who}: ${offset} after ${before}`,
      );
    this.#newest.set(key, n);
    this.#at = { epoch, offset };
  }

  /** Whether nothing is missing between two messages that was for it. */
  #isNext(before: number, offset: number, sent: ReadonlyMap<number, Sent>): boolean {
    if (this.kind !== 'odd') return offset === before + 1;
    for (let at = before + 1; at < offset; at++) {
      if ((sent.get(at)?.n ?? 1) % 2 === 1) return false;
    }
    return offset > before;
  }

  /** Whoever stores a position has seen all up to there, and nothing behind that (CH12). */
  #checkTold(position: Position | undefined): void {
    if (this.kind !== 'all' && this.kind !== 'proc') return;
    const [is, at] = [position?.offset, this.#at?.offset];
    this.checks.must(is === at, `PT1: ${this.who} is told ${is} at ${at}`);
  }

  /** PT2, of what was sent since it began. */
  #checkNewest({ epoch, offset }: Position = { epoch: '', offset: 0 }): void {
    const wanted = new Map<string, number>();
    const replaced = new Set<string>();
    for (const [at, { n, key }] of this.truth.of(epoch)) {
      if (at > (this.#from?.offset ?? 0) && at <= offset) wanted.set(key, n);
      // A server that was told late what others have stored was not told what was replaced since.
      if (at > offset && this.truth.isToldLate) replaced.add(key);
    }
    for (const [key, n] of wanted) {
      if (replaced.has(key)) continue;
      this.checks.must(
        this.#newest.get(key) === n,
        `PT2: ${this.who}: ${key} is ${this.#newest.get(key)}, not ${n}`,
      );
    }
  }
}

/** A stream, the newest of each key, every other message, what is not kept, and what a process says. */
export type Kind = 'proc' | 'all' | 'latest' | 'odd' | 'none';
