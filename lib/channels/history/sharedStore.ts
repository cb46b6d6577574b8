import type { Unsubscribable } from 'rxjs';
import { ProcessError } from '../../core/index.js';
import type { Bounds, Entry, HistoryStore, Recordable } from './historyStore.js';

/**
 * A store that several servers have in common, so that who owns a channel next goes on in the same epoch (CH13). One server
 * at a time writes a stream: it takes it first, and who had it before is refused from then on. A message has a place only
 * when the store has it, so that nobody is shown what the next owner would not know.
 *
 * What is read of a stream (`extent`, `after`, `page`) is answered between `opened` and `ended`, and only then; `append`, which
 * would have to answer at once, never.
 */
export interface SharedStore extends HistoryStore {
  /** Takes a stream; the answer comes by `opened`, or `ended`. @throws ProcessError `Invalid`: it is held here already. */
  take(name: string, bounds: Bounds, keeper: Keeper): Hold;
}

/** Whether a store is one that streams are taken from. */
export const isShared = (store: HistoryStore): store is SharedStore => 'take' in store;

/** Checks that a store is one for a single server. @throws ProcessError `Invalid`. */
export function checkOwn(store: HistoryStore): void {
  if (!isShared(store)) return;
  const text = 'the store is for several nodes: give createWebSocketManager({ cluster })';
  throw new ProcessError('Invalid', `history: ${text}`);
}

/** A stream as its owner writes it. */
export interface Hold {
  /**
   * Adds a message behind all that were given before, also before `opened`.
   *
   * @returns `false`: too much waits for the store, or the hold is over
   * @throws ProcessError `Invalid`: the message is larger than the store takes
   */
  append(message: Shared): boolean;
  /** Gives the stream up once all that was given is in it; `ended` tells when. */
  release(): void;
}

/** A message, and who has sent it here: the next owner knows by it what has arrived, whatever became of the answer. */
export interface Shared extends Recordable {
  readonly origin?: Origin | undefined;
}

/** A sender, and its count of messages, which rises. */
export interface Origin {
  readonly id: string;
  readonly n: number;
}

/** Who holds a stream; nothing of it may throw. */
export interface Keeper {
  /** It is here, and nobody else writes it. @param seen the highest count of each sender in it */
  opened(seen: ReadonlyMap<string, number>): void;
  /** A message has its place; in the order in which they were given. */
  appended(entry: Entry, message: Shared): void;
  /**
   * Nothing more is told.
   *
   * @param why `taken`: another server has it; `failed`: the store does not answer, or cannot be
   * read, which was told as a warning
   * @param waiting what was given and has no place; the first of them may be in the store all the same
   */
  ended(why: 'released' | 'taken' | 'failed', waiting: readonly Shared[]): void;
  /** Calls back later, by the system's scheduler. */
  after(millis: number, run: () => void): Unsubscribable;
}
