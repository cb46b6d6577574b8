import type { Lane, Life, Mark } from '../../wire/life.js';
import type { Refusal, Reply } from '../server/dialogue.js';

/** What is known of a life after another answer; `heardAt` is when it came, on the page's clock, in milliseconds. */
export function foldLife(before: LifeState, reply: Reply, heardAt: number): LifeState {
  const state = { ...before, id: reply.id };
  if ('error' in reply) return { ...state, refusal: reply.error };
  if ('end' in reply) return { ...state, hasEnded: true };
  const { lanes = [], marks, skipped = 0, now } = reply.value as Life;
  const earliest = Math.min(now, ...marks.map(({ at }) => at));
  return {
    ...state,
    begin: before.begin ?? earliest,
    now,
    heardAt,
    lanes: lanes.length === 0 ? before.lanes : [...before.lanes, ...lanes],
    marks: marks.length === 0 ? before.marks : [...before.marks, ...marks].slice(-KEPT),
    gaps: skipped === 0 ? before.gaps : [...before.gaps, { at: now, count: skipped }].slice(-KEPT),
  };
}

export const UNKNOWN: LifeState = { lanes: [], marks: [], gaps: [], now: 0, heardAt: 0 };

/** How many marbles a page keeps: of the fastest process those of 20 s. */
const KEPT = 10_000;

/** How many events were not drawn. */
export const skippedIn = ({ gaps }: LifeState): number =>
  gaps.reduce((sum, { count }) => sum + count, 0);

/** What is known of a life. Times are milliseconds on the system's clock. */
export interface LifeState {
  /** The number of the watch. */
  readonly id?: number;
  /** When it was seen first; `undefined`: it has not been. */
  readonly begin?: number;
  /** When the last answer was made. */
  readonly now: number;
  readonly heardAt: number;
  readonly lanes: readonly Lane[];
  /** In the order in which they came about. */
  readonly marks: readonly Mark[];
  /** Where there was more than could be drawn. */
  readonly gaps: readonly { readonly at: number; readonly count: number }[];
  readonly refusal?: Refusal;
  readonly hasEnded?: boolean;
}
