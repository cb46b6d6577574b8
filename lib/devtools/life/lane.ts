import type { Observable, Subscription } from 'rxjs';
import { ProcessError, type TraceEvent } from '../../core/index.js';
import { labelOf, type Process } from '../../runtime/index.js';
import { toSpec } from '../../testing/index.js';
import type { Lane as LaneView } from '../wire/life.js';

/** One process that is recorded: its events, as long as they can become a spec, and whether they are all of its life. */
export class Lane {
  readonly #process: Process;
  readonly #behavior: string;
  readonly #events: TraceEvent[] = [];
  /** Why no spec can be made of it. */
  #gap: string | undefined;
  /** What it had handled when its trace was interrupted. */
  #handled = 0;
  tracing: Subscription | undefined;

  constructor(process: Process) {
    this.#process = process;
    this.#behavior = labelOf(process);
    if (process.mailbox.handled > 0 || process.mailbox.everRead)
      this.#gap = 'it was recorded too late';
  }

  get view(): LaneView {
    const { pid, ownNames } = this.#process;
    const behavior = this.#behavior;
    const isWhole = this.#gap === undefined;
    return { pid, label: ownNames[0] ?? behavior, behavior, isWhole };
  }

  take(event: TraceEvent): void {
    if (this.#events.length < MOST) this.#events.push(event);
    else this.#gap ??= `it has more than ${MOST} events`;
  }

  /** Not traced for a while, because there is too much of it. */
  rest(): void {
    this.tracing?.unsubscribe();
    this.tracing = undefined;
    this.#gap ??= 'a part of it was not recorded, because there was too much to draw';
    this.#handled = this.#process.mailbox.handled;
  }

  /** How many messages were handled meanwhile. */
  get missed(): number {
    return Math.max(0, this.#process.mailbox.handled - this.#handled);
  }

  get isAlive(): boolean {
    return this.#process.running;
  }

  /** What `toSpec` writes. Errors with `Invalid`: it is not whole, or cannot be replayed. */
  spec(grain: number): Observable<string> {
    if (this.#gap !== undefined) throw new ProcessError('Invalid', `no spec: ${this.#gap}`);
    const { pid } = this.#process;
    const name = IDENTIFIER.test(this.#behavior) ? this.#behavior : 'behavior';
    return toSpec(this.#events, { from: './behaviors.js', name, pid, grain });
  }
}

/** Trace events that are kept of one process. */
const MOST = 5_000;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
