import type { Said } from './said.js';

/** One run of a code in a worker of its own, which is ended from here: by `stop`, or when it says nothing for long. */
export class Run {
  readonly #worker: Worker;
  readonly #listener: Listener;
  readonly #limit: ReturnType<typeof setTimeout>;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(url: URL, code: string, listener: Listener) {
    this.#listener = listener;
    this.#worker = new Worker(url);
    this.#worker.onmessage = ({ data }: MessageEvent<Said>) => this.#hear(data);
    this.#worker.onerror = ({ message }) => this.stop(`Failed: ${message}`);
    this.#worker.postMessage(code);
    this.#limit = setTimeout(() => this.stop(`Stopped after ${LONGEST / 1_000} s.`), LONGEST);
    this.#listen();
  }

  /** Ends it, unless it is over; whoever started it is told why. */
  stop(why?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#limit);
    clearTimeout(this.#silence);
    this.#worker.terminate();
    if (why !== undefined) this.#listener.over(why);
  }

  #hear(said: Said): void {
    if (this.#isOver) return;
    if (said.type === 'over') {
      return this.stop(said.isWaiting ? 'Done. Processes still wait.' : 'Done.');
    }
    this.#listen();
    this.#listener.next(said);
  }

  /** Waits for its next word: in an endless loop there is none. */
  #listen(): void {
    clearTimeout(this.#silence);
    const why = `Stopped: for ${SILENCE / 1_000} s it has not come to rest. An endless loop?`;
    this.#silence = setTimeout(() => this.stop(why), SILENCE);
  }
}

export interface Listener {
  next(said: Exclude<Said, { type: 'over' }>): void;
  over(why: string): void;
}

/** Milliseconds that a run may take. */
const LONGEST = 30_000;
/** Milliseconds that it may be silent. */
const SILENCE = 5_000;
