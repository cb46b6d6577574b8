import type {
  Command,
  ExitReason,
  Message,
  SelfRequest,
  TraceEvent,
  TraceSignal,
} from '../core/index.js';
import { each, type Few, withOne, without } from './few.js';
import { labelOf } from './info.js';
import type { Process } from './process.js';
import type { Signal } from './signals.js';

/** One subscription of `system.trace`. */
export interface TraceWatch {
  tell(event: TraceEvent): void;
  /** The process has ended: nothing more comes from it. */
  leave(process: Process): void;
}

type WithoutHead<T> = T extends unknown ? Omit<T, 'at' | 'pid'> : never;

/** Tells the watches of one traced process what comes and goes; a process without any has no tracer. */
export class Tracer {
  readonly #process: Process;
  #watches: Few<TraceWatch>;
  #turn: number | undefined;
  #at = 0;

  constructor(process: Process) {
    this.#process = process;
  }

  add(watch: TraceWatch): void {
    this.#watches = withOne(this.#watches, watch);
  }

  /** The last to leave takes the tracer along. */
  remove(watch: TraceWatch): void {
    this.#watches = without(this.#watches, watch);
    if (this.#watches === undefined) this.#process.tracer = undefined;
  }

  spawned(): void {
    const { parent } = this.#process;
    this.#tell({ type: 'spawned', behavior: labelOf(this.#process), parent });
  }

  started(): void {
    this.#tell({ type: 'started', args: this.#process.args });
  }

  arrived(message: Message): void {
    this.#tell({ type: 'arrived', message });
  }

  received(message: Message): void {
    this.#tell({ type: 'received', message });
  }

  /** A signal in its place in the order; those that only become an event are told as that event. */
  arriving(signal: Signal): void {
    switch (signal.signal) {
      case 'link':
      case 'unlink':
        return this.signal({ kind: signal.signal, from: signal.peer.pid });
      case 'linkExit':
        return this.signal({ kind: 'exit', from: signal.peer.pid, reason: signal.reason });
      case 'exit':
        return this.signal({ kind: 'exit', from: signal.from, reason: signal.reason });
      case 'kill':
      case 'stop':
      case 'overflow':
        return this.signal({ kind: signal.signal });
    }
  }

  signal(signal: TraceSignal): void {
    this.#tell({ type: 'signal', signal });
  }

  emitted(command: Command): void {
    this.#tell({ type: 'emitted', command });
  }

  sent(command: Command, taken: boolean): void {
    this.#tell({ type: 'sent', command, taken });
  }

  called(to: string, topic: string, payload: unknown): void {
    this.#tell({ type: 'called', to, topic, payload });
  }

  answered(by: string, topic: string, payload: unknown): void {
    this.#tell({ type: 'answered', by, topic, payload });
  }

  asked(what: SelfRequest, target: string): void {
    this.#tell({ type: 'asked', what, target });
  }

  exited(reason: ExitReason): void {
    this.#tell({ type: 'exited', reason });
    each(this.#watches, (watch) => watch.leave(this.#process));
    this.#process.tracer = undefined;
  }

  #tell(what: WithoutHead<TraceEvent>): void {
    const event = { at: this.#now(), pid: this.#process.pid, ...what } as TraceEvent;
    each(this.#watches, (watch) => watch.tell(event));
  }

  /** What a turn causes happens at one instant, also when the real clock ticks meanwhile. */
  #now(): number {
    const { queue, kernel } = this.#process;
    const { turn } = queue;
    if (turn === undefined || turn !== this.#turn) this.#at = kernel.now();
    this.#turn = turn;
    return this.#at;
  }
}
