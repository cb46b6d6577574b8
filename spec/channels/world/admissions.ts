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
    this.#answers.set(`${id} ${room}`, { millis, until: this.now() + millis });
  }

  /** It is a member. */
  entered(id: string, room: string): void {
    if (!room.startsWith('all')) return;
    const { millis = 0, until = 0 } = this.#answers.get(`${id} ${room}`) ?? {};
    this.checks.must(millis > 0, `PT15: ${id} is in ${room}, and was not let in`);
    this.checks.must(this.now() <= until, `PT15: ${id} is in ${room}, and its time is over`);
  }
}

interface Answer {
  readonly millis: number;
  readonly until: number;
}
