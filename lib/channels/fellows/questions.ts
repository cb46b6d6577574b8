import type { Unsubscribable } from 'rxjs';
import type { Pid } from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import type { FellowProcess } from './fellowProcess.js';
import { type Claim, frames, type HandedOver } from './frames.js';

/** What fellows are asked for, sessions that is: each question ends, with `unknown` where there is no answer in 2 s. */
export class Questions {
  readonly #broker: Broker;
  readonly #own: FellowProcess;
  readonly #asked = new Map<number, Asked>();
  #refs = 0;

  constructor(broker: Broker, own: FellowProcess) {
    this.#broker = broker;
    this.#own = own;
  }

  get size(): number {
    return this.#asked.size;
  }

  /** @param isForwarded whether whom it is asked of is the one that has it, and not to ask others */
  ask(to: Pid, claim: Claim, isForwarded: boolean, done: Asked['done']): void {
    const ref = ++this.#refs;
    const clock = this.#broker.after(TIMEOUT, () => this.take(ref, 'unknown'));
    this.#asked.set(ref, { to, secret: claim[0], done, clock, kept: [] });
    this.#own.tell(to, frames.resume, [ref, claim, isForwarded]);
  }

  /** An answer has come; `false`: nobody waits for it, any more or of this fellow. */
  take(ref: number, answer: HandedOver, from?: Pid): boolean {
    const asked = this.#asked.get(ref);
    if (asked === undefined || (from ?? asked.to) !== asked.to) return false;
    this.#asked.delete(ref);
    asked.clock.unsubscribe();
    asked.done(answer, asked.kept);
    return true;
  }

  /** A reply for a session that is on its way here: it may be faster than that. */
  keep(secret: string, id: number, text: string): void {
    for (const asked of this.#asked.values()) {
      if (asked.secret === secret) asked.kept.push([id, text]);
    }
  }

  /** A fellow is lost, and answers nothing. */
  lose(fellow: Pid): void {
    for (const [ref, { to }] of [...this.#asked]) if (to === fellow) this.take(ref, 'unknown');
  }

  end(): void {
    for (const { clock } of this.#asked.values()) clock.unsubscribe();
    this.#asked.clear();
  }
}

interface Asked {
  readonly to: Pid;
  readonly secret: string;
  readonly done: (answer: HandedOver, kept: readonly Kept[]) => void;
  readonly clock: Unsubscribable;
  readonly kept: Kept[];
}

/** A reply by its id. */
export type Kept = readonly [id: number, text: string];

/** Milliseconds. */
const TIMEOUT = 2_000;
