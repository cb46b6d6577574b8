import type { DropReason, Pid } from '../../core/index.js';
import type { Kernel } from '../../runtime/index.js';
import type { SharedSession } from '../relations/shared.js';
import type { Entry } from '../wire/entry.js';
import { pieces, type Row } from './pieces.js';

/** The other nodes, as those who are told of groups. What is the same for all of them is packed once. */
export class Audience {
  readonly #kernel: Kernel;
  readonly #pieceBytes: number;
  readonly #sessions = new Map<string, SharedSession>();

  /** No entry has more than `maxMessage` bytes. */
  constructor(kernel: Kernel, maxMessage: number) {
    this.#kernel = kernel;
    this.#pieceBytes = Math.min(maxMessage, PIECE);
  }

  get isEmpty(): boolean {
    return this.#sessions.size === 0;
  }

  add(session: SharedSession): void {
    this.#sessions.set(session.relations.node, session);
  }

  /** A node is lost; its next session may have begun already. */
  remove(node: string): void {
    if (this.#sessions.get(node)?.relations.phase === 'ended') this.#sessions.delete(node);
  }

  /** Tells one node of the members of all groups of a scope (D14). */
  introduce(session: SharedSession, scope: string, rows: Iterable<Row>): void {
    let last: string | undefined;
    for (const groups of this.#pieces(scope, rows)) {
      const change = groups[0]?.[0] === last ? 'join' : 'set';
      last = groups.at(-1)?.[0];
      const bytes = this.pack({ kind: 'group', scope, change, groups });
      if (bytes !== undefined) session.postPacked(bytes);
    }
  }

  /** Tells all, in the call that makes the change, or within a turn, behind all that was delivered (D47). */
  tell(
    way: 'send' | 'post',
    scope: string,
    change: 'set' | 'join' | 'leave',
    rows: readonly Row[],
  ): void {
    for (const groups of this.#pieces(scope, rows)) {
      const bytes = this.pack({ kind: 'group', scope, change, groups });
      if (bytes === undefined) continue;
      for (const session of this.#sessions.values()) {
        if (way === 'send') session.sendPacked(bytes, true);
        else session.postPacked(bytes);
      }
    }
  }

  #pieces(scope: string, rows: Iterable<Row>): readonly Row[][] {
    return pieces(rows, this.#pieceBytes - Buffer.byteLength(scope) - HEAD);
  }

  /** The bytes of an entry for all; a warning tells of what cannot cross, and who has sent it. */
  pack(entry: Entry, from?: Pid): Uint8Array | undefined {
    const [session] = this.#sessions.values();
    try {
      return session?.pack(entry);
    } catch (error) {
      const what =
        entry.kind === 'cast' ? `a broadcast of '${entry.topic}'` : 'the members of a group';
      const text = `${what} cannot cross: ${(error as Error).message}`;
      this.#kernel.events.warning('unencodable', text, from);
      return undefined;
    }
  }

  /** Sends to one node; the result is why it does not get it. */
  send(node: string, bytes: Uint8Array, isExempt: boolean): DropReason | undefined {
    const session = this.#sessions.get(node);
    if (session === undefined || session.relations.phase === 'ended') return 'no node';
    return session.sendPacked(bytes, isExempt) ? undefined : 'overflow';
  }
}

/** Bytes of an entry of members, so that a long list does not keep the link busy for long. */
const PIECE = 1024 * 1024;

/** Bytes of an entry of members beside its scope and its rows. */
const HEAD = 32;
