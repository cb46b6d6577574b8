import {
  defer,
  EMPTY,
  finalize,
  interval,
  mergeMap,
  type Observable,
  of,
  Subscription,
  startWith,
  takeWhile,
} from 'rxjs';
import { ProcessError, type TraceEvent } from '../../core/index.js';
import { type Kernel, kernelOf, type Process, type System } from '../../runtime/index.js';
import type { Effort } from '../views/effort.js';
import type { Lane as LaneView, Life, Mark } from '../wire/life.js';
import { Causes } from './causes.js';
import { Lane } from './lane.js';
import { Marker } from './marker.js';

/**
 * The life of a process, and with `follow` of those that it sends to, and of those that these send to (DV11, DV12). What
 * comes in a tenth of a second is told together, 50 marbles at most, and fewer where they take long: then nothing is traced
 * until the tenth is over, so that whoever is watched does not pay for what nobody could read.
 */
export class Recorder {
  readonly #system: System;
  readonly #kernel: Kernel;
  readonly #follow: boolean;
  readonly #payloads: boolean;
  readonly #effort: Effort;
  readonly #marker: Marker;
  readonly #causes = new Causes();
  readonly #lanes = new Map<string, Lane>();
  #newLanes: Lane[] = [];
  #marks: Mark[] = [];
  #count = 0;
  #isResting = false;

  constructor(system: System, options: RecorderOptions) {
    this.#system = system;
    this.#kernel = system[kernelOf];
    this.#follow = options.follow;
    this.#payloads = options.payloads;
    this.#effort = options.effort;
    this.#marker = new Marker(options.payloads);
  }

  /** Records from the subscription on; completes when all of them have ended. */
  watch(process: Process): Observable<Life> {
    return defer(() => {
      this.#open(process);
      return interval(PERIOD, this.#kernel.scheduler).pipe(
        startWith(0),
        takeWhile(() => this.#isAlive, true),
        mergeMap(() => this.#flush()),
        finalize(() => this.#end()),
      );
    });
  }

  /** A spec of one of them. @throws ProcessError `Invalid`, with the reason. */
  spec(pid: string, grain: number): Observable<string> {
    if (!this.#payloads) {
      throw new ProcessError(
        'Invalid',
        'no spec: payloads are hidden, devtools(system, { payloads: true })',
      );
    }
    const lane = this.#lanes.get(pid);
    if (lane === undefined) throw new ProcessError('NotFound', `${pid} is not recorded`);
    return lane.spec(grain);
  }

  get #isAlive(): boolean {
    return [...this.#lanes.values()].some(({ isAlive }) => isAlive);
  }

  #open(process: Process | undefined): void {
    if (process === undefined || this.#lanes.size >= MOST_LANES) return;
    const { pid } = process;
    if (this.#lanes.has(pid) || !process.running) return;
    const lane = new Lane(process);
    this.#lanes.set(pid, lane);
    this.#newLanes.push(lane);
    if (!this.#isResting) this.#trace(pid, lane);
  }

  #trace(pid: string, lane: Lane): void {
    lane.tracing = this.#system.trace(pid).subscribe((event) => {
      this.#effort.count(() => this.#take(event, lane));
      if (this.#marks.length >= MOST_MARKS || this.#effort.isSpent) this.#rest();
    });
  }

  #take(event: TraceEvent, lane: Lane): void {
    lane.take(event);
    if (event.type === 'arrived') return this.#causes.arrived(event.message);
    const drawn = this.#marker.markOf(event);
    if (drawn === undefined) return;
    const n = this.#next;
    const cause = this.#causes.of(event, n, this.#kernel.queue.turn);
    this.#causes.sent(event, n);
    this.#marks.push({ n, ...drawn, ...(cause !== undefined && { cause }) });
    if (this.#follow && drawn.to !== undefined) this.#open(this.#kernel.resolve(drawn.to));
  }

  /** The number of the next marble. */
  get #next(): number {
    return this.#count + this.#marks.length + 1;
  }

  #rest(): void {
    this.#isResting = true;
    for (const lane of this.#lanes.values()) if (lane.isAlive) lane.rest();
  }

  /** What has come since the last time, if something has. */
  #flush(): Observable<Life> {
    const isOver = !this.#effort.isSpent || !this.#isAlive;
    const skipped = this.#isResting && isOver ? this.#wake() : 0;
    const lanes = this.#newLanes.map(({ view }) => view);
    const marks = this.#marks;
    if (lanes.length === 0 && marks.length === 0 && skipped === 0) return EMPTY;
    this.#newLanes = [];
    this.#marks = [];
    this.#count += marks.length;
    return of(lifeOf(this.#kernel.now(), marks, lanes, skipped));
  }

  /** Traces again, and gives how much was missed. */
  #wake(): number {
    this.#isResting = false;
    let missed = 0;
    for (const [pid, lane] of this.#lanes) {
      if (lane.tracing !== undefined) continue;
      missed += lane.missed;
      if (lane.isAlive) this.#trace(pid, lane);
      else this.#ended(pid, lane);
    }
    return missed;
  }

  /** Its end was not traced either. */
  #ended(pid: string, lane: Lane): void {
    lane.tracing = Subscription.EMPTY;
    const at = this.#kernel.now();
    this.#marks.push({ n: this.#next, at, pid, row: 'end', name: 'ended', letter: '|' });
  }

  #end(): void {
    for (const { tracing } of this.#lanes.values()) tracing?.unsubscribe();
  }
}

/** How it is recorded. */
export interface RecorderOptions {
  readonly follow: boolean;
  readonly payloads: boolean;
  readonly effort: Effort;
}

/** Milliseconds. */
const PERIOD = 100;
const MOST_MARKS = 50;
const MOST_LANES = 16;

const lifeOf = (
  now: number,
  marks: readonly Mark[],
  lanes: readonly LaneView[],
  skipped: number,
): Life => ({
  ...{ now, marks },
  ...(lanes.length > 0 && { lanes }),
  ...(skipped > 0 && { skipped }),
});
