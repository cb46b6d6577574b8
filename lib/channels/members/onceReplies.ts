import type { Pid } from '../../core/index.js';
import type { Limits } from '../definitions/limitOptions.js';
import { errorText, wireError } from '../messages/replyText.js';

/**
 * What the client of a session has asked for once (CP23): the requests that run, and the last replies. Invariant: whatever
 * was performed runs, is kept, or has an id that is not above that of a reply which is gone; so nothing is performed again.
 */
export class OnceReplies {
  readonly #running = new Map<number, Running>();
  /** As they were sent, the oldest first. */
  readonly #kept = new Map<number, string>();
  #bytes = 0;
  /** The highest id whose reply is gone. */
  #forgotten = 0;
  #isOpen: boolean;
  /** Where replies go once its client has gone on at another node. */
  #onward: ((id: number, text: string) => void) | undefined;

  constructor(
    readonly limits: Pick<Limits, 'pending' | 'onceReplies' | 'onceBytes'>,
    readonly total: Total,
    isOpen = true,
  ) {
    this.#isOpen = isOpen;
  }

  /** Whether its client can come back for a reply. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether no more may run at once. */
  get isFull(): boolean {
    return this.#running.size >= this.limits.pending;
  }

  /** Whether the request of this id was performed, or is about to be. */
  knows(id: number): boolean {
    return id <= this.#forgotten || this.#running.has(id) || this.#kept.has(id);
  }

  /** Whether it runs, and its reply will go to this connection. */
  isAwaited(id: number, member: Client): boolean {
    return this.#running.get(id)?.member === member;
  }

  /** Answers what is asked again: at once, or when it is done. */
  repeat(id: number, member: Client): void {
    const running = this.#running.get(id);
    if (running !== undefined) return running.attach(member);
    member.write(this.#kept.get(id) ?? goneText(id, member));
  }

  begin(id: number, running: Running): void {
    this.#running.set(id, running);
  }

  /** It was not performed, and may be asked for again. */
  withdraw(id: number): void {
    this.#running.delete(id);
  }

  /** Keeps a reply, and those before it as long as there is room. */
  keep(id: number, text: string): void {
    const { onceReplies, onceBytes } = this.limits;
    this.#running.delete(id);
    if (this.#onward !== undefined) return this.#onward(id, text);
    this.#kept.set(id, text);
    this.#weigh(Buffer.byteLength(text));
    // Alone too large: then those before it need not go.
    if (!this.#isOpen || Buffer.byteLength(text) > onceBytes) this.#forget(id, text);
    for (const [oldest, its] of this.#kept) {
      const isTooMuch = this.#kept.size > onceReplies || this.#bytes > onceBytes;
      if (!isTooMuch && !this.total.isFull) return;
      this.#forget(oldest, its);
    }
  }

  /** It runs, but nobody will ever say how it ended; `false`: it does not run. */
  lose(id: number): boolean {
    if (!this.#running.delete(id)) return false;
    this.#forgotten = Math.max(this.#forgotten, id);
    return true;
  }

  /** What runs elsewhere under an id is done. */
  answered(id: number, text: string): boolean {
    const running = this.#running.get(id);
    running?.answered?.(text);
    return running?.answered !== undefined;
  }

  /** Its client goes on at another node: gives what that is to know, and sends on what runs here still when it is done. */
  moveTo(onward: (id: number, text: string) => void): Remembered {
    const [kept, running] = [[...this.#kept], [...this.#running]];
    const remembered = {
      ...{ forgotten: this.#forgotten, kept },
      running: running.map(([id, { at }]) => [id, at] as const),
    };
    for (const [id, text] of kept) this.#forget(id, text);
    this.#onward = onward;
    return remembered;
  }

  /** What another node has kept of it. */
  remember({ forgotten, kept }: Remembered): void {
    this.#forgotten = forgotten;
    for (const [id, text] of kept) this.keep(id, text);
  }

  /** Nobody can come back any more: no reply is kept, and what runs is for who is there still. */
  close(): void {
    this.#isOpen = false;
    for (const [id, text] of this.#kept) this.#forget(id, text);
    for (const running of [...this.#running.values()]) running.sessionOver();
  }

  #forget(id: number, text: string): void {
    if (!this.#kept.delete(id)) return;
    this.#forgotten = Math.max(this.#forgotten, id);
    this.#weigh(-Buffer.byteLength(text));
  }

  #weigh(bytes: number): void {
    this.#bytes += bytes;
    this.total.weigh(bytes);
  }
}

/** A request without its reply. */
export interface Running {
  /** Who waits for it, or has done so last. */
  readonly member: Client;
  /** Its client asks again, over this connection. */
  attach(member: Client): void;
  /** Its client will not come back: unless it is there still, nobody waits. */
  sessionOver(): void;
  /** On which node its handler runs; `undefined`: here. */
  readonly at?: Pid | undefined;
  /** That node has its reply. */
  answered?(text: string): void;
}

/** What a node knows of a session's once-requests, as it crosses: with what runs, where that is. */
export interface Remembered {
  readonly forgotten: number;
  readonly kept: readonly (readonly [id: number, text: string])[];
  readonly running: readonly (readonly [id: number, at: Pid | undefined])[];
}

/** A connection that waits for a reply. */
interface Client {
  readonly owner: { readonly timestamp: number };
  write(text: string): boolean;
}

/** The replies of all sessions. */
interface Total {
  /** Whether they are more than they may be. */
  readonly isFull: boolean;
  weigh(bytes: number): void;
}

function goneText(id: number, { owner }: Client): string {
  const error = wireError('outcome_unknown', 'Its reply is not kept any more');
  return errorText(id, error, {
    type: 'system',
    payload: error.message,
    timestamp: owner.timestamp,
  });
}
