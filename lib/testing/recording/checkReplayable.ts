import { ProcessError, type SelfRequest, type TraceEvent } from '../../core/index.js';
import { ends, isEvent, type Recording } from './recording.js';

/**
 * Refuses a recording that a replay could not repeat: a spec of it would be red, or prove nothing.
 *
 * @throws ProcessError `Invalid`, naming the event, its time and what to do.
 */
export function checkReplayable({ events, end }: Recording): void {
  if (!events.some(isEvent('started'))) {
    const hint = 'subscribe system.trace right after the spawn, or to a pattern before it';
    throw refusal(`the trace begins after the first turn, so the state is not known: ${hint}`);
  }
  const monitored = new Set(
    events
      .filter(isEvent('asked'))
      .flatMap(({ what, target }) => (what === 'monitor' ? target : [])),
  );
  for (const event of events) {
    const why = reasonAgainst(event, monitored);
    if (why !== undefined) throw refusal(`${why} at ${event.at} ms is not replayed`);
  }
  const exit = events.find(isEvent('exited'));
  if (end !== 'outside' || exit === undefined) return;
  const cause = events.findLastIndex((event) => ends(event, exit));
  const lastWords = events.slice(cause).find(isEvent('sent'));
  if (lastWords !== undefined) {
    throw refusal(`what it sent at ${lastWords.at} ms while it was ended is not replayed`);
  }
}

const upgradeTo = (id: string): string => `what comes after the upgrade to ${id}`;

/** Requests that a `fakeSelf` could only answer with what no trace tells. */
const REFUSED: Partial<Record<SelfRequest, (target: string) => string>> = {
  spawn: (target) => `the spawn of ${target}`,
  listen: (target) => `self.listen to ${target}`,
  monitorGroup: (target) => `self.monitorGroup of ${target}`,
  upgrade: upgradeTo,
};

function reasonAgainst(event: TraceEvent, monitored: ReadonlySet<string>): string | undefined {
  switch (event.type) {
    case 'called':
      return `self.call of ${event.to} with ${event.topic}`;
    case 'asked':
      return REFUSED[event.what]?.(event.target);
    case 'emitted':
      if (event.command?.type === 'upgrade')
        return upgradeTo(event.command.id ?? 'its newest definition');
      return typeof event.command?.type === 'string' ? undefined : 'what is no command';
    case 'sent':
      return event.taken ? undefined : 'a self.send that gave false';
    case 'signal':
      return event.signal.kind === 'pid.exit' && !monitored.has(event.signal.from)
        ? `the exit of ${event.signal.from}, monitored by name or spawned,`
        : undefined;
    default:
      return undefined;
  }
}

export function refusal(text: string): ProcessError {
  return new ProcessError('Invalid', `toSpec: ${text}`);
}
