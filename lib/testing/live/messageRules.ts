import type { Unsubscribable } from 'rxjs';
import {
  checkTopic,
  type Duration,
  durationOption,
  type Message,
  type Pid,
  ProcessError,
} from '../../core/index.js';
import type { DrillHook, Kernel, Process } from '../../runtime/index.js';

/** The rules of one drill, on the way of every message to a mailbox. */
export class MessageRules implements DrillHook<Process> {
  readonly #kernel: Kernel;
  readonly #random: () => number;
  readonly #rules = new Set<Rule>();
  /** What hands a delayed message over, with its timer; in the order of sending. */
  readonly #delayed = new Map<() => void, Unsubscribable>();
  /** Whether what comes to a mailbox now comes from the drill itself. */
  #passing = false;

  constructor(kernel: Kernel, random: () => number) {
    this.#kernel = kernel;
    this.#random = random;
  }

  on(when: DrillRule, effect: DrillEffect): () => void {
    check(when);
    const kernel = this.#kernel;
    const rule: Rule = { when, effect: this.#effectOf(effect) };
    if (kernel.drillHook !== undefined && kernel.drillHook !== this) {
      throw new ProcessError('AlreadyExists', 'another drill of this system is on: stop it first');
    }
    kernel.drillHook = this;
    this.#rules.add(rule);
    return () => {
      this.#rules.delete(rule);
      if (this.#rules.size === 0 && kernel.drillHook === this) kernel.drillHook = undefined;
    };
  }

  /** The first rule decides that fits, and whose chance comes up. */
  takes(process: Process, message: Message, size: number): boolean {
    if (this.#passing) return false;
    for (const { when, effect } of this.#rules) {
      if (this.#fits(when, process, message)) return effect(process, message, size);
    }
    return false;
  }

  /** Puts a message into a mailbox past all rules. */
  pass(process: Process, message: Message, size = 0): boolean {
    this.#passing = true;
    try {
      return process.accept(message, size);
    } finally {
      this.#passing = false;
    }
  }

  /** Undoes every rule; what is delayed is handed over now. */
  stop(): void {
    this.#rules.clear();
    if (this.#kernel.drillHook === this) this.#kernel.drillHook = undefined;
    for (const [handOver, timer] of this.#delayed) {
      timer.unsubscribe();
      handOver();
    }
  }

  #effectOf(effect: DrillEffect): Rule['effect'] {
    const { events } = this.#kernel;
    if (effect === 'drop') {
      return ({ pid }) => {
        events.drop(pid, 'drill');
        return true;
      };
    }
    if (effect === 'duplicate') {
      return (process, message, size) => {
        this.pass(process, message, size);
        return false;
      };
    }
    const millis = durationOption('delay', effect?.delay);
    return (process, message, size) => {
      this.#delay(millis, () => this.pass(process, message, size));
      return true;
    };
  }

  #delay(millis: number, run: () => void): void {
    const deliver = this.#kernel.queue.bindContext(run);
    const handOver = (): void => {
      this.#delayed.delete(handOver);
      deliver();
    };
    this.#delayed.set(handOver, this.#kernel.after(millis, handOver));
  }

  #fits({ topic, to, from, probability = 1 }: DrillRule, process: Process, message: Message) {
    const { exempt } = this.#kernel.bound;
    const isWanted = topic === undefined ? !exempt.has(message.topic) : topic === message.topic;
    return (
      isWanted &&
      (to === undefined || this.#isMeant(to, process.pid)) &&
      (from === undefined || this.#isMeant(from, message.from)) &&
      (probability === 1 || this.#random() < probability)
    );
  }

  #isMeant(who: Pid | string, pid: Pid | undefined): boolean {
    return pid !== undefined && (who === pid || this.#kernel.names.find(who)?.pid === pid);
  }
}

/** Which messages a rule is for: those that fit everything it names. */
export interface DrillRule {
  /**
   * Default every topic but those that nothing else may lose (M11), a relay's `ws.join`, `ws.leave`,
   * `ws.close` and `ws.control`: these only by name.
   */
  readonly topic?: string;
  /** The receiver: a PID, or a name, which is looked up for each message. */
  readonly to?: Pid | string;
  /** The sender, likewise; default anybody, the outside included. */
  readonly from?: Pid | string;
  /** How many of them, from 0 to 1; default 1, all. */
  readonly probability?: number;
}

/** What happens to a message. */
export type DrillEffect = 'drop' | 'duplicate' | { readonly delay: Duration };

interface Rule {
  readonly when: DrillRule;
  /** What becomes of the message; `true` when it is not to go on by itself. */
  readonly effect: (process: Process, message: Message, size: number) => boolean;
}

function check({ topic, probability = 1 }: DrillRule): void {
  if (topic !== undefined) checkTopic(topic);
  if (probability >= 0 && probability <= 1) return;
  throw new ProcessError('Invalid', `probability: ${probability} is not between 0 and 1`);
}
