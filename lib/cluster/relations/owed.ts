import { type Exit, type Pid, ProcessError, type Ref } from '../../core/index.js';
import { type Kernel, Monitor, type Process } from '../../runtime/index.js';
import type { Entry } from '../wire/entry.js';
import type { Out } from './out.js';

/**
 * What processes of another node have asked of processes here, and are owed: exits and replies. It is dropped when they
 * take it back, and when the session ends.
 */
export class Owed {
  readonly #kernel: Kernel;
  readonly #out: Out;
  readonly #debts = new Map<Ref, Debt>();

  constructor(kernel: Kernel, out: Out) {
    this.#kernel = kernel;
    this.#out = out;
  }

  get size(): number {
    return this.#debts.size;
  }

  /** Watches a process for one of theirs. */
  watch({ ref, pid, by }: Entry & { kind: 'watch' }): void {
    const target = this.#kernel.processes.get(pid);
    if (target === undefined) this.#noproc(ref);
    else this.#owe(ref, target, by);
  }

  /** Hands over a question, and watches who is asked (D29). */
  call({ ref, to, topic, from, payload }: Entry & { kind: 'call' }): void {
    const { processes, calls, events } = this.#kernel;
    const target = processes.get(to);
    if (target === undefined) {
      events.deadLetter(to, topic, from);
      return this.#noproc(ref);
    }
    const debt = this.#owe(ref, target, from);
    const asked = this.#kernel.nextRef();
    debt.call = asked;
    calls.expect(asked, { receive: () => {}, answer: (reply) => this.#answer(ref, to, reply) });
    if (target.accept({ topic, payload, from, ref: asked })) return;
    this.settle(ref);
    const why = `the mailbox of ${to} is full or closing`;
    this.#out.post({ kind: 'refused', about: ref, why });
  }

  /** Whoever asked wants it no more. */
  settle(ref: Ref): void {
    const debt = this.#debts.get(ref);
    if (debt === undefined) return;
    this.#debts.delete(ref);
    debt.watch.unsubscribe();
    if (debt.call !== undefined) this.#kernel.calls.forget(debt.call);
  }

  end(): void {
    for (const ref of [...this.#debts.keys()]) this.settle(ref);
  }

  #owe(ref: Ref, target: Process, by: Pid | undefined): Debt {
    this.settle(ref);
    const next = ({ reason }: Exit): void => {
      this.settle(ref);
      this.#out.post({ kind: 'exit', ref, reason });
    };
    const debt = { watch: new GuestMonitor(this.#kernel.nextRef(), by, target, next) };
    this.#debts.set(ref, debt);
    return debt;
  }

  /** Sends a reply in the call of who gives it, so that it keeps its place among all else that is sent. */
  #answer(ref: Ref, from: Pid, payload: unknown): void {
    this.settle(ref);
    try {
      this.#out.send({ kind: 'reply', ref, payload }, true);
    } catch (error) {
      const why = `the reply of ${from} cannot cross: ${(error as ProcessError).message}`;
      this.#kernel.events.warning('unencodable', why, from);
      this.#out.send({ kind: 'failed', ref, error: new ProcessError('Invalid', why) }, true);
    }
  }

  #noproc(ref: Ref): void {
    this.#out.post({ kind: 'exit', ref, reason: { type: 'noproc' } });
  }
}

/** What is owed for one ref. */
interface Debt {
  readonly watch: Monitor;
  /** The call here, if it is one. */
  call?: Ref;
}

/** A monitor for a process of another node, which `info` shows (D68). */
class GuestMonitor extends Monitor {
  readonly #by: Pid | undefined;

  constructor(ref: Ref, by: Pid | undefined, target: Process, next: (exit: Exit) => void) {
    super(ref, undefined, target, { next, complete: () => {} });
    this.#by = by;
  }

  override get watcher(): Pid | undefined {
    return this.#by;
  }
}
