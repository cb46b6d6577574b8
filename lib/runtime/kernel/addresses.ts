import {
  checkDestination,
  type ExitReason,
  isPid,
  type Pid,
  ProcessError,
  parsePid,
} from '../../core/index.js';
import type { Resident } from './resident.js';
import type { Foreign, Route } from './route.js';
import { Tables } from './tables.js';

/** Who is meant by a PID or a name: a process of this system or, in a cluster, of another node. */
export abstract class Addresses<P extends Resident> extends Tables<P> {
  readonly node: string | undefined;
  /** Set while the system is in a cluster. It is looked at only where nobody was found here (D72). */
  route: Route | undefined;

  constructor(node: string | undefined) {
    super(node);
    this.node = node;
  }

  /** The process with a PID or a name (M1). These cannot be confused, because no name is a PID (R3). */
  resolve(to: Pid | string): P | undefined {
    return this.processes.get(to) ?? this.names.find(to) ?? this.#withoutNode(to);
  }

  /** The process of a PID that leaves out the name of this node, as a system without one writes it (P4). */
  #withoutNode(to: string): P | undefined {
    if (this.node === undefined || !isPid(to)) return undefined;
    const { node, host, uniq } = parsePid(to);
    return node === undefined ? this.processes.get(`{${this.node}@${host}|${uniq}}`) : undefined;
  }

  /** The process of this system that is addressed, if it lives. @throws ProcessError `Invalid` for no text (M5). */
  find(to: unknown): P | undefined {
    checkDestination(to);
    return this.resolve(to);
  }

  /** The process that is addressed, on this node or on another. @throws ProcessError `Invalid` for no text (M5). */
  reach(to: unknown): P | Foreign | undefined {
    checkDestination(to);
    const { route } = this;
    if (route === undefined) return this.resolve(to);
    const here = this.processes.get(to) ?? this.names.find(to);
    // Before the text is taken apart: to know a PID of another node again is quick.
    return here ?? this.#beyond(route, to) ?? this.#withoutNode(to);
  }

  #beyond(route: Route, to: string): P | Foreign | undefined {
    const pid = to[0] === '@' ? route.ownerOf(to) : undefined;
    return pid === undefined ? route.find(to) : this.processes.get(pid);
  }

  /**
   * The living process of this system, for what its own node alone can do (D37).
   *
   * @throws ProcessError `NotFound`: `what` cannot be done, and why.
   */
  own(pid: Pid | string, what: () => string): P {
    const process = this.find(pid);
    if (process !== undefined) return process;
    const why = this.isForeign(pid) ? `${pid} is on another node` : `no process ${pid}`;
    throw new ProcessError('NotFound', `${what()}: ${why}`);
  }

  /** The exit reason if nobody is there: a foreign process is unreachable, any other is dead (N2, P4, D3). */
  absence(to: Pid | string): ExitReason {
    if (!this.isForeign(to)) return { type: 'noproc' };
    return this.route?.absence(to) ?? { type: 'noconnection' };
  }

  /** Whether an address is the PID of another node. */
  isForeign(to: Pid | string): boolean {
    const node = isPid(to) ? parsePid(to).node : undefined;
    return node !== undefined && node !== this.node;
  }
}
