import { differences } from '../marbles/differences.js';
import { frameLine } from './frameLine.js';
import { isLike } from './isLike.js';
import type { ReceivedFrame } from './receivedFrame.js';
import type { Stage } from './stage.js';

/** What came to somebody, and what of it an assertion has taken already. */
export class FrameLog {
  readonly #all: ReceivedFrame[] = [];
  readonly #untaken: ReceivedFrame[] = [];
  readonly #owner: string;
  readonly #stage: Pick<Stage, 'flush' | 'notes'>;

  /** @param owner who got them, for the texts of failures */
  constructor(owner: string, stage: Pick<Stage, 'flush' | 'notes'>) {
    this.#owner = owner;
    this.#stage = stage;
  }

  get all(): readonly ReceivedFrame[] {
    this.#stage.flush();
    return [...this.#all];
  }

  /** `isTaken`: no assertion has to ask for it. */
  add(frame: ReceivedFrame, isTaken = false): void {
    this.#all.push(frame);
    if (!isTaken) this.#untaken.push(frame);
  }

  /** Takes the first frame that is as wanted. @throws Error that shows what came instead. */
  take(wanted: Wanted): ReceivedFrame {
    this.#stage.flush();
    const index = this.#untaken.findIndex((frame) => isWanted(wanted, frame));
    const [frame] = index < 0 ? [] : this.#untaken.splice(index, 1);
    if (frame !== undefined) return frame;
    const came = this.#untaken.map((each) => lineOf(wanted, each));
    const instead = came.length === 0 ? ', and nothing else' : `; instead:\n${came.join('\n')}`;
    const { notes } = this.#stage;
    throw failure(wanted, `${this.#owner} got no such frame${instead}${notes.text}`);
  }

  /** @throws Error that shows the frame that there is nevertheless. */
  refute(wanted: Wanted): void {
    this.#stage.flush();
    const frame = this.#untaken.find((each) => isWanted(wanted, each));
    if (frame === undefined) return;
    throw failure(wanted, `${this.#owner} got one:\n  ${frameLine(frame)}`);
  }
}

/** What an assertion looks for. */
export interface Wanted {
  /** How the test has written it. */
  readonly text: string;
  /** What is compared of a frame; `undefined`: it is another frame. */
  part(frame: ReceivedFrame): object | undefined;
  readonly like: object;
  /** The assertion, whose caller a failure points at. */
  readonly method: (...args: never[]) => unknown;
}

function isWanted({ part, like }: Wanted, frame: ReceivedFrame): boolean {
  const compared = part(frame);
  return compared !== undefined && isLike(compared, like);
}

/** A frame, and where it differs if it is the one that was meant. */
function lineOf({ part, like }: Wanted, frame: ReceivedFrame): string {
  const compared = part(frame);
  const parts = compared === undefined ? [] : differences(compared, like, isLike);
  return [`  ${frameLine(frame)}`, ...parts.map((each) => `    ${each}`)].join('\n');
}

function failure({ text, method }: Wanted, problem: string): Error {
  const error = new Error(`${text}: ${problem}`);
  Error.captureStackTrace(error, method);
  return error;
}
