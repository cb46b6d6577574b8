import { interval, type Unsubscribable } from 'rxjs';
import {
  checkTopic,
  type Duration,
  durationOption,
  knownOptions,
  type Pid,
  ProcessError,
} from '../../core/index.js';
import { type Kernel, kernelOf, type ProcessInfo, type System } from '../../runtime/index.js';
import { jump } from './jump.js';
import { type DrillEffect, type DrillRule, MessageRules } from './messageRules.js';
import { random } from './random.js';

/** Causes failures in one system, on demand; made by `drills`. */
export interface Drills {
  /**
   * Applies an effect to messages from now on; the result undoes it. Of several rules, the first that
   * fits a message decides. `send` still returns `true`, because a network that loses data says nothing.
   *
   * `'drop'` is an event with the reason `'drill'`. `'duplicate'` delivers twice, one behind the other.
   * Only a delay, in milliseconds or as text, may break the order of a pair (M3): messages with
   * the same delay stay in order. Rules do not affect replies to calls, signals and exits.
   *
   * @throws ProcessError `Invalid` for a bad topic, probability or delay; `AlreadyExists` while another
   * drill of the system has rules on.
   * @example const undo = drill.on({ to: 'ledger', probability: 0.5 }, { delay: '2s' });
   */
  on(rule: DrillRule, effect: DrillEffect): () => void;
  /** Terminates one process by chance (C3), in a later turn, and returns its PID; `undefined` when there is none. */
  killOne(options?: KillOptions): Pid | undefined;
  /** Repeats `killOne` on the system's clock, every second by default; the result ends it. */
  kill(options?: KillOptions & { readonly every?: Duration | undefined }): () => void;
  /**
   * Makes the clock jump, as after a laptop's sleep: first the time changes, then everything that was
   * due runs late, in its order, and an interval fires once. With `advance` each runs on time.
   *
   * @throws ProcessError `Invalid`: no duration, a system that is not on virtual time, or in marbles.
   */
  jump(duration: Duration): void;
  /**
   * Fills a mailbox up to its bound (M11), past all rules, so that a test sees what it does
   * when full. Returns the number of messages that it took. They carry `topic`, default `drill.fill`, and
   * `undefined`.
   *
   * @throws ProcessError `NotFound` for nobody, `Invalid` for a bad topic or mailboxes without bound.
   */
  fill(to: Pid | string, topic?: string): number;
  /** Undoes every rule and kill, and delivers delayed messages now. `system.shutdown` does so, too. */
  stop(): void;
}

/** Options of `drills`. */
export interface DrillOptions {
  /** The seed of the random numbers, a whole number; default 1, so that every run is the same. */
  readonly seed?: number | undefined;
}

/** Options of `killOne`. */
export interface KillOptions {
  /** Which processes may be terminated; default all. */
  readonly among?: ((info: ProcessInfo) => boolean) | undefined;
}

/**
 * Puts a system through failures, in a test: processes killed by chance, messages lost, doubled and
 * late, a clock that jumps, mailboxes that are full. On a `testSystem` a run depends on nothing but the
 * seed; any other system will do. While no rule is on, messages take their usual way.
 *
 * @throws ProcessError `Invalid` for a seed that is no whole number.
 * @example
 * const system = testSystem();
 * const drill = drills(system, { seed: 7 });
 * drill.on({ topic: 'price', probability: 0.1 }, 'drop');
 * drill.kill({ among: ({ names }) => names.includes('worker'), every: '5s' });
 * system.advance('10m');
 */
export function drills(system: System, options: DrillOptions = {}): Drills {
  knownOptions('drills', options, { seed: true });
  const { seed = 1 } = options;
  if (Number.isInteger(seed)) return new Drill(system, random(seed));
  throw new ProcessError('Invalid', `seed: ${seed} is no whole number`);
}

class Drill implements Drills {
  readonly #system: System;
  readonly #kernel: Kernel;
  readonly #random: () => number;
  readonly #rules: MessageRules;
  readonly #kills = new Set<Unsubscribable>();
  /** The system's shutdown calls this while a rule or a kill is on. */
  readonly #close = async (): Promise<void> => this.stop();

  constructor(system: System, random: () => number) {
    this.#system = system;
    this.#kernel = system[kernelOf];
    this.#random = random;
    this.#rules = new MessageRules(this.#kernel, random);
  }

  on(rule: DrillRule, effect: DrillEffect): () => void {
    const undo = this.#rules.on(rule, effect);
    this.#kernel.dependents.add(this.#close);
    return undo;
  }

  killOne(options: KillOptions = {}): Pid | undefined {
    knownOptions('killOne', options, { among: true });
    const { among = () => true } = options;
    const targets = this.#system.processes().filter(among);
    const target = targets[Math.floor(this.#random() * targets.length)];
    if (target !== undefined) this.#system.terminate(target.pid);
    return target?.pid;
  }

  kill(options: KillOptions & { readonly every?: Duration | undefined } = {}): () => void {
    knownOptions('kill', options, { among: true, every: true });
    const { every = '1s', ...among } = options;
    const millis = durationOption('every', every);
    if (millis === 0)
      throw new ProcessError('Invalid', 'every: a time between kills is more than 0');
    const { scheduler } = this.#kernel;
    const kills = interval(millis, scheduler).subscribe(() => this.killOne(among));
    this.#kills.add(kills);
    this.#kernel.dependents.add(this.#close);
    return () => {
      kills.unsubscribe();
      this.#kills.delete(kills);
    };
  }

  jump(duration: Duration): void {
    jump(this.#kernel.scheduler, durationOption('duration', duration));
  }

  fill(to: Pid | string, topic = 'drill.fill'): number {
    checkTopic(topic);
    const process = this.#kernel.find(to);
    const { capacity } = this.#kernel.bound;
    if (process === undefined) throw new ProcessError('NotFound', `cannot fill ${to}: no process`);
    if (capacity === Number.POSITIVE_INFINITY) {
      throw new ProcessError('Invalid', 'fill: mailboxes without bound are never full');
    }
    let taken = 0;
    for (let left = capacity - process.mailbox.depth; left > 0; left--) {
      if (this.#rules.pass(process, { topic, payload: undefined, from: undefined })) taken++;
    }
    return taken;
  }

  stop(): void {
    this.#kernel.dependents.delete(this.#close);
    this.#rules.stop();
    for (const kills of this.#kills) kills.unsubscribe();
    this.#kills.clear();
  }
}
