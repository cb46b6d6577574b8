import type { Pid } from '../../core/index.js';
import { Backlog, type Kernel, type Waiter } from '../../runtime/index.js';

/**
 * Which mailboxes of another node should get nothing more for a while, and who waits for them: one is full to its mark,
 * as its node has said, or the link is half full, which is so for all (D55).
 */
export class Pressure {
  readonly #queue: Kernel['queue'];
  #isAll = false;
  readonly #pressed = new Set<Pid>();
  /** Those who wait, by the process for which they do. Invariant: none is idle. */
  readonly #waiting = new Map<Pid, Waiting>();

  constructor(queue: Kernel['queue']) {
    this.#queue = queue;
  }

  /** How many mailboxes are pressed or waited for. */
  get size(): number {
    return this.#pressed.size + this.#waiting.size;
  }

  isPressed(pid: Pid): boolean {
    return this.#isAll || this.#pressed.has(pid);
  }

  /** Whether a sender that can wait has to, because others do so already or there is no room. */
  isBusy(pid: Pid): boolean {
    return this.isPressed(pid) || this.#waiting.get(pid)?.refuses() === true;
  }

  /** Lets a sender proceed in its turn; call the result if it need not wait any more. */
  wait(pid: Pid, waiter: Waiter): () => void {
    let waiting = this.#waiting.get(pid);
    if (waiting === undefined) {
      const pressure = this;
      const mailbox = {
        get aboveHighMark(): boolean {
          return pressure.isPressed(pid);
        },
      };
      waiting = new Waiting(this.#queue, mailbox, () => this.#waiting.delete(pid));
      this.#waiting.set(pid, waiting);
    }
    return waiting.add(waiter);
  }

  press(pid: Pid, isPressed: boolean): void {
    if (isPressed) this.#pressed.add(pid);
    else if (this.#pressed.delete(pid)) this.#waiting.get(pid)?.wake();
  }

  pressAll(isPressed: boolean): void {
    this.#isAll = isPressed;
    if (!isPressed) for (const waiting of this.#waiting.values()) waiting.wake();
  }

  /** The session has ended: there is nothing to wait for. */
  end(): void {
    this.#isAll = false;
    this.#pressed.clear();
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const waiting of all) waiting.close();
  }
}

/** Those who wait for one process, as long as there are some. */
class Waiting extends Backlog {
  readonly #forget: () => void;

  constructor(queue: Kernel['queue'], mailbox: Backlog['mailbox'], forget: () => void) {
    super(queue, mailbox);
    this.#forget = forget;
  }

  override add(waiter: Waiter): () => void {
    const stop = super.add(waiter);
    return () => {
      stop();
      this.#look();
    };
  }

  override receive(): void {
    super.receive();
    this.#look();
  }

  #look(): void {
    if (this.isIdle) this.#forget();
  }
}
