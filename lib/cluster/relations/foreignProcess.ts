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
    return this.#take(message) === undefined;
  }

  offer(message: Message): ProcessError | undefined {
    const problem = this.#take(message);
    if (problem === 'down') return this.#notUp();
    return problem === 'full' ? this.#relations.full() : problem;
  }

  #take(message: Message): Problem | undefined {
    const problem = this.#passOn(message);
    if (problem === undefined) return undefined;
    const { topic, from } = message;
    const { kernel } = this.#relations;
    const { events } = kernel;
    if (problem === 'down') events.deadLetter(this.pid, topic, from, 'no node');
    else if (problem !== 'full' && problem.code === 'Invalid') {
      events.warning('unencodable', problem.message, from);
    } else events.drop(this.pid, 'overflow');
    // Whoever waits to hear what has become of it hears that (W9).
    kernel.giveBack(message, this.pid);
    return problem;
  }

  #passOn({ topic, payload, from }: Message): Problem | undefined {
    const relations = this.#relations;
    if (relations.phase !== 'up') return 'down';
    const isExempt = EXEMPT.has(topic) || relations.kernel.bound.isExempt(topic);
    // Before anything is encoded, because who does not wait tries again and again.
    if (!isExempt && relations.isFull) return 'full';
    return relations.send({ kind: 'send', to: this.pid, topic, from, payload }, isExempt);
  }

  #notUp(): ProcessError {
    return new ProcessError('Unavailable', `the node of ${this.pid} is not up`);
  }

  ask({ topic, payload, from, ref }: Message): ProcessError | undefined {
    const relations = this.#relations;
    if (relations.phase !== 'up') return this.#notUp();
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

/** Why the link has not taken a message; an error is made only for who asks for one, as its stack is dear. */
type Problem = ProcessError | 'down' | 'full';

/** Also where this node has no relay, so that they are exempt in no mailbox (D16). */
const EXEMPT: ReadonlySet<string> = new Set(LIFECYCLE_TOPICS);

/** The relations to its node, as a foreign process needs them. */
export interface ForeignWorld {
  readonly kernel: Kernel;
  readonly phase: 'beginning' | 'up' | 'ended';
  readonly asked: Asked;
  readonly pressure: Pressure;
  readonly isFull: boolean;
  full(): ProcessError;
  send(entry: Entry, exempt: boolean): ProcessError | undefined;
  signal(to: ForeignProcess, signal: Signal): void;
}
