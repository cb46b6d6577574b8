import type { Entry } from '../wire/entry.js';
import type { Out } from './out.js';
import type { Relations } from './relations.js';

/** Something that nodes share beside what is between two processes: groups, names. Each node speaks for its own part of it. */
export interface Shared {
  /** The kinds of entries that may be for it. */
  readonly kinds: readonly Entry['kind'][];
  /** Says all that this node has of it, in the turn in which a session begins: by `post`, or what follows would overtake it (D14). */
  state(session: SharedSession): void;
  /** Does what an entry of these kinds says; `false` if that is for somebody else. */
  take(session: SharedSession, entry: Entry): boolean;
  /** A node is lost, and all that it had said with it. Runs before its relations end, in the same turn (D9). */
  lost(node: string): void;
}

/** A session with another node, as what is shared sees it. */
export interface SharedSession extends Out {
  readonly relations: Relations;
  /** The bytes of an entry that is no message to one process: they are the same for every node. @throws as `send`. */
  pack(entry: Entry): Uint8Array;
  /** `send` and `post` of such bytes. */
  sendPacked(bytes: Uint8Array, exempt: boolean): boolean;
  postPacked(bytes: Uint8Array): void;
}
