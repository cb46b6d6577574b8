import type { ExitReason, Pid, Ref } from '../../core/index.js';
import type { Kernel, Monitor } from '../../runtime/index.js';
import type { Entry } from '../wire/entry.js';

/**
 * What processes here have asked of processes of another node: to be told of their exit, and replies. Each ends with
 * one outcome, at the latest with the session (D29, D32).
 */
export class Asked {
  readonly #kernel: Kernel;
  readonly #post: (entry: Entry) => void;
  readonly #monitors = new Map<Ref, Monitor>();

  constructor(kernel: Kernel, post: (entry: Entry) => void) {
    this.#kernel = kernel;
    this.#post = post;
  }

  /** How many monitors of processes wait for an exit, and how many calls for a reply. */
  get counts(): { readonly monitors: number; readonly calls: number } {
    const calls = [...this.#monitors.values()].filter(({ isDirect }) => isDirect).length;
    return { monitors: this.#monitors.size - calls, calls };
  }

  /** A monitor is in force. That of a call asks nothing, because the question does. */
  watch(pid: Pid, monitor: Monitor): void {
    const { ref, isDirect, watcher } = monitor;
    this.#monitors.set(ref, monitor);
    if (!isDirect) this.#post({ kind: 'watch', ref, pid, by: watcher });
  }

  /** A monitor is in force of which the other node knows already, as it came with a spawn (D38). */
  adopt(monitor: Monitor): void {
    this.#monitors.set(monitor.ref, monitor);
  }

  /** Nobody waits for the outcome any more. */
  unwatch({ ref }: Monitor): void {
    if (this.#monitors.delete(ref)) this.#post({ kind: 'unwatch', ref });
  }

  /** The question of a call was not taken, so there is nothing to take back. */
  forget(ref: Ref): void {
    this.#monitors.delete(ref);
  }

  exited(ref: Ref, reason: ExitReason): void {
    const monitor = this.#monitors.get(ref);
    if (monitor === undefined) return;
    this.#monitors.delete(ref);
    const { queue } = this.#kernel;
    monitor.fire(queue, monitor.target as Pid, this.#kernel.now(), reason);
  }

  answered(ref: Ref, payload: unknown): void {
    const isAwaited = this.#settle(ref) && this.#kernel.calls.answered(ref, payload);
    if (!isAwaited) this.#kernel.events.drop(undefined, 'no call');
  }

  /** The question was refused there, or the reply cannot cross. */
  refused(ref: Ref, error: Error): void {
    if (this.#settle(ref)) this.#kernel.calls.refused(ref, error);
  }

  /** Whether a call waits for this; only the node that was asked has its answer. */
  #settle(ref: Ref): boolean {
    if (this.#monitors.get(ref)?.isDirect !== true) return false;
    return this.#monitors.delete(ref);
  }

  /** The session has ended: nothing is known any more of who is watched (D9). */
  end(reason: ExitReason): void {
    for (const ref of [...this.#monitors.keys()]) this.exited(ref, reason);
  }
}
