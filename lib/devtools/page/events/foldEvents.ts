import type { EventRow, EventsView } from '../../wire/eventsView.js';

/** The tail of the events after another answer, the newest first. */
export function foldEvents(before: Tail, { events, skipped = 0 }: EventsView): Tail {
  return {
    rows: [...events.toReversed(), ...before.rows].slice(0, KEPT),
    count: before.count + events.length,
    skipped: before.skipped + skipped,
  };
}

export const NO_EVENTS: Tail = { rows: [], count: 0, skipped: 0 };

/** How many a page keeps and draws. */
const KEPT = 300;

/** What is known of the events. */
export interface Tail {
  readonly rows: readonly EventRow[];
  /** How many were told in all. */
  readonly count: number;
  readonly skipped: number;
}
