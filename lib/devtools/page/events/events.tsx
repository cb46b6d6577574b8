import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { EventFilter } from './eventFilter.js';
import { EventLine } from './eventLine.js';
import { useEvents } from './useEvents.js';

/** The tail of what the system tells, the newest first. */
export function Events(): JSX.Element {
  const [types, setTypes] = useState<readonly string[]>([]);
  const [filter, setFilter] = useState('');
  const [isPaused, setPaused] = useState(false);
  const { shown, waiting, skipped } = useEvents(types, filter, isPaused);
  return (
    <div class="events">
      <h2 class="visually-hidden">Events</h2>
      <EventFilter {...{ types, setTypes, filter, setFilter }}>
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Resume' : 'Pause'}
        </button>
        <p class="soft" role="status">
          {isPaused && `${waiting} new while paused`}
          {skipped > 0 && ` Sampled: ${skipped} were too many to be told.`}
        </p>
      </EventFilter>
      <ol class="event-list card" aria-label="Events, the newest first">
        {shown.map((event) => (
          <EventLine key={event.n} event={event} />
        ))}
      </ol>
      {shown.length === 0 && <p class="empty">Nothing has happened since this view was opened.</p>}
    </div>
  );
}
