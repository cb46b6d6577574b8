import { VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { type Duration, durationOption, ProcessError, unbound } from '../../core/index.js';
import {
  assemble,
  inNoContext,
  kernelOf,
  type Seams,
  System,
  type SystemOptions,
} from '../../runtime/index.js';

/**
 * A system on virtual time: it is still while nobody moves its clock, and does everything that is due
 * inside the call that moves it. Fails, instead of hanging, after 100,000 turns without time passing.
 * Promises and async generators are never virtual: give them a `createSystem` and a `probe`.
 *
 * The room `live` runs whole systems under test: begin here; `probe` collects what a real system sends, and
 * `drills` makes either kind fail on purpose.
 *
 * @example
 * const system = testSystem();
 * const pid = system.spawn(heartbeat);
 * system.advance('30s');
 * @example
 * test((h) => { const system = testSystem({ scheduler: h.scheduler }); … })
 */
export function testSystem(options: TestSystemOptions = {}): TestSystem {
  return new TestSystem(options);
}

/** Options of `testSystem`: those of `createSystem`, with a virtual clock and no logger by default. */
export interface TestSystemOptions extends Omit<SystemOptions, 'scheduler'> {
  /** The `scheduler` of a marble test; default a clock of its own, moved by `advance` and `flush`. */
  readonly scheduler?: VirtualTimeScheduler | undefined;
}

/** How many turns a system may take while its clock stands still. */
const MAX_TURNS = 100_000;

/** A system whose clock stands still; made by `testSystem`. */
export class TestSystem extends System {
  readonly #clock: VirtualTimeScheduler;

  /** @internal */
  constructor(options: TestSystemOptions) {
    const { logger = false, scheduler = new VirtualTimeScheduler() } = options;
    const all = { ...options, logger, scheduler };
    const made = assemble(all, virtualSeams(scheduler), 'testSystem');
    super(made[kernelOf]);
    this.#clock = scheduler;
  }

  /**
   * Lets so much time pass, and does in order what becomes due meanwhile.
   *
   * @throws ProcessError `Invalid`: no duration, or in a marble test, where the diagram moves the clock.
   * @throws whatever nobody in the system catches.
   */
  advance(duration: Duration): void {
    if (!(this instanceof TestSystem)) throw unbound('system', 'advance');
    const clock = this.#clock;
    if (clock instanceof TestScheduler) {
      throw new ProcessError('Invalid', 'testSystem: inside marbles the diagram moves the clock');
    }
    clock.maxFrames = clock.now() + durationOption('duration', duration);
    clock.flush();
    clock.frame = clock.maxFrames;
  }

  /** Delivers whatever is due now; no time passes. */
  flush(): void {
    if (!(this instanceof TestSystem)) throw unbound('system', 'flush');
    this.advance(0);
  }
}

/**
 * Drains as actions of the clock itself, not of `asapScheduler`: a test that fails half-way would leave
 * its drain in that global queue, and every later test of the file would wait for it for ever.
 */
function virtualSeams(scheduler: VirtualTimeScheduler): Seams {
  const soon = (drain: () => void): void => void scheduler.schedule(() => inNoContext(drain));
  let instant = Number.NEGATIVE_INFINITY;
  let turnsBefore = 0;
  return {
    defer: soon,
    clock: () => 0,
    beforeBatch: (turns) => {
      const now = scheduler.now();
      if (now !== instant) {
        instant = now;
        turnsBefore = turns;
      }
      if (turns - turnsBefore < MAX_TURNS) return;
      const hint = 'a process sends to itself, or two answer each other, without end';
      const text = `testSystem: ${MAX_TURNS} turns at ${now} ms without time passing: ${hint}`;
      throw new ProcessError('LimitExceeded', text);
    },
  };
}
