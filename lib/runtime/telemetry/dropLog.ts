import { type DropReason, type SystemEvent, suggestion } from '../../core/index.js';
import type { LogLines } from './logLines.js';

/**
 * The lines of the logger about drops: one for the first of each kind and process, so that none goes
 * unnoticed and a flood of them costs nothing. What is sent to a PID whose process has ended is no line,
 * because that is how processes end; what is sent to a name that nobody has is often a slip.
 */
export class DropLog {
  /** The kinds and processes that the logger knows already. */
  readonly #told = new Set<string>();
  readonly #log: Pick<LogLines, 'write'>;
  readonly #names: Names;

  constructor(log: Pick<LogLines, 'write'>, names: Names) {
    this.#log = log;
    this.#names = names;
  }

  /** Whether the logger does not know of such a drop. */
  isNews(drop: Counted): boolean {
    const what = subjectOf(drop);
    return what !== undefined && this.#told.size < MAX_TOLD && !this.#told.has(what);
  }

  /** Writes the line for drops of a batch, if they are news. */
  tell(drop: Counted): void {
    const what = subjectOf(drop);
    if (what === undefined || !this.isNews(drop)) return;
    const names = this.#names();
    if (drop.type === 'deadLetter' && names === undefined) return;
    this.#told.add(what);
    const message = `${lineOf(drop, names ?? [])} (further ones are events only, see system.events$)`;
    const { reason, count } = drop;
    const code = drop.type === 'drop' ? 'drop' : 'dead_letter';
    const pid = drop.type === 'drop' ? drop.pid : drop.from;
    this.#log.write({ level: 'warn', code, reason, count, message, pid });
  }
}

/** An event that stands for all drops of the same kind in a batch. */
export type Counted = Omit<EventOf<'drop'>, 'at'> | Omit<EventOf<'deadLetter'>, 'at'>;

/** The names that are registered; `undefined` once the system shuts down, as they go then. */
export type Names = () => Iterable<string> | undefined;

type EventOf<T> = Extract<SystemEvent, { readonly type: T }>;

/** How many kinds and processes are told of at most, because clients can cause new ones without end. */
const MAX_TOLD = 1_000;

/** What there is one line of; `undefined` for drops that are no line. */
function subjectOf(drop: Counted): string | undefined {
  // Every PID begins with a brace, and to look for no more is fast where many are sent to.
  if (drop.type === 'deadLetter') return drop.to[0] === '{' ? undefined : `name ${drop.to}`;
  const { reason, pid } = drop;
  return reason in WHAT ? `${reason} ${pid}` : undefined;
}

function lineOf(drop: Counted, names: Iterable<string>): string {
  if (drop.type === 'deadLetter') {
    const { to, topic, count } = drop;
    const hint = suggestion(to, names);
    return `nobody has the name '${to}': ${count} lost so far, '${topic}' first${hint}`;
  }
  const { reason, pid, count, topic } = drop;
  const [what, why] = WHAT[reason] ?? [];
  const first = topic === undefined ? '' : `, to '${topic}' first`;
  return `${what} ${pid ?? 'another node'} are dropped (${reason}), ${count} so far${first}: ${why}`;
}

/** The drops that are a line: what is dropped, and why. */
const WHAT: { readonly [R in DropReason]?: readonly [what: string, why: string] } = {
  overflow: ['messages to', 'its mailbox is full, or its client reads too slowly'],
  'no call': [
    'replies of',
    'the message was no call, or is answered already, or its caller waits no more',
  ],
  unread: ['messages to', 'it has ended without having subscribed its inbox'],
};
