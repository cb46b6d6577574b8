import { type Message, type Pid, ProcessError } from '../../core/index.js';
import { LIFECYCLE_TOPICS } from '../../protocol/index.js';
import type { Foreign, Kernel, Link, Monitor, Peer, Signal, Waiter } from '../../runtime/index.js';
import type { Entry } from '../wire/entry.js';
import type { Asked } from './asked.js';
import type { Pressure } from './pressure.js';

/**
 * A process of another node as this node deals with it: what it is given here becomes entries of the link. It knows
 * nothing of the process but its PID, and is as good as dead once the session with its node has ended.
 */
export class ForeignProcess implements Foreign {
  readonly pid: Pid;
  readonly #relations: ForeignWorld;
  /** This node's processes with whom it wants to be linked, as far as is known here (K1). */
  readonly links = new Map<Peer, Link>();
  readonly trapLinks = true;

  constructor(relations: ForeignWorld, pid: Pid) {
    this.#relations = relations;
    this.pid = pid;
  }

  get queue() {
    return this.#relations.kernel.queue;
  }

  get running(): boolean {
    return this.#relations.phase === 'up';
  }

  get ended(): boolean {
    return this.#relations.phase === 'ended';
  }

  /** Its mailbox, as far as its node has said how full that is (D55). */
  get mailbox(): this {
    return this;
  }

  get isOpen(): boolean {
    return this.running;
  }

  get isBusy(): boolean {
    return this.#relations.pressure.isBusy(this.pid);
  }

  get aboveHighMark(): boolean {
    return this.#relations.pressure.isPressed(this.pid);
  }

  waitForRoom(waiter: Waiter): () => void {
    return this.#relations.pressure.wait(this.pid, waiter);
  }

  accept(message: Message): boolean {
    const relations = this.#relations;
    const { topic, payload, from } = message;
    const { events, bound } = relations.kernel;
    if (relations.phase !== 'up') {
      events.deadLetter(this.pid, topic, from, 'no node');
      return this.#giveBack(message);
    }
    const isExempt = EXEMPT.has(topic) || bound.isExempt(topic);
    const entry = { kind: 'send', to: this.pid, topic, from, payload } as const;
    // It is looked at before anything is encoded, because who does not wait tries again and again.
    const isFull = !isExempt && relations.isFull;
    const problem = isFull ? 'full' : relations.send(entry, isExempt);
    if (problem === undefined) return true;
    if (problem !== 'full' && problem.code === 'Invalid')
      events.warning('unencodable', problem.message, from);
    else events.drop(this.pid, 'overflow');
    return this.#giveBack(message);
  }

  /** Whoever waits to hear what has become of it hears that (W9). */
  #giveBack(message: Message): false {
    this.#relations.kernel.giveBack(message, this.pid);
    return false;
  }

  ask({ topic, payload, from, ref }: Message): ProcessError | undefined {
    const relations = this.#relations;
    if (relations.phase !== 'up') {
      return new ProcessError('Unavailable', `the node of ${this.pid} is not up`);
    }
    const entry = { kind: 'call', to: this.pid, topic, from, ref: ref as number, payload } as const;
    const problem = relations.send(entry, false);
    if (problem !== undefined) relations.asked.forget(ref as number);
    return problem;
  }

  watchedBy(monitor: Monitor): void {
    this.#relations.asked.watch(this.pid, monitor);
  }

  unwatchedBy(monitor: Monitor): void {
    this.#relations.asked.unwatch(monitor);
  }

  /** Takes a signal, in its turn. */
  receive(signal: Signal): void {
    this.#relations.signal(this, signal);
  }
}

/** Also where this node has no relay, so that they are exempt in no mailbox (D16). */
const EXEMPT: ReadonlySet<string> = new Set(LIFECYCLE_TOPICS);

/** The relations to its node, as a foreign process needs them. */
export interface ForeignWorld {
  readonly kernel: Kernel;
  readonly phase: 'beginning' | 'up' | 'ended';
  readonly asked: Asked;
  readonly pressure: Pressure;
  readonly isFull: boolean;
  send(entry: Entry, exempt: boolean): ProcessError | undefined;
  signal(to: ForeignProcess, signal: Signal): void;
}
