import { useMemo, useRef } from 'preact/hooks';
import { animationFrameScheduler, auditTime, of, scan } from 'rxjs';
import type { EventRow, EventsView } from '../../wire/eventsView.js';
import { useServer } from '../server/useServer.js';
import { useStream } from '../server/useStream.js';
import { foldEvents, NO_EVENTS } from './foldEvents.js';

/** The events of these types with this text in them. While paused they are counted, and shown later. */
export function useEvents(types: readonly string[], filter: string, isPaused: boolean): Shown {
  const { server } = useServer();
  const tail$ = useMemo(
    () =>
      server
        .watch(of({ watch: 'events', types, filter }), (replies$) => replies$)
        .pipe(
          scan(
            (before, reply) =>
              'value' in reply ? foldEvents(before, reply.value as EventsView) : before,
            NO_EVENTS,
          ),
          auditTime(0, animationFrameScheduler),
        ),
    [server, types, filter],
  );
  const tail = useStream(tail$, NO_EVENTS);
  const still = useRef(tail);
  // Another filter shows what it finds, paused or not.
  if (!isPaused || tail.count < still.current.count) still.current = tail;
  const { rows, skipped, count } = still.current;
  return { shown: rows, skipped, waiting: tail.count - count };
}

interface Shown {
  readonly shown: readonly EventRow[];
  /** How many have come while it was paused. */
  readonly waiting: number;
  readonly skipped: number;
}
