import type { Stage } from './stage.js';

/** One thing that a client has to do right. */
export interface Check {
  readonly name: string;
  /** The rules that it is about. */
  readonly rules: string;
  /** What the client does, in one line. */
  readonly about: string;
  /** Plays it. @throws Unexpected with what was expected and seen. */
  run(stage: Stage): Promise<void>;
}
