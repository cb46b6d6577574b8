import { type ExitReason, type Pid, ProcessError } from '../../core/index.js';
import type { Kernel, Signal } from '../../runtime/index.js';
import type { Entry } from '../wire/entry.js';
import { forgedPid } from '../wire/forgedPid.js';
import { Asked } from './asked.js';
import { Bonds } from './bonds.js';
import { ForeignProcess } from './foreignProcess.js';
import type { Out } from './out.js';
import { Owed } from './owed.js';
import { Pressure } from './pressure.js';

/**
 * What processes of this node and of another one are to each other during one session. With the session all of it ends,
 * and each who has asked for something is told (D9, D11).
 *
 * The room `relations` is what crosses between two nodes: begin here; `foreignProcess.ts` is a process of the other node
 * as this one deals with it, `asked.ts`, `owed.ts` and `bonds.ts` have the monitors, calls and links, and `dispatch.ts`
 * does here what arrives.
 */
export class Relations {
  readonly kernel: Kernel;
  /** The other node, by its id. */
  readonly node: string;
  /** How the PIDs of its processes begin. */
  readonly prefix: string;
  readonly asked: Asked;
  readonly owed: Owed;
  readonly bonds: Bonds;
  readonly pressure: Pressure;
  /** Before it is `up` nothing is sent but what asks to be told of the end, and that waits here (D14, D32). */
  phase: 'beginning' | 'up' | 'ended' = 'beginning';
  readonly #out: Out;
  #waiting: Entry[] = [];
  readonly #foreign = new Map<Pid, ForeignProcess>();
  #limit = KEEP;

  constructor(kernel: Kernel, node: string, out: Out) {
    this.kernel = kernel;
    this.node = node;
    this.prefix = `{${node}@`;
    this.#out = out;
    const request = (entry: Entry): void => this.#request(entry);
    this.asked = new Asked(kernel, request);
    this.owed = new Owed(kernel, out);
    this.pressure = new Pressure(kernel.queue);
    const first = (kernel.node ?? '') < node ? 1 : 2;
    this.bonds = new Bonds(kernel, (entry) => this.#post(entry), first);
  }

  /** What processes here and there have with each other now (D67). */
  counts(): RelationCounts {
    const { asked, owed, bonds } = this;
    return { node: this.node, ...asked.counts, links: bonds.size, owed: owed.size };
  }

  /** How much is kept here because the other node says so. */
  get kept(): number {
    return this.owed.size + this.bonds.ids + this.pressure.size;
  }

  /** The process with a PID of the other node. It is the same object as long as it is linked. */
  foreign(pid: Pid): ForeignProcess {
    let process = this.#foreign.get(pid);
    if (process === undefined) {
      if (this.#foreign.size >= this.#limit) this.#forgetIdle();
      process = new ForeignProcess(this, pid);
      this.#foreign.set(pid, process);
    }
    return process;
  }

  /** A process that was meant before, and may be meant again. */
  known(pid: Pid): ForeignProcess | undefined {
    return this.#foreign.get(pid);
  }

  /** Whether an entry of the other node speaks for processes of a third one; it has no effect but a warning (D60). */
  isForged(entry: Entry): boolean {
    const forged = forgedPid(entry, this.prefix);
    if (forged === undefined) return false;
    const text = `${this.node} has sent a ${entry.kind} in the name of ${forged}, which is not its own`;
    this.kernel.events.warning('forged', text);
    return true;
  }

  /** Only those that are linked need to be known again. */
  #forgetIdle(): void {
    for (const [pid, { links }] of this.#foreign) if (links.size === 0) this.#foreign.delete(pid);
    this.#limit = Math.max(KEEP, 2 * this.#foreign.size);
  }

  /** Whether the link refuses whatever is not exempt (D16). */
  get isFull(): boolean {
    return this.#out.isFull;
  }

  /** Sends a message or a question, in the call of who sends it; the result is why the link does not take it (D27). */
  send(entry: Entry, exempt: boolean): ProcessError | undefined {
    try {
      if (this.#out.send(entry, exempt)) return undefined;
    } catch (error) {
      return error as ProcessError;
    }
    return this.full();
  }

  full(): ProcessError {
    return new ProcessError('Unavailable', `the link to ${this.node} is full`);
  }

  /** Asks for something in the call of who asks, behind all that it has sent. */
  #request(entry: Entry): void {
    if (this.phase === 'up') this.#out.send(entry, true);
    else this.#waiting.push(entry);
  }

  #post(entry: Entry): void {
    if (this.phase === 'up') this.#out.post(entry);
    else this.#waiting.push(entry);
  }

  /** The peer's state is complete: the node is up for its users (D14). */
  begin(): void {
    if (this.phase !== 'beginning') return;
    this.phase = 'up';
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const entry of waiting) this.#out.post(entry);
  }

  /** This node leaves: nothing more is asked or sent, but what processes of the other node are owed (D63). */
  leave(): void {
    if (this.phase === 'up') this.phase = 'ended';
  }

  /** The session has ended: from now on nothing is sent. */
  close(): void {
    this.phase = 'ended';
    this.#waiting = [];
  }

  /** Tells everybody concerned, in this order, within one turn (D9). */
  end(reason: ExitReason = { type: 'noconnection' }): void {
    // What is over was never asked, where the node may still come up (D32).
    this.#waiting = this.#waiting.filter(({ kind }) => kind === 'signal');
    this.pressure.end();
    this.asked.end(reason);
    this.bonds.end(reason);
    this.owed.end();
  }

  /** A signal for a process of the other node, in its turn. */
  signal(to: ForeignProcess, signal: Signal): void {
    switch (signal.signal) {
      case 'link':
        return this.bonds.ask(signal.peer, to, signal.link);
      case 'unlink':
        return this.bonds.giveUp(signal.peer, to, signal.link);
      case 'linkExit':
        return this.bonds.exit(signal.peer, to, signal.link, signal.reason);
      case 'exit': {
        const { from, reason } = signal;
        return this.#post({ kind: 'signal', to: to.pid, from, signal: 'exit', reason });
      }
      case 'cancel':
        return this.#post(this.#cancel(to.pid, signal));
      case 'kill':
        return this.#post({ kind: 'signal', to: to.pid, from: undefined, signal: 'kill' });
      default:
        throw new ProcessError('Internal', `${signal.signal} is no signal for another node`);
    }
  }

  /** Its deadline crosses as the time that remains, because two nodes have two clocks (D33). */
  #cancel(to: Pid, { from, reason, due }: Signal & { signal: 'cancel' }): Entry {
    const remaining = due === undefined ? undefined : Math.max(0, due - this.kernel.uptime());
    return { kind: 'signal', to, from, signal: 'cancel', reason, remaining };
  }
}

/** How many of what processes of two nodes have with each other. */
export interface RelationCounts {
  /** The other node, by its id. */
  readonly node: string;
  /** Monitors and calls of processes here. */
  readonly monitors: number;
  readonly calls: number;
  readonly links: number;
  /** Monitors and calls of processes there. */
  readonly owed: number;
}

/** Processes of the other node that are remembered, though nobody is linked to them: a look-up is faster so. */
const KEEP = 4_096;
