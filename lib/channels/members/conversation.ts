import type { RequestId } from '../../protocol/index.js';
import { TokenBucket } from '../../relay/index.js';
import type { Limits } from '../definitions/limitOptions.js';

/**
 * What a client has asked for and waits for: its requests without a reply, its joins without an answer, and what
 * waits behind these, by channel (B16).
 */
export class Conversation {
  /** The ids of requests without a reply (CP7). */
  readonly pending = new Set<RequestId>();
  /** How many joins wait for their answer. */
  joins = 0;
  readonly #lanes = new Map<string, Task[]>();
  /** What waits in lanes behind something, and how large it is. */
  #waiting = 0;
  #waitingSize = 0;
  readonly #cancels = new Set<() => void>();
  readonly #bucket: TokenBucket | undefined;
  /** When the last messages came that were wrong, in milliseconds; the oldest first. */
  readonly #wrong: number[] = [];

  constructor(
    readonly limits: Limits,
    readonly now: () => number,
  ) {
    const { requestsPerSecond, requestBurst } = limits;
    const isLimited = Number.isFinite(requestsPerSecond);
    this.#bucket = isLimited ? new TokenBucket(requestsPerSecond, requestBurst, now) : undefined;
  }

  /** Milliseconds until one more request may come; 0: now, and it is counted (B29). */
  takeRequest(): number {
    const bucket = this.#bucket;
    return bucket === undefined || bucket.take() ? 0 : bucket.waitMs();
  }

  /** Counts a message that is wrong; `true`: they are too many (CP10). */
  isTooWrong(): boolean {
    if (!Number.isFinite(this.limits.protocolErrors)) return false;
    const now = this.now();
    const wrong = this.#wrong;
    wrong.push(now);
    while (wrong.length > 0 && (wrong[0] as number) <= now - WRONG_PERIOD) wrong.shift();
    return wrong.length >= this.limits.protocolErrors;
  }

  /**
   * Does a task behind those of its channel that wait for an answer; the next ones wait until it is `done` (B16).
   *
   * @param size what it keeps in memory while it waits, in characters of text; 0: the server's own
   * @returns whether there was room for it: as many may wait as requests, and no more text than a large message has
   */
  run(channel: string, size: number, task: Task): boolean {
    const lane = this.#lanes.get(channel);
    if (lane === undefined) {
      this.#lanes.set(channel, [task]);
      this.#proceed(channel);
      return true;
    }
    const isFull =
      this.#waiting >= this.limits.pending ||
      (this.#waiting > 0 && this.#waitingSize + size > MAX_WAITING);
    if (isFull && size > 0) return false;
    this.#waiting++;
    this.#waitingSize += size;
    lane.push((done) => {
      this.#waiting--;
      this.#waitingSize -= size;
      task(done);
    });
    return true;
  }

  /** Does all that can be done; a task that is done within its own call costs no stack. */
  #proceed(channel: string): void {
    // Looked up each time, because a task may end the conversation.
    for (let lane = this.#lanes.get(channel); lane !== undefined; lane = this.#lanes.get(channel)) {
      const [task] = lane;
      if (task === undefined) this.#lanes.delete(channel);
      else if (!this.#isDone(channel, lane, task)) return;
    }
  }

  #isDone(channel: string, lane: Task[], task: Task): boolean {
    let isDone = false;
    let isLate = false;
    task(() => {
      if (isDone) return;
      isDone = true;
      lane.shift();
      if (isLate) this.#proceed(channel);
    });
    isLate = true;
    return isDone;
  }

  /** Asks something, which is taken back if the client goes before the answer is there and `over` called. */
  during(ask: (over: () => void) => () => void): void {
    let cancel: (() => void) | undefined;
    const over = this.onEnd(() => cancel?.());
    cancel = ask(over);
  }

  /** What has to be undone if the client goes before it is done; gives how to take that back. */
  onEnd(cancel: () => void): () => void {
    this.#cancels.add(cancel);
    return () => this.#cancels.delete(cancel);
  }

  /** The client has gone: nothing that waits happens any more. */
  end(): void {
    this.#lanes.clear();
    const cancels = [...this.#cancels];
    this.#cancels.clear();
    for (const cancel of cancels) cancel();
    this.pending.clear();
  }
}

/** Something that has to be done in order; it calls `done` once. */
export type Task = (done: () => void) => void;

/** Characters that may wait for one client, beside the largest message. */
const MAX_WAITING = 1024 * 1024;

/** Milliseconds in which wrong messages are counted. */
const WRONG_PERIOD = 10_000;
