import { leftovers } from './leftovers.js';
import type { Stage } from './stage.js';
import type { TestClient } from './testClient.js';

/**
 * The end of a test: when its diagrams are over all clients lose their connections, then time passes until nothing of
 * them is left, at most 22 hours.
 */
export class Ending {
  readonly #stage: Stage;
  readonly #clients: readonly TestClient[];

  constructor(stage: Stage, clients: readonly TestClient[]) {
    this.#stage = stage;
    this.#clients = clients;
  }

  /** @throws Error that names what is left; in a marble test the clock's own work throws it. */
  run(): void {
    const { isInMarbles, scheduler, until } = this.#stage;
    const rest = Math.max(0, until - scheduler.now());
    if (isInMarbles) {
      scheduler.schedule(() => {
        this.#leave();
        this.#wait(SHORTEST);
      }, rest);
      return;
    }
    this.#stage.advance(rest);
    this.#leave();
    let millis = SHORTEST;
    do {
      this.#stage.advance(millis);
      millis *= 2;
    } while (millis <= LONGEST && !this.#isOver());
    this.#check();
    this.#stage.flush();
    const timers = scheduler.actions.length;
    if (timers > 0) throw left([`${timers} × timer, beside those of processes`]);
  }

  #leave(): void {
    for (const client of this.#clients) client.end();
  }

  #isOver(): boolean {
    return leftovers(this.#stage).length === 0;
  }

  /** Looks again after a while, and after twice as long if that was not enough. */
  #wait(millis: number): void {
    this.#stage.scheduler.schedule(() => {
      if (millis < LONGEST && !this.#isOver()) this.#wait(2 * millis);
      else this.#check();
    }, millis);
  }

  /** Ends the processes as well, whose timers would go on for ever. */
  #check(): void {
    const { system } = this.#stage;
    const lines = leftovers(this.#stage);
    for (const { pid } of system.processes()) system.terminate(pid);
    if (lines.length > 0) throw left(lines);
  }
}

/** Milliseconds of the first wait, after which the manager's own sweeps have stopped, and of the last one. */
const SHORTEST = 10_000;
const LONGEST = 2 ** 12 * SHORTEST;

const left = (lines: readonly string[]): Error =>
  new Error(
    `t.end(): all clients have gone, and this is left:\n${lines.map((each) => `  ${each}`).join('\n')}`,
  );
