import { Subscription } from 'rxjs';
import type {
  ChannelState,
  ClientChannel,
  Position,
  WireMessage,
} from '../../../lib/client/index.js';
import type { Checks } from './checks.js';
import type { Truth } from './truth.js';

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
  readonly #newest = new Map<string, number>();
  /** Of what has no place in a history, the last number. */
  #last = 0;
  state: ChannelState = { status: 'idle' };
  keys: readonly string[] | undefined;
  error: unknown;

  constructor(
    readonly who: string,
    readonly channel: ClientChannel,
    readonly truth: Truth,
    readonly checks: Checks,
    readonly isLatest: boolean,
  ) {
    channel.gaps$.subscribe(() => {
      this.#isTold = true;
    });
    channel.state$.subscribe((state) => this.#turn(state));
  }

  get isOn(): boolean {
    return !this.#subscription.closed;
  }

  get position(): Position | undefined {
    return this.state.status === 'subscribed' ? this.state.position : undefined;
  }

  start(): void {
    if (this.isOn) return;
    this.error = undefined;
    this.#subscription = new Subscription();
    const quiet = { error: () => {} };
    this.#subscription.add(
      this.channel.presence$.subscribe({
        ...quiet,
        next: (list) => {
          this.keys = list.flatMap(({ key, metas }) => metas.map(({ ref }) => `${key}/${ref}`));
        },
      }),
    );
    this.#subscription.add(
      this.channel.messages$.subscribe({
        next: (message) => this.#hear(message),
        error: (error) => {
          this.error = error;
        },
      }),
    );
  }

  stop(): void {
    this.#subscription.unsubscribe();
  }

  #turn(state: ChannelState): void {
    const before = this.state;
    this.state = state;
    if (state.status !== 'subscribed') return;
    if (before.status !== 'subscribed') this.#joined(state);
    if (this.isOn && this.isLatest && state.synced) this.#checkNewest(state.position);
  }

  #joined({ recovered, position }: Extract<ChannelState, { status: 'subscribed' }>): void {
    if (recovered === true) {
      this.checks.must(
        position?.epoch === this.#at?.epoch,
        `${this.who}: recovered in another epoch`,
      );
      return;
    }
    // A membership that does not go on where the last one was is told of, before anything of it comes.
    this.checks.must(recovered === undefined || this.#isTold, `${this.who}: no gap was told`);
    this.#isTold = false;
    this.#from = position;
    this.#at = position;
    this.#newest.clear();
  }

  #hear({ offset, payload }: WireMessage): void {
    const { n, key } = payload as { n: number; key: string };
    if (offset === undefined) {
      this.checks.must(n > this.#last, `${this.who}: ${n} after ${this.#last}`);
      this.#last = n;
      return;
    }
    const { epoch = '', offset: before = 0 } = this.#at ?? {};
    const sent = this.truth.of(epoch);
    this.checks.must(
      sent.get(offset)?.n === n,
      `${this.who}: ${offset} is ${sent.get(offset)?.n}, not ${n}`,
    );
    if (this.isLatest) this.checks.must(offset > before, `${this.who}: ${offset} after ${before}`);
    else this.checks.must(offset === before + 1, `${this.who}: ${offset} after ${before}`);
    this.#newest.set(key, n);
    this.#at = { epoch, offset };
  }

  /** PT2, of what was sent since it began. */
  #checkNewest({ epoch, offset }: Position = { epoch: '', offset: 0 }): void {
    const wanted = new Map<string, number>();
    for (const [at, { n, key }] of this.truth.of(epoch)) {
      if (at > (this.#from?.offset ?? 0) && at <= offset) wanted.set(key, n);
    }
    for (const [key, n] of wanted) {
      this.checks.must(
        this.#newest.get(key) === n,
        `${this.who}: ${key} is ${this.#newest.get(key)}, not ${n}`,
      );
    }
  }
}
