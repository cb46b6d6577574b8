import { type Behavior, type Pid, ProcessError, shown } from '../../core/index.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Resident } from '../kernel/resident.js';
import type { Receiver } from '../queue/runQueue.js';
import { behaviorOf } from '../registry/behaviors.js';
import type { Signal } from '../ties/signal.js';
import type { Supervision } from './supervision.js';

/**
 * Replaces the behaviour of a running process (U1): the old body ends within this call, and the new
 * behaviour is called in a later turn.
 *
 * @throws ProcessError `NotFound` for an unknown id; `Invalid` if neither the call nor the process has an
 * id, if the id is not a text, and for a supervisor. Then nothing has changed.
 */
export function upgrade(process: Upgradable, id: string | undefined, state: unknown): void {
  const { kernel, pid } = process;
  const newId = id ?? process.id;
  if (newId === undefined) {
    const hint = 'name a behaviour with system.define and give its id';
    throw new ProcessError('Invalid', `cannot upgrade ${pid}, spawned from a function: ${hint}`);
  }
  if (typeof newId !== 'string') {
    throw new ProcessError('Invalid', `cannot upgrade ${pid} to ${shown(newId)}: give an id`);
  }
  const behavior = behaviorOf(kernel.behaviors, newId);
  if (process.supervision?.team !== undefined) {
    const hint = 'upgrade its children, or restart it';
    throw new ProcessError(
      'Invalid',
      `cannot upgrade ${pid}, whose children are its body's: ${hint}`,
    );
  }
  // If the call comes from a teardown, the body is ending already.
  if (!process.running) return;
  const args = state === undefined ? process.args : [state];
  process.leaveBody();
  kernel.queue.push(process, { signal: 'upgrade', id: newId, behavior, args });
}

/** A process as an upgrade sees it. */
export interface Upgradable extends Receiver {
  readonly kernel: Pick<Kernel<Resident>, 'behaviors' | 'queue'>;
  readonly pid: Pid;
  readonly id: string | undefined;
  readonly args: readonly unknown[];
  readonly running: boolean;
  readonly supervision: Supervision | undefined;
  leaveBody(): void;
}

/** The first turn after an upgrade (U1). A second one of the same turn ends the body of the first. */
export function startUpgraded(process: Restartable, signal: Signal & { signal: 'upgrade' }): void {
  process.leaveBody();
  process.id = signal.id;
  process.behavior = signal.behavior;
  process.args = signal.args;
  process.kernel.upgraded(process, signal.id);
  process.start();
}

/** A process as it goes on with another behaviour. */
export interface Restartable extends Resident {
  readonly kernel: Pick<Kernel<Resident>, 'upgraded' | 'now'>;
  id: string | undefined;
  behavior: Behavior;
  args: readonly unknown[];
  leaveBody(): void;
  start(): void;
}
