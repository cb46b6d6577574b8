import type { Message, Pid } from '../../core/index.js';
import {
  type Kernel,
  type Process,
  ProcessStream,
  releaseHeld,
  spawn,
} from '../../runtime/index.js';
import type { ClaimOptions } from './clusterNames.js';

/** A process that waits for the name it was claimed under: it exists and takes messages, and has not run (D43). */
export class Held {
  readonly process: Process;
  #isWaiting = true;

  /** @throws ProcessError as `spawn`. */
  constructor(kernel: Kernel, id: string, options: ClaimOptions) {
    this.process = spawn(kernel, id, options, { held: true });
  }

  get pid(): Pid {
    return this.process.pid;
  }

  /** It has the name, and runs. */
  begin(): void {
    this.#isWaiting = false;
    releaseHeld(this.process);
  }

  /**
   * It has lost, and ends without having run. What it was sent is forwarded: what waits at once, what is still in the run
   * queue when its turn comes, so that it keeps its place before what is sent to the winner from now on (M3).
   */
  giveUp(forward: (message: Message) => void): void {
    const { process } = this;
    const { mailbox, queue } = process;
    this.#isWaiting = false;
    const waiting = mailbox.extract((entry) => 'topic' in entry) as Message[];
    mailbox.depth -= waiting.length;
    for (const message of waiting) forward(message);
    new ProcessStream(process, mailbox).subscribe(forward);
    queue.push({ receive: () => process.end(ENDED) }, undefined);
  }

  /** Nobody wants it any more, or nobody can say whose the name is. */
  dismiss(): void {
    if (this.#isWaiting) this.process.end(ENDED);
    this.#isWaiting = false;
  }
}

const ENDED = { type: 'shutdown', detail: 'it did not get the name' } as const;
