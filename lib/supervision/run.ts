import type { Exit, Pid } from '../core/index.js';
import { monitor, type Process, type Supervision, type Team } from '../runtime/index.js';
import type { Child } from './state.js';

/** One life of a child: the monitor of its end, the mark behind its first turn, and its place in the tree. */
export class Run implements Supervision {
  readonly id: string;
  team?: Team | undefined;

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
    // Direct: what another behaviour of the supervisor's process holds must not hold this.
    monitor(by.kernel, by, process.pid, this, true);
    // Behind its START, and so the end of its first turn, in which its initial messages are not read (V4).
    by.kernel.queue.push(this, undefined);
    for (const { topic, payload } of child.plan.messages) {
      process.accept({ topic, payload, from: by.pid });
    }
  }

  /** The first turn has ended. A supervisor has started when its children have. */
  receive(): void {
    const { process, team } = this;
    if (!process.running) return; // its EXIT is next
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

  /** By its plan (V3): the signal brings its own timeout. */
  stop(): void {
    const { shutdown } = this.child.plan;
    if (shutdown === 'brutalKill') this.by.kernel.terminate(this.process.pid);
    else this.process.stop(shutdown);
  }
}

/** Who is told of a run. */
export interface RunObserver {
  started(child: Child, pid: Pid): void;
  exited(run: Run, exit: Exit): void;
}
