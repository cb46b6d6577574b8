import { kernelOf, type System } from '../runtime/index.js';
import { type Deadlines, tickOf } from './deadlines.js';
import { type IntakeOptions, readIntake } from './intakeOptions.js';
import { Rates, type Slice } from './rates.js';
import { Turns } from './turns.js';

export type { IntakeOptions };

/** What the connections of one relay share of how their clients are read: limits and a clock. */
export class Intake {
  readonly deadlines: Deadlines;
  /** How often the deadlines are looked at, in milliseconds. */
  readonly tick: number;
  /** Whether a client over its rate is closed, and not only left unread for a while (Q7). */
  readonly closes: boolean;
  /** What a connection does in one turn of Node's loop (Q6), and at most a small share of each rate. */
  readonly slice: Slice;
  /** Runs a function later, on the system's clock; returns what takes that back. */
  readonly after: (millis: number, run: () => void) => () => void;
  readonly rates: () => Rates;
  readonly turns = new Turns();

  /**
   * @throws ProcessError `Invalid` naming the option.
   * @internal
   */
  constructor(system: Pick<System, typeof kernelOf>, options: IntakeOptions) {
    const settings = readIntake(options);
    const kernel = system[kernelOf];
    this.deadlines = settings.deadlines;
    this.tick = tickOf(this.deadlines);
    this.closes = settings.overRate === 'close';
    const slice = {
      frames: Math.min(SLICE.frames, Math.ceil(settings.messagesPerSecond / SHARE)),
      bytes: Math.min(SLICE.bytes, Math.ceil(settings.bytesPerSecond / SHARE)),
    };
    this.slice = slice;
    this.rates = () => new Rates(settings, slice, () => kernel.uptime());
    this.after = (millis, run) => {
      const timer = kernel.after(millis, run);
      return () => timer.unsubscribe();
    };
  }
}

/** A connection may begin two slices in one turn of Node's loop, and one in a turn if it has more than that (Q6). */
const SLICE = { frames: 128, bytes: 65_536 } as const;

/** A slice is at most a twentieth of a second's worth, so that a low rate does not go in jerks. */
const SHARE = 20;
