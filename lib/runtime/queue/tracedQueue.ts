import type { Message, Pid } from '../../core/index.js';
import { type Context, ContextQueue } from './contextQueue.js';
import type { Keeper, Receiver, Seams } from './runQueue.js';

/**
 * A context queue whose context also follows each message, from its arrival at a process until a reader has taken
 * it: for traces (I15).
 */
export class TracedQueue extends ContextQueue {
  readonly #tracing: Tracing;
  /** The arrival whose turn runs. */
  #current: Following | undefined;
  /** By message: the arrivals at processes whose readers have not taken it in the turn of the arrival. */
  readonly #waiting = new WeakMap<object, Following[]>();

  constructor(seams: Seams, tracing: Tracing) {
    super(seams, tracing);
    this.#tracing = tracing;
  }

  protected override inContext(receiver: Receiver, item: unknown): Receiver {
    if (!isProcess(receiver) || !isMessage(item)) return super.inContext(receiver, item);
    const store = this.#tracing.storeOf(item);
    return {
      receive: () => this.#arrive(receiver, item, store),
      crash: (error) => this.#tracing.run(store, () => receiver.crash(error)),
    };
  }

  #arrive(receiver: Process, message: Message, store: unknown): void {
    const arrival = this.#tracing.arrive(message, receiver.pid, store);
    const following = { message, to: receiver.pid, arrival, waits: false };
    this.#current = following;
    try {
      this.#tracing.run(arrival.store, () => receiver.receive(message));
    } finally {
      this.#current = undefined;
      if (!following.waits) arrival.end();
    }
  }

  override keepContext(entry: object): void {
    super.keepContext(entry);
    const following = this.#current;
    if (following?.message !== entry) return;
    following.waits = true;
    this.#waiting.set(entry, [...(this.#waiting.get(entry) ?? []), following]);
  }

  override resume<T extends object>(keeper: Keeper<T>, entry: T): void {
    // A message to a group is one object for all members.
    const waiting = this.#waiting.get(entry);
    const following = waiting?.find(({ to }) => to === keeper.ownerPid);
    if (following === undefined) return super.resume(keeper, entry);
    waiting?.splice(waiting.indexOf(following), 1);
    try {
      this.#tracing.run(following.arrival.store, () => keeper.handOver(entry));
    } finally {
      following.arrival.end();
    }
  }
}

/** A context that also follows messages, as OpenTelemetry does it by spans. */
export interface Tracing<T = unknown> extends Context<T> {
  /** The store with which a message travels, asked as it is sent; it is the one in force, or another. */
  storeOf(message: Message): T | undefined;
  /** A message arrives at a process, with the store that it has travelled with. */
  arrive(message: Message, to: Pid, store: T | undefined): Arrival<T>;
}

/** One message at one process. */
export interface Arrival<T = unknown> {
  /** In force while readers handle the message. */
  readonly store: T;
  /** A reader has taken it, and what it does at once is done. Never called if nobody takes it. */
  end(): void;
}

interface Following {
  readonly message: Message;
  readonly to: Pid;
  readonly arrival: Arrival;
  waits: boolean;
}

interface Process extends Receiver {
  readonly pid: Pid;
  crash(error: unknown): void;
}

const isProcess = (receiver: Receiver): receiver is Process => 'pid' in receiver;

/** And no signal. */
const isMessage = (item: unknown): item is Message =>
  typeof item === 'object' && item !== null && 'topic' in item;
