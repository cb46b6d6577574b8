import { bufferTime, defer, filter, finalize, map, type Observable } from 'rxjs';
import type { Message, Pid, SystemEvent } from '../../core/index.js';
import { type Kernel, kernelOf, type System } from '../../runtime/index.js';
import type { Watch } from '../wire/ask.js';
import type { EventRow, EventsView } from '../wire/eventsView.js';
import { eventText } from './eventText.js';
import { shownPayload } from './shownPayload.js';

/**
 * The events of a system from now on, ten times a second and 50 each time at most, the others counted (DV10). What dead
 * letters have said is kept only where payloads are shown, and while somebody looks.
 */
export const eventsView = (
  system: System,
  { types, filter: part }: Asked,
  payloads: boolean,
): Observable<EventsView> =>
  defer(() => {
    const letters = payloads ? new Letters(system[kernelOf]) : undefined;
    let n = 0;
    const rowOf = (event: SystemEvent): EventRow => {
      const { at, type } = event;
      const { pid } = event as { readonly pid?: Pid };
      const payload = event.type === 'deadLetter' ? letters?.take(event) : undefined;
      return {
        ...{ n: ++n, at, type, text: eventText(event) },
        ...(pid !== undefined && { pid }),
        ...(payload !== undefined && { payload }),
      };
    };
    const isMeant = ({ text, pid = '' }: EventRow): boolean =>
      `${pid} ${text}`.toLowerCase().includes(part.toLowerCase());
    return system.events$.pipe(
      filter(({ type }) => types.length === 0 || types.includes(type)),
      map(rowOf),
      filter(isMeant),
      bufferTime(PERIOD, system.scheduler),
      filter(({ length }) => length > 0),
      map(cut),
      finalize(() => letters?.end()),
    );
  });

type Asked = Pick<Extract<Watch, { readonly watch: 'events' }>, 'types' | 'filter'>;

/** Milliseconds. */
const PERIOD = 100;
const MOST = 50;

function cut(rows: readonly EventRow[]): EventsView {
  const skipped = rows.length - MOST;
  return skipped > 0 ? { events: rows.slice(-MOST), skipped } : { events: rows };
}

/** What the latest undelivered messages have said, until their event comes. */
class Letters {
  readonly #kernel: Kernel;
  readonly #payloads = new Map<string, string>();
  readonly #note = ({ topic, payload, from }: Message, to: string): void => {
    if (this.#payloads.size >= MOST) this.#payloads.clear();
    this.#payloads.set(keyOf(to, topic, from), shownPayload(payload));
  };

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    kernel.undeliveredWatchers.add(this.#note);
  }

  take({ to, topic, from }: Extract<SystemEvent, { readonly type: 'deadLetter' }>) {
    const key = keyOf(to, topic, from);
    const payload = this.#payloads.get(key);
    this.#payloads.delete(key);
    return payload;
  }

  end(): void {
    this.#kernel.undeliveredWatchers.delete(this.#note);
  }
}

const keyOf = (to: string, topic: string, from: string | undefined): string =>
  JSON.stringify([to, topic, from]);
