import type { Entry, KeptStream, Shared } from '../channels/index.js';
import type { Log } from './log.js';
import type { StreamRecord } from './streamRecord.js';

/** The store, as one stream that is held in it sees it. */
export interface Holding {
  readonly name: string;
  readonly log: Log;
  readonly now: () => number;
  readonly newId: () => string;
  readonly report: (what: string, error: unknown) => void;
  /** Takes the stream as it was read; `undefined`: there is none, and one begins. */
  readonly adopt: (stream: KeptStream | undefined) => void;
  /** The stream as it is; it begins anew, if it was forgotten. */
  readonly state: () => Pick<StreamRecord, 'epoch' | 'top' | 'floor' | 'first'>;
  readonly append: (message: Shared) => Entry;
  /** Counts bytes that wait; `false`: there is no room for them. */
  readonly weigh: (bytes: number) => boolean;
  readonly over: () => void;
}
