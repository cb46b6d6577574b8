import type { Kernel } from '../runtime/index.js';
import type { Carrier } from './carrier.js';
import type { PeerLink } from './link/peerLink.js';
import { Relations } from './relations/relations.js';
import type { SharedSession } from './relations/shared.js';
import type { Entry } from './wire/entry.js';
import { EntryReader } from './wire/entryReader.js';
import { EntryWriter } from './wire/entryWriter.js';
import type { Packer } from './wire/loadPacker.js';

/** One session with another node: what its processes and those here are to each other, and how that becomes bytes. */
export class Session implements SharedSession {
  readonly relations: Relations;
  /** What the other node has said of itself; known once the link has begun. */
  meta: unknown;
  /** Whether all of its state has come (D14). */
  isComplete = false;
  readonly #world: SessionWorld;
  readonly #link: () => PeerLink | undefined;
  readonly #writer: EntryWriter;
  readonly #reader: EntryReader;
  #turn: number | undefined;
  #isOver = false;

  constructor(node: string, world: SessionWorld, link: () => PeerLink | undefined) {
    const { kernel, packer, maxMessage, isStrict } = world;
    const { events } = kernel;
    this.#world = world;
    this.#link = link;
    this.relations = new Relations(kernel, node, this);
    this.#writer = new EntryWriter(packer, {
      ...{ maxMessage, isStrict },
      leftOut: (text) => events.warning('unencodable', `what goes to ${node}: ${text}`),
    });
    this.#reader = new EntryReader(packer, (kind) =>
      events.warning('unknown_entry', `${node} sends entries of kind ${kind}, which are skipped`),
    );
  }

  get isFull(): boolean {
    return this.#link()?.isFull === true;
  }

  send(entry: Entry, exempt: boolean): boolean {
    if (this.#isOver) return false;
    const bytes = this.pack(entry);
    if (this.sendPacked(bytes, exempt)) return true;
    this.#writer.forget();
    return false;
  }

  post(entry: Entry): void {
    if (!this.#isOver) this.postPacked(this.pack(entry));
  }

  sendPacked(bytes: Uint8Array, exempt: boolean): boolean {
    return !this.#isOver && this.#link()?.send(bytes, exempt) === true;
  }

  postPacked(bytes: Uint8Array): void {
    if (!this.#isOver) this.#link()?.post(bytes);
  }

  /** An object that a message carries is the same for another one only in the turn that sends both (D21). */
  pack(entry: Entry): Uint8Array {
    const { turn } = this.#world.kernel.queue;
    if (turn === undefined || turn !== this.#turn) this.#writer.forget();
    this.#turn = turn;
    return this.#writer.write(this.#world.carrier.pack(entry));
  }

  /** Takes the entries of a frame, whose effects come in a turn; `undefined` if they cannot be read (D26). */
  read(body: Uint8Array): number | undefined {
    const { relations } = this;
    if (relations.kept > MAX_KEPT) {
      const what = 'more than 500,000 monitors, calls, links and full mailboxes';
      this.#world.kernel.events.warning('bad_frame', `${relations.node} keeps ${what} here (D61)`);
      return undefined;
    }
    try {
      const entries = this.#reader.read(body);
      this.#world.kernel.queue.push(this, entries);
      return entries.length;
    } catch {
      return undefined;
    }
  }

  receive(entries: readonly Entry[]): void {
    const { carrier } = this.#world;
    for (const entry of entries) {
      if (!this.relations.isForged(entry)) carrier.unpack(entry, this.#take);
    }
  }

  readonly #take = (entry: Entry): void => this.#world.take(this, entry);

  /** From now on nothing is sent; what the processes are told comes with `relations.end`. */
  close(): void {
    this.#isOver = true;
    this.relations.close();
  }
}

/** What may be kept here for another node: many times what honest ones need, and some 200 MB. */
const MAX_KEPT = 500_000;

/** What a session stands on. */
export interface SessionWorld {
  readonly kernel: Kernel;
  readonly packer: Packer;
  readonly maxMessage: number;
  readonly isStrict: boolean;
  readonly carrier: Carrier;
  /** Does what an entry says. */
  take(session: Session, entry: Entry): void;
}
