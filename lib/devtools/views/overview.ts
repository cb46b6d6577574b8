import { defer, finalize, interval, map, type Observable } from 'rxjs';
import { websocketManagers } from '../../channels/index.js';
import { EventLoopLag, kernelOf, type System } from '../../runtime/index.js';
import type { Overview } from '../wire/overview.js';
import type { Hubs } from './means.js';

/**
 * The figures of a system once a second, rates of the time since the last ones (DV5). The event loop is watched and drops
 * are counted for as long as somebody looks.
 *
 * @param hubs the relays whose connections are counted
 */
export const overview = (system: System, hubs: Hubs): Observable<Overview> =>
  defer(() => {
    const lag = new EventLoopLag();
    lag.start();
    const dropped = { drops: 0, deadLetters: 0 };
    const counting = system.events$.subscribe((event) => {
      if (event.type === 'drop') dropped.drops += event.count;
      if (event.type === 'deadLetter') dropped.deadLetters += event.count;
    });
    let before = totals(system, hubs);
    return interval(PERIOD, system.scheduler).pipe(
      map(() => {
        const now = totals(system, hubs);
        const value = {
          ...figures(system, hubs),
          ...since(before, now),
          ...dropped,
          lag: p99(lag),
        };
        Object.assign(dropped, { drops: 0, deadLetters: 0 });
        before = now;
        return value;
      }),
      finalize(() => {
        lag.stop();
        counting.unsubscribe();
      }),
    );
  });

/** Milliseconds. */
const PERIOD = 1_000;

/** What only grows. */
interface Totals {
  readonly uptime: number;
  readonly messages: number;
  readonly received: number;
  readonly sent: number;
}

function totals(system: System, hubs: Hubs): Totals {
  const { [kernelOf]: kernel } = system;
  const sums = { uptime: kernel.uptime(), messages: kernel.queue.turns, received: 0, sent: 0 };
  for (const { counters } of hubs()) {
    sums.received += counters.messagesIn;
    sums.sent += counters.messagesOut;
  }
  return sums;
}

/** What there was in a second. */
function since(before: Totals, now: Totals): Omit<Totals, 'uptime'> {
  const seconds = Math.max(1, now.uptime - before.uptime) / 1_000;
  const rate = (name: keyof Totals): number => Math.round((now[name] - before[name]) / seconds);
  return { messages: rate('messages'), received: rate('received'), sent: rate('sent') };
}

function figures(system: System, hubs: Hubs) {
  const { [kernelOf]: kernel } = system;
  const { heapUsed: heap, rss } = process.memoryUsage();
  const managers = websocketManagers(system);
  return {
    at: kernel.now(),
    processes: kernel.processes.size,
    connections: hubs().reduce((sum, { count }) => sum + count, 0),
    channels: managers.reduce((sum, { channels }) => sum + channels.listChannels().length, 0),
    ...{ heap, rss },
  };
}

/** In milliseconds. */
const p99 = (lag: EventLoopLag): number =>
  Math.round(1_000 * (new Map(lag.read()).get('0.99') ?? 0) * 10) / 10;
