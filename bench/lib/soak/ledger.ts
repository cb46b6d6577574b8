import { is, type Message, type Pid } from '../../../lib/index.js';
import { ws } from '../../../lib/protocol/index.js';
import { within } from './within.js';

/**
 * What must be true of one connection, checked with each message that its targets hear: the join first, the
 * leave last and once, the client's numbers from 0 without a gap, also across targets, and the right count in
 * heartbeats (L2, L5, X3, X4, X9, X10).
 */
export class Ledger {
  readonly id: string;
  /** What was not true. */
  readonly faults: string[] = [];
  /** The reasons of its leaves. */
  readonly leaves: string[] = [];
  /** The connection, once it has joined. */
  pid: Pid | undefined;
  /** How it ended, once it has. */
  exit: string | undefined;
  /** How many of the client's numbers were heard. */
  numbers = 0;
  heartbeats = 0;
  /** Every message, numbers and others. */
  #messages = 0;
  /** Who has been joined and not been left. */
  #at: Pid | undefined;
  #uptime = 0;
  readonly #waiting = new Set<() => void>();

  constructor(id: string) {
    this.id = id;
  }

  /** A target has heard something. */
  hear(target: Pid, message: Message): void {
    if (this.exit !== undefined) this.#fault(`${message.topic} after the exit`);
    if (is(message, ws.join)) this.#join(target, message.payload);
    else if (this.#at !== target) this.#fault(`${message.topic} at ${target}, not ${this.#at}`);
    else if (is(message, ws.message)) this.#message(String(message.payload.data));
    else if (is(message, ws.heartbeat)) this.#heartbeat(message.payload);
    else if (is(message, ws.leave)) {
      this.#at = undefined;
      this.leaves.push(message.payload.reason);
    }
    this.#look();
  }

  /** The connection has ended; a target that lives has heard of it by then. */
  end(exit: string, isAlive: (pid: Pid) => boolean): void {
    if (this.exit !== undefined) this.#fault(`a second exit, ${exit}`);
    this.exit = exit;
    if (this.#at !== undefined && isAlive(this.#at)) this.#fault(`no leave at ${this.#at}`);
    this.#look();
  }

  /** Waits until something is so. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    if (isSo()) return;
    const come = new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
    });
    await within(come, () => `${what}; ${this}`);
  }

  toString(): string {
    const { id, pid, numbers, leaves, exit, faults } = this;
    return JSON.stringify({ id, pid, numbers, leaves, exit, faults });
  }

  #join(target: Pid, { client_pid: pid, rejoined }: Join): void {
    // The former target of one that rejoins is dead, and has no leave (X9).
    if ((this.#at !== undefined) !== (rejoined ?? false))
      this.#fault(`join at ${target} while at ${this.#at}`);
    if (this.pid !== undefined && this.pid !== pid) this.#fault(`two connections, ${pid} as well`);
    this.pid = pid;
    this.#at = target;
  }

  #message(data: string): void {
    this.#messages++;
    if (!/^\d+$/.test(data)) return;
    if (Number(data) !== this.numbers) this.#fault(`${data} instead of ${this.numbers}`);
    this.numbers++;
  }

  #heartbeat({ message_count, uptime_ms }: { message_count: number; uptime_ms: number }): void {
    this.heartbeats++;
    if (message_count !== this.#messages) {
      this.#fault(`message_count ${message_count} instead of ${this.#messages}`);
    }
    if (uptime_ms < this.#uptime) this.#fault(`uptime ${uptime_ms} after ${this.#uptime}`);
    this.#uptime = uptime_ms;
  }

  #fault(what: string): void {
    this.faults.push(what);
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}

interface Join {
  readonly client_pid: Pid;
  readonly rejoined?: true;
}
