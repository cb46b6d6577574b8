// What a server of bench:resume, its crowd and its program have in common.

/** The channel, and the event in it, that the crowd hears: whole numbers, one more each time. */
export const NEWS = 'news';

/** Milliseconds between two of them. */
export const PERIOD = 50;

/** Milliseconds within which those that were sent away come back. */
export const JITTER = 1_000;

/** A client that comes back. */
export interface Comer {
  /** Whether it has its place again, and was sent what it has missed. */
  readonly onLive: (isRecovered: boolean) => void;
  readonly onNews: (count: number) => void;
}

/** What a crowd has found, as a line of JSON. */
export interface Found {
  /** When they were sent away, and when all had their place again, by the clock of the machine. */
  readonly from: number;
  readonly to: number;
  /** Milliseconds from sending away until all have their place again, and until half have. */
  readonly all: number;
  readonly half: number;
  /** How many were sent all that they had missed, and what none of their messages tells. */
  readonly recovered: number;
  readonly lost: number;
  readonly doubled: number;
}
