import type { Observable } from 'rxjs';
import { type Pid, ProcessError, type SpawnOptions, shown } from '../../core/index.js';

/**
 * `cluster.names`: names that one process of the whole cluster has (§34). A name is `@` and 1 to 200 characters, and goes
 * wherever a PID goes: `send('@mail', …)`. It is no lock: see D44 for what is promised.
 *
 * Every method throws `Invalid` for what is no such name. Its observables are cold, emit one value and complete. They fail
 * with `Unavailable` while this node has not joined, is isolated or has left, and where JetStream does not answer in 2 s.
 */
export interface ClusterNames {
  /**
   * Gives a process of this node a name, and emits it with the revision of its key; nothing changes if it has the name
   * already. Where nobody waits any more when it is decided, the name is given back.
   *
   * @throws ProcessError `NotFound` for a process that is dead or of another node (D37); `AlreadyExists`, with
   * `existing_pid`, while another one has the name, or its node was lost less than 500 ms ago (D41).
   */
  register(name: string, pid: Pid): Observable<NameOwner>;
  /** Takes the name from a process of this node, at once; `false` if none has it. Its key is deleted behind that. */
  unregister(name: string): boolean;
  /** The PID of who has the name, by what this node was told: it takes no time, and is one link's delay old at most (D42). */
  lookup(name: string): Pid | undefined;
  /**
   * Reads who has the name, and the revision of its key; `undefined` if nobody has. Where a name decides who may write,
   * keep the revision with what is written, and refuse lower ones (D44).
   */
  find(name: string): Observable<NameOwner | undefined>;
  /**
   * Emits the PID of who has the name, or else of a process that is spawned here under it, by the id of a defined
   * behaviour (D43). It runs when it is sure of the name. Who loses the name later gets CANCEL, `name lost: <name>`.
   *
   * @throws ProcessError as `spawn`, and as `register` for a name whose owner's node was just lost.
   * @example cluster.names.claim('@room:lobby', 'chat:room').subscribe((pid) => …)
   */
  claim(name: string, id: string, options?: ClaimOptions): Observable<Pid>;
}

/** Who has a name of the cluster. */
export interface NameOwner {
  readonly pid: Pid;
  /** Of its key. It rises with each owner, but for a bucket that was lost and made anew. */
  readonly revision: number;
}

/** Options of `claim`, for the process that is spawned. */
export type ClaimOptions = Pick<SpawnOptions, 'args' | 'host' | 'messages'>;

/** Whether a value is a name of the cluster (D40). */
export function isClusterName(value: unknown): value is string {
  return typeof value === 'string' && value[0] === '@' && value.length > 1 && value.length <= 201;
}

/** @throws ProcessError `Invalid`. */
export function checkClusterName(name: unknown): void {
  if (isClusterName(name)) return;
  const rule = '@ and 1 to 200 characters (D40)';
  throw new ProcessError('Invalid', `${shown(name)} is no name of the cluster: give ${rule}`);
}
