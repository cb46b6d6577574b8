import type { Checks } from './checks.js';

/** What the hooks have said, by connection and room: a membership is one that was let in, and for how long (PT15). */
export class Admissions {
  readonly #answers = new Map<string, Answer>();

  constructor(
    readonly checks: Checks,
    readonly now: () => number,
  ) {}

  /** @param millis how long it may stay; 0: not at all */
  answered(id: string, room: string, millis: number): void {
    this.#answers.set(`${id} ${room}`, { millis, at: this.now(), until: undefined });
  }

  /** It is a member. */
  entered(id: string, room: string): void {
    if (!room.startsWith('all')) return;
    const answer = this.#answers.get(`${id} ${room}`);
    const isLetIn = answer !== undefined && answer.millis > 0;
    this.checks.must(isLetIn, `PT15: ${id} is in ${room}, and was not let in`);
    if (answer === undefined) return;
    // Between the answer and the membership it may wait for the room's home, and its time begins then.
    answer.until ??= Math.min(this.now(), answer.at + JOIN_TIMEOUT) + answer.millis;
    const { until } = answer;
    this.checks.must(this.now() <= until, `PT15: ${id} is in ${room}, and its time is over`);
  }
}

interface Answer {
  readonly millis: number;
  readonly at: number;
  until: number | undefined;
}

/** Milliseconds that a join may take. */
const JOIN_TIMEOUT = 5_000;
