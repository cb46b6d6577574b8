import type { Unsubscribable } from 'rxjs';
import {
  checkTopic,
  type Duration,
  durationOption,
  knownOptions,
  type Message,
  type Pid,
  ProcessError,
} from '../../core/index.js';
import type { DrillHook, Kernel, Process } from '../../runtime/index.js';

/** The rules of one drill; the runtime asks them about every message before a mailbox takes it. */
export class MessageRules implements DrillHook<Process> {
  readonly #kernel: Kernel;
  readonly #random: () => number;
  readonly #rules = new Set<Rule>();
  /** For each delayed message the function that delivers it, and its timer; in the order of sending. */
  readonly #delayed = new Map<() => void, Unsubscribable>();
  /** Whether the drill itself is delivering now: then no rule applies. */
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

  /** Applies the first rule that fits; `true` when the message must not go on by itself. */
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

  /** Undoes every rule, and delivers what is delayed now. */
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
    const { bound } = this.#kernel;
    const isWanted = topic === undefined ? !bound.isExempt(message.topic) : topic === message.topic;
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

/** Which messages a rule applies to: those that fit every field given. */
export interface DrillRule {
  /**
   * Default every topic except those that a full mailbox may not lose (M11): a relay's `ws.join`,
   * `ws.leave`, `ws.close` and `ws.control`. A rule for these must name them.
   */
  readonly topic?: string | undefined;
  /** The receiver: a PID, or a name, which is looked up for each message. */
  readonly to?: Pid | string | undefined;
  /** The sender, likewise; default anybody, the outside included. */
  readonly from?: Pid | string | undefined;
  /** The probability that the rule applies to a message, from 0 to 1; default 1, always. */
  readonly probability?: number | undefined;
}

/** What happens to a message. */
export type DrillEffect = 'drop' | 'duplicate' | { readonly delay: Duration };

interface Rule {
  readonly when: DrillRule;
  /** Performs the effect; `true` when the message must not go on by itself. */
  readonly effect: (process: Process, message: Message, size: number) => boolean;
}

function check(rule: DrillRule): void {
  knownOptions('drill.on', rule, { topic: true, to: true, from: true, probability: true });
  const { topic, probability = 1 } = rule;
  if (topic !== undefined) checkTopic(topic);
  if (probability >= 0 && probability <= 1) return;
  throw new ProcessError('Invalid', `probability: ${probability} is not between 0 and 1`);
}
