import type { Unsubscribable } from 'rxjs';
import { type Command, checkDestination, checkTopic, isPid, type Pid } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Resident } from '../kernel/resident.js';

/**
 * Sends a message of a process later, once or again and again (M15). It belongs to the process and not to
 * its body: an upgrade keeps it, and the end of the process ends it.
 */
export class Timer implements Unsubscribable {
  readonly #process: Timed;
  readonly #command: TimerCommand;
  /** In the context of the process's command (F1). */
  readonly #ring: () => void;
  /** The system's uptime at which it sends. */
  #due: number;
  #clock: Unsubscribable;

  /** @throws ProcessError `Invalid` for a topic or destination that nobody may send to. */
  static start(process: Timed, command: TimerCommand): void {
    checkDestination(command.to);
    checkTopic(command.topic);
    const { kernel, pid, timers } = process;
    const start = (): void => void timers.add(new Timer(process, command));
    // What recurs belongs to no request, and would keep that of its start in memory.
    if (command.type === 'every') kernel.queue.withoutContext(start);
    else start();
    if (timers.size !== MANY) return;
    const hint = 'system.info counts them; is an every started once for each message?';
    kernel.events.warning('timers', `${MANY} timers run in ${pid}: ${hint}`, pid);
  }

  private constructor(process: Timed, command: TimerCommand) {
    const { kernel } = process;
    this.#process = process;
    this.#command = command;
    this.#ring = kernel.queue.bindContext(() => this.#rings());
    this.#due = kernel.uptime() + command.millis;
    this.#clock = this.#wait();
  }

  unsubscribe(): void {
    this.#clock.unsubscribe();
    this.#process.timers.delete(this);
  }

  #wait(): Unsubscribable {
    const { kernel } = this.#process;
    return kernel.after(this.#due - kernel.uptime(), this.#ring);
  }

  #rings(): void {
    const { kernel, pid } = this.#process;
    const { type, to, topic, payload, millis } = this.#command;
    const late = kernel.uptime() - this.#due;
    if (late >= 0) {
      kernel.send(pid, to, topic, payload);
      if (type === 'sendAfter' || (isPid(to) && kernel.reach(to) === undefined)) {
        return this.unsubscribe();
      }
      // Counted from the start, so that it does not drift; times that were missed are left out.
      this.#due += millis * (1 + Math.floor(late / millis));
    }
    // It is early where a delay is longer than what one timer of Node can wait (H7).
    this.#clock = this.#wait();
  }
}

type TimerCommand = Extract<Command, { type: 'sendAfter' | 'every' }>;

/** When so many timers of one process run, there is a warning, because it may never stop making more. */
const MANY = 1_000;

/** A process as its timers see it. */
export interface Timed {
  readonly pid: Pid;
  readonly kernel: Pick<
    Kernel<Resident>,
    'after' | 'uptime' | 'send' | 'reach' | 'queue' | 'events'
  >;
  readonly timers: Set<Unsubscribable>;
}
