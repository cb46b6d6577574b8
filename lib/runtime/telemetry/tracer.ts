import type {
  Behavior,
  Command,
  ExitReason,
  Message,
  Pid,
  SelfRequest,
  TraceEvent,
  TraceSignal,
} from '../../core/index.js';
import { each, type Few, withOne, without } from '../collections/few.js';
import type { RunQueue } from '../queue/runQueue.js';

/** Records what comes to a process and leaves it, for all who trace it; without any there is no tracer. */
export class Tracer {
  readonly #process: Traced;
  #watches: Few<TraceWatch>;
  #turn: number | undefined;
  #at = 0;

  constructor(process: Traced) {
    this.#process = process;
  }

  add(watch: TraceWatch): void {
    this.#watches = withOne(this.#watches, watch);
  }

  /** Removes a watch, and with the last one the tracer. */
  remove(watch: TraceWatch): void {
    this.#watches = without(this.#watches, watch);
    if (this.#watches === undefined) this.#process.tracer = undefined;
  }

  spawned(): void {
    const { parent } = this.#process;
    this.#record({ type: 'spawned', behavior: labelOf(this.#process), parent });
  }

  started(): void {
    this.#record({ type: 'started', args: this.#process.args });
  }

  arrived(message: Message): void {
    this.#record({ type: 'arrived', message });
  }

  received(message: Message): void {
    this.#record({ type: 'received', message });
  }

  signal(signal: TraceSignal): void {
    this.#record({ type: 'signal', signal });
  }

  emitted(command: Command): void {
    this.#record({ type: 'emitted', command });
  }

  sent(command: Command, taken: boolean): void {
    this.#record({ type: 'sent', command, taken });
  }

  called(to: string, topic: string, payload: unknown): void {
    this.#record({ type: 'called', to, topic, payload });
  }

  answered(by: string, topic: string, payload: unknown): void {
    this.#record({ type: 'answered', by, topic, payload });
  }

  asked(what: SelfRequest, target: string): void {
    this.#record({ type: 'asked', what, target });
  }

  exited(reason: ExitReason): void {
    this.#record({ type: 'exited', reason });
    each(this.#watches, (watch) => watch.leave(this.#process));
    this.#process.tracer = undefined;
  }

  #record(what: WithoutHead<TraceEvent>): void {
    const event = { at: this.#now(), pid: this.#process.pid, ...what } as TraceEvent;
    each(this.#watches, (watch) => watch.next(event));
  }

  /** All events of one turn have the same time, even if the clock goes on during the turn. */
  #now(): number {
    const { queue, kernel } = this.#process;
    const { turn } = queue;
    if (turn === undefined || turn !== this.#turn) this.#at = kernel.now();
    this.#turn = turn;
    return this.#at;
  }
}

/** A process as its tracer sees it. */
export interface Traced {
  readonly pid: Pid;
  readonly parent: Pid | undefined;
  readonly id: string | undefined;
  readonly behavior: Behavior;
  readonly args: readonly unknown[];
  readonly running: boolean;
  readonly ownNames: readonly string[];
  readonly queue: RunQueue;
  readonly kernel: { now(): number };
  /** `undefined` unless the process is traced. */
  tracer: Tracer | undefined;
}

/** What a process runs: the id given at its spawn or last upgrade, or else the function's name. */
export const labelOf = ({ id, behavior }: Pick<Traced, 'id' | 'behavior'>): string =>
  id ?? (behavior.name || 'anonymous');

/** One subscription of `system.trace`. */
export interface TraceWatch {
  next(event: TraceEvent): void;
  /** The process has ended, so that no more events of it come. */
  leave(process: Traced): void;
}

type WithoutHead<T> = T extends unknown ? Omit<T, 'at' | 'pid'> : never;
