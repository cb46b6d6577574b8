import type { Hold, Keeper, Origin, Shared } from '../channels/index.js';
import { ProcessError } from '../core/index.js';
import type { Holding } from './holding.js';
import type { LogRecord } from './log.js';
import { Places } from './places.js';
import { readBack } from './readBack.js';
import type { StreamRecord } from './streamRecord.js';
import { Tail } from './tail.js';

/**
 * A stream that is held: read, then taken by a record behind the last one, then written. One record is on its way at a time,
 * as only its sequence says behind what the next one goes; what comes meanwhile is the next one.
 */
export class HeldStream implements Hold {
  #places = new Places();
  readonly #around: Holding;
  readonly #keeper: Keeper;
  readonly #tail: Tail;
  readonly #by: string;
  #phase: 'opening' | 'open' | 'over' = 'opening';
  #n = 0;
  /** The highest count of each sender, who has sent last as the last one. */
  #seen = new Map<string, number>();
  /** Given, and in no record yet. */
  #waiting: Shared[] = [];
  /** The record on its way. */
  #sent: StreamRecord | undefined;
  /** Whether the stream has begun anew, which the log is to know. */
  #isNew = false;
  #isLeaving = false;

  constructor(around: Holding, keeper: Keeper) {
    this.#around = around;
    this.#keeper = keeper;
    this.#by = around.newId();
    const { name, log, report } = around;
    this.#tail = new Tail(log, {
      name,
      after: (millis, run) => keeper.after(millis, run),
      failed: (error) => {
        report(`the history of ${name} is given up`, error);
        this.end('failed');
      },
    });
  }

  get isOpen(): boolean {
    return this.#phase === 'open';
  }

  begin(): void {
    this.#tail.read((records) => this.#take(records));
  }

  append(message: Shared): boolean {
    const { log, name } = this.#around;
    const size = sizeOf(message);
    if (size + HEAD > log.maxRecord) {
      const text = `${name}: a message of ${size} bytes is more than its history takes`;
      throw new ProcessError('Invalid', text);
    }
    if (this.#phase === 'over' || this.#isLeaving || !this.#around.weigh(size)) return false;
    this.#waiting.push(message);
    this.#write();
    return true;
  }

  release(): void {
    this.#isLeaving = true;
    this.#write();
  }

  /** An entry is in memory, or not any more. */
  count(offset: number, by: 1 | -1): void {
    this.#places.count(offset, by);
  }

  /** The stream was forgotten: the log is to know it soon, or it would come back. */
  forgotten(): void {
    this.#keeper.after(0, () => this.#write());
  }

  /** Another one has begun, after it was forgotten: by `forget`, or after an hour. */
  renewed(): void {
    if (this.#phase !== 'open') return;
    this.#places.clear();
    this.#isNew = true;
    this.#write();
  }

  /** Tells its keeper; nothing is written any more. */
  end(why: Parameters<Keeper['ended']>[0]): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    this.#tail.end();
    const waiting = [...(this.#sent?.messages ?? []), ...this.#waiting];
    this.#waiting = [];
    for (const message of waiting) this.#around.weigh(-sizeOf(message));
    this.#around.over();
    this.#keeper.ended(why, waiting);
  }

  #take(records: readonly LogRecord[]): void {
    const { name, report } = this.#around;
    try {
      const back = readBack(name, records);
      this.#places = new Places(back?.records);
      this.#seen = back?.seen ?? new Map();
      this.#around.adopt(back?.stream);
    } catch (error) {
      // Of a newer version, say: whoever can read it may need it.
      report(`the history of ${name} cannot be read`, error);
      return this.end('failed');
    }
    this.#send([]);
  }

  /** Writes what waits, unless something is on its way. */
  #write(): void {
    if (this.#phase !== 'open') return;
    // It may begin anew by this, which is written then.
    this.#around.state();
    if (this.#sent !== undefined) return;
    if (this.#waiting.length > 0 || this.#isNew) this.#send(this.#next());
    else if (this.#isLeaving) this.end('released');
  }

  /** As many of those that wait as there may be in one record. */
  #next(): readonly Shared[] {
    let bytes = HEAD;
    const first = this.#waiting.slice(0, MOST);
    const end = first.findIndex((message) => {
      bytes += sizeOf(message);
      return bytes > this.#around.log.maxRecord;
    });
    return this.#waiting.splice(0, end === -1 ? first.length : end);
  }

  #send(messages: readonly Shared[]): void {
    const { state, now } = this.#around;
    const { dead } = this.#places;
    const seen = [...this.#seen].slice(-SENDERS);
    const record = { by: this.#by, n: ++this.#n, at: now(), ...state(), seen, messages };
    this.#isNew = false;
    this.#sent = record;
    this.#tail.append(record, (sequence) => {
      if (sequence === undefined) return this.#refused();
      this.#stored(sequence, record);
      this.#sent = undefined;
      // Not before, as only this record says that they were of no use.
      if (dead !== undefined) this.#places.delete(dead, this.#around);
      this.#write();
    });
  }

  /** Who reads, and finds that somebody else was faster, reads on; who has had the stream, has lost it. */
  #refused(): void {
    if (this.#phase === 'open') return this.end('taken');
    this.#sent = undefined;
    this.begin();
  }

  #stored(sequence: number, { messages, epoch, top }: StreamRecord): void {
    if (this.#phase === 'opening') {
      this.#phase = 'open';
      this.#places.push(sequence, top, 0);
      return this.#keeper.opened(new Map(this.#seen));
    }
    const isOver = (): boolean => this.#around.state().epoch !== epoch;
    if (isOver()) this.#places.push(sequence, 0, 0);
    else this.#places.push(sequence, top, messages.length);
    for (const [i, message] of messages.entries()) {
      // It has begun anew, perhaps by what was shown just now: the rest is of this one, as it was shown in no other.
      if (isOver()) return void this.#waiting.unshift(...messages.slice(i));
      if (message.origin !== undefined) this.#note(message.origin);
      this.#around.weigh(-sizeOf(message));
      this.#keeper.appended(this.#around.append(message), message);
    }
  }

  #note({ id, n }: Origin): void {
    this.#seen.delete(id);
    this.#seen.set(id, n);
  }
}

const sizeOf = ({ plain, key = '' }: Shared): number =>
  Buffer.byteLength(plain) + 2 * Buffer.byteLength(key) + 128;

/** Bytes for the head of a record. */
const HEAD = 16 * 1024;
/** Messages of a record. */
const MOST = 1_000;
/** How many senders are remembered. */
const SENDERS = 64;
