import { type Message, suggestion } from '../../core/index.js';
import { labelOf, type Traced } from './tracer.js';

/**
 * Warns of messages whose topic nobody reads, once for each behaviour and topic (I10): all readers of the
 * mailbox are of `ofTopic`, and none has let the message through. In production there is none of this.
 */
export class UnreadTopics {
  readonly #warn: Warn;
  readonly #judged = new Set<string>();
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

  /** One reader has not read a message. It is told of when that was the last of them, and none has. */
  passed(process: Labelled, message: Message, reader: object, readers: TopicReaders): void {
    const { topic } = message;
    if (!readers.allPass(reader) || this.#optional.has(topic)) return;
    const isBroadcast = this.#broadcasts.has(message);
    const kind = `${isBroadcast} ${labelOf(process)} ${topic}`;
    if (this.#judged.has(kind) || this.#judged.size >= MAX_JUDGED) return;
    this.#judged.add(kind);
    const hint = suggestion(topic, readers.topics);
    if (isBroadcast && hint === '') return;
    const { pid } = process;
    const text = `'${topic}' was sent to ${pid} (${labelOf(process)}), where no ofTopic lets it through`;
    const reads = `; it reads ${readers.topics.join(', ') || 'nothing'}`;
    this.#warn('unread_topic', `${text}${hint || reads}`, pid);
  }
}

/** The readers of an outlet. */
export interface TopicReaders {
  /** Counts one that has not read the entry of this delivery; whether no reader has read it then. */
  allPass(reader: object): boolean;
  /** What those that are of `ofTopic` read. */
  readonly topics: readonly string[];
}

type Labelled = Pick<Traced, 'pid' | 'id' | 'behavior'>;

type Warn = (code: string, message: string, pid: string) => void;

/** How many topics are judged at most, because topics may be made up without end. */
const MAX_JUDGED = 1_000;
