import type { Observable } from 'rxjs';
import type { Checks } from './checks.js';

/** What was asked: each request ends once (PT4), and is performed once at most (PT5). */
export class Requests {
  readonly #performed = new Map<number, number>();
  readonly #outcomes = new Map<number, string[]>();

  constructor(readonly checks: Checks) {}

  ask(wait: number, send: (task: Task) => Observable<unknown>): void {
    const n = this.#outcomes.size + 1;
    const outcomes: string[] = [];
    this.#outcomes.set(n, outcomes);
    send({ n, wait }).subscribe({
      next: (answer) => {
        this.checks.must(answer === n, `PT4: request ${n} is answered ${answer}`);
        outcomes.push('answered');
      },
      error: ({ code }) => outcomes.push(code),
    });
  }

  performed({ n }: Task): void {
    const count = (this.#performed.get(n) ?? 0) + 1;
    this.#performed.set(n, count);
    this.checks.must(count === 1, `PT5: request ${n} was performed ${count} times`);
  }

  /** All have had time to end. */
  check(): void {
    for (const [n, outcomes] of this.#outcomes) {
      this.checks.must(outcomes.length === 1, `PT4: request ${n} has ended: ${outcomes}`);
      const isPerformed = outcomes[0] !== 'answered' || this.#performed.has(n);
      this.checks.must(isPerformed, `PT4: request ${n} was answered, not performed`);
    }
  }
}

/** What a request asks for: the answer after a while, in milliseconds; below 0 it crashes its process. */
export interface Task {
  readonly n: number;
  readonly wait: number;
}
