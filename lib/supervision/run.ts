import type { Exit, Pid } from '../core/index.js';
import { monitor, type Process, type Supervision, type Team } from '../runtime/index.js';
import type { Child } from './state.js';

/** One run of a child: monitors its exit, notices the end of its first turn, and is its place in the tree. */
export class Run implements Supervision {
  readonly id: string;
  team?: Team | undefined;
  hasBegun = false;

  constructor(
    readonly supervisor: RunObserver,
    readonly by: Process,
    readonly child: Child,
    readonly process: Process,
  ) {
    this.id = child.id;
  }

  /** To be called before the child's first turn. */
  begin(): void {
    const { by, process, child } = this;
    process.supervision = this;
    // Delivered directly, because another behaviour of the supervisor's process may hold its mailbox.
    monitor(by.kernel, by, process.pid, this, true);
    // Queued behind its START: runs after its first turn, in which no initial message is read (V4).
    by.kernel.queue.push(this, undefined);
    for (const { topic, payload } of child.plan.messages) {
      process.accept({ topic, payload, from: by.pid });
    }
  }

  /** The first turn has ended. A supervisor has started when its children have. */
  receive(): void {
    const { hasBegun, team } = this;
    if (!hasBegun) return; // its EXIT is next
    if (team === undefined) this.#started();
    else team.whenUp(() => this.#started());
  }

  #started(): void {
    this.supervisor.started(this.child, this.process.pid);
  }

  crash(error: unknown): void {
    this.by.crash(error);
  }

  next(exit: Exit): void {
    this.supervisor.exited(this, exit);
  }

  complete(): void {}

  /** Stops the child as its plan says (V3); `stop` itself terminates it after the timeout. */
  stop(): void {
    const { shutdown } = this.child.plan;
    if (shutdown === 'brutalKill') this.by.kernel.terminate(this.process.pid);
    else this.process.stop(shutdown);
  }
}

/** Whom a run notifies. */
export interface RunObserver {
  started(child: Child, pid: Pid): void;
  exited(run: Run, exit: Exit): void;
}
