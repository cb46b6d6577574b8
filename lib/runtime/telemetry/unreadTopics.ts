import { type Message, suggestion } from '../../core/index.js';
import { labelOf, type Traced } from './tracer.js';

/**
 * Warns of messages whose topic nobody reads, once for each behaviour and topic (I10): all readers of the
 * mailbox are of `ofTopic`, and none has let the message through. In production there is none of this.
 */
export class UnreadTopics {
  readonly #warn: Warn;
  readonly #told = new Set<string>();
  readonly #optional = new Set<string>();
  readonly #broadcasts = new WeakSet<Message>();

  constructor(warn: Warn) {
    this.#warn = warn;
  }

  /** Makes a topic one that need not be read; the adapter that sends messages of it says so. */
  excuse(topic: string): void {
    this.#optional.add(topic);
  }

  /** A message goes to a whole group, where not everybody has to read it: only a slip is told of. */
  readonly broadcast = (message: Message): void => void this.#broadcasts.add(message);

  /** Nobody has read a message; `read` is what its process reads. */
  tell(process: Labelled, message: Message, read: readonly string[]): void {
    const { topic } = message;
    const hint = suggestion(topic, read);
    if (this.#optional.has(topic) || (hint === '' && this.#broadcasts.has(message))) return;
    const label = labelOf(process);
    const kind = `${label} ${topic}`;
    if (this.#told.size >= MAX_TOLD || this.#told.has(kind)) return;
    this.#told.add(kind);
    const { pid } = process;
    const reads = hint || `; it reads ${read.join(', ') || 'nothing'}`;
    const text = `'${topic}' was sent to ${pid} (${label}), where no ofTopic lets it through`;
    this.#warn('unread_topic', `${text}${reads}`, pid);
  }
}

type Labelled = Pick<Traced, 'pid' | 'id' | 'behavior'>;

type Warn = (code: string, message: string, pid: string) => void;

/** How many topics are told of at most, because topics may be made up without end. */
const MAX_TOLD = 1_000;
