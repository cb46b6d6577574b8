import type { Message, Pid } from '../../core/index.js';
import type { RunQueue } from '../queue/runQueue.js';
import type { Events } from '../telemetry/events.js';
import type { Tracer } from '../telemetry/tracer.js';
import type { TopicReaders } from '../telemetry/unreadTopics.js';
import type { Notice } from './notice.js';

/** Whom a stream belongs to, normally a process: what a direct subscriber throws ends it, not Node (S8). */
export interface Owner {
  crash(error: unknown): void;
  /** Who it is and where it warns, if it is a process. */
  readonly pid?: Pid;
  readonly kernel?: { readonly events: Pick<Events, 'inVain'> };
}

/** The process that an outlet belongs to. */
export interface OutletOwner extends Owner {
  readonly queue: RunQueue;
  /** Records what its readers take; `undefined` unless the process is traced. */
  readonly tracer: Tracer | undefined;
  /** Hears that one of the readers of an outlet has not read a message. */
  passed(message: Message, reader: object, readers: TopicReaders): void;
}

/** Is called with each entry that an outlet keeps, and with each that a reader takes. */
export interface Meter<T> {
  kept(entry: T | Notice): void;
  taken(entry: T): void;
}

/** Whether one entry belongs before another. */
export type Ahead = (entry: object, other: object) => boolean;
