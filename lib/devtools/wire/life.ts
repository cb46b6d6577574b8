/** The value of `life`, at most ten a second, with what is new. */
export interface Life {
  /** Processes that are recorded from now on. */
  readonly lanes?: readonly Lane[];
  readonly marks: readonly Mark[];
  /** Events that were not recorded, because there were too many to be drawn. */
  readonly skipped?: number;
  readonly now: number;
}

/** A process whose life is drawn. */
export interface Lane {
  readonly pid: string;
  readonly label: string;
  readonly behavior: string;
  /** Recorded from its first turn, so that it can become a spec. */
  readonly isWhole: boolean;
}

/** One marble. */
export interface Mark {
  /** Its number within the watch. */
  readonly n: number;
  /** Milliseconds on the system's clock. */
  readonly at: number;
  readonly pid: string;
  readonly row: 'inbox' | 'signals' | 'commands' | 'self' | 'end';
  /** As a marble diagram has it: one sign, the same for the same value. */
  readonly letter: string;
  /** A topic, the kind of a signal, or a command. */
  readonly name: string;
  /** With its payload, cut at 2,000 characters; only where `payloads` is true. */
  readonly text?: string;
  /** Whom a command is for. */
  readonly to?: string;
  /** The number of the marble that made it: of the message whose handling sent it, or of the command that it is. */
  readonly cause?: number;
}
