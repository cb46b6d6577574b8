import type { Overflow } from '../protocol/index.js';
import type { EventFields, Receipts, SendOptions, Traffic } from '../relay/index.js';
import { Batch } from './batch.js';
import { forgetEvent } from './encodeEvent.js';
import { forgetFrame } from './encodeFrame.js';
import type { Flushable, OutgoingOwner, OutgoingSocket, OutgoingStream } from './outgoingOwner.js';
import { sentBytes, trafficOf } from './sentBytes.js';
import { UnsentFrames } from './unsentFrames.js';

export type { Flushable };

/**
 * What goes out on one socket: the frames of a drain are written together, and what waits is bounded. While
 * the client does not read, frames wait here and not in Node, which takes no more than one write at a time.
 */
export class Outgoing {
  readonly #net: OutgoingStream;
  readonly #socket: OutgoingSocket;
  readonly #owner: OutgoingOwner;
  receipts: Receipts | undefined;
  /** Frames of this drain that have not been written yet, as long as they are all there is. */
  #pending: Batch | undefined;
  /** What waits longer, or is not just a frame; it has the pending frames, too. */
  #unsent: UnsentFrames | undefined;
  /** The largest frame since everything was sent; it alone may be larger than `maxBuffered`. */
  #largest = 0;
  /** How many bytes had been sent at the last health check, if others were waiting then. */
  #sentBefore: number | undefined;

  constructor(net: OutgoingStream, socket: OutgoingSocket, owner: OutgoingOwner) {
    this.#net = net;
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Bytes that have not left the process yet. */
  get buffered(): number {
    return (this.#pending?.bytes ?? 0) + (this.#unsent?.bytes ?? 0) + this.#net.writableLength;
  }

  /** Of the stream as a whole. */
  get traffic(): Traffic {
    return trafficOf(this.#net);
  }

  /** Takes a frame, which is flushed at the end of the drain; `false` if it is not taken. */
  write(data: string | Uint8Array, options?: SendOptions, fields?: EventFields): boolean {
    if (!this.#socket.isOpen) return false;
    const frame = this.#socket.encode(data, fields);
    const { buffered } = this;
    if (buffered === 0 || frame.length > this.#largest) this.#largest = frame.length;
    const overflow = options?.overflow ?? this.#owner.overflow;
    const isPlain = overflow === 'close' && options?.ref === undefined;
    if (!isPlain || this.#unsent !== undefined) return this.#wait(frame, overflow, options);
    if (buffered + frame.length > this.#most) return this.#congest();
    this.#owner.counters.sent(frame.length);
    if (this.#pending === undefined) this.#owner.post(this);
    this.#pending = Batch.with(frame, this.#pending);
    return true;
  }

  /** The largest frame does not count, because the client had no chance yet to read any of it. */
  get #most(): number {
    return this.#owner.maxBuffered + this.#largest;
  }

  #congest(): false {
    this.#socket.congest();
    return false;
  }

  /** Takes a frame that has to wait, or may be dropped, or is asked after; it may drop others for it (W7). */
  #wait(frame: Buffer, overflow: Overflow, options: SendOptions | undefined): boolean {
    const isFirst = this.#pending === undefined && !(this.#unsent && this.#unsent.added > 0);
    const unsent = this.#toUnsent();
    const isDroppable = overflow !== 'close';
    const key = overflow === 'latest' ? (options?.key ?? '') : undefined;
    if (isDroppable) unsent.push(frame, true, key, options);
    const most = isDroppable ? this.#most : this.#most - frame.length;
    // A new frame that may be dropped is the last that is.
    while (this.buffered > most && unsent.dropOldest());
    if (!isDroppable) {
      if (this.buffered > most) return this.#congest();
      unsent.push(frame, false, undefined, options);
    }
    this.#owner.counters.sent(frame.length);
    if (isFirst) this.#owner.post(this);
    return true;
  }

  #toUnsent(): UnsentFrames {
    this.#unsent ??= new UnsentFrames(this);
    for (const frame of this.#pending?.frames ?? []) this.#unsent.push(frame, false);
    this.#pending = undefined;
    return this.#unsent;
  }

  /** Flushes what a drain has written to; its last frame is then wanted no more. */
  static flush(written: readonly Flushable[]): void {
    for (const outgoing of written) outgoing.flush();
    forgetFrame();
    forgetEvent();
    Batch.forget();
  }

  /** Writes all frames of the drain together, so that one system call is enough; what Node has no room for waits. */
  flush(): void {
    const batch = this.#pending;
    if (batch === undefined) return this.#flushUnsent();
    if (!this.#socket.isOpen) return;
    const { bytes } = batch;
    const isSmall = batch.isOne || bytes <= JOIN_BYTES;
    if (!isSmall || this.#net.writableNeedDrain) {
      this.#toUnsent();
      return this.#flushUnsent();
    }
    this.#pending = undefined;
    this.#net.write(batch.joined);
    if (this.#net.writableLength > 0) this.#owner.holders.add(this.#socket, bytes);
  }

  #flushUnsent(): void {
    const unsent = this.#unsent;
    if (unsent === undefined || !this.#socket.isOpen) return;
    const { added } = unsent;
    unsent.added = 0;
    while (!unsent.isEmpty && !this.#net.writableNeedDrain) this.#writeSome(unsent);
    if (!unsent.isEmpty) this.#awaitDrain(unsent);
    else if (unsent.isIdle) this.#unsent = undefined;
    if (added > 0 && this.buffered > 0) this.#owner.holders.add(this.#socket, added);
  }

  #writeSome(unsent: UnsentFrames): void {
    const { bytes, acks } = unsent.take(JOIN_BYTES);
    if (acks.length === 0) this.#net.write(bytes);
    else this.#net.write(bytes, unsent.leaving(acks));
  }

  #awaitDrain(unsent: UnsentFrames): void {
    if (unsent.isAwaited) return;
    unsent.isAwaited = true;
    this.#net.once('drain', () => {
      unsent.isAwaited = false;
      this.#flushUnsent();
    });
  }

  /** Hands everything to Node, however much waits there, because a close frame is to come behind it (W3). */
  finish(): void {
    this.flush();
    const unsent = this.#unsent;
    if (unsent === undefined || !this.#socket.isOpen) return;
    this.#net.cork();
    while (!unsent.isEmpty) this.#writeSome(unsent);
    this.#net.uncork();
  }

  /** Drops what waits here; whether so little is left that a client which reads soon sees what is said next. */
  discard(): boolean {
    if (this.#pending !== undefined) this.#toUnsent();
    this.#unsent?.dropAll();
    return this.buffered <= NEAR;
  }

  /** The socket is gone, and nothing that waits will leave. */
  end(): void {
    if (this.#pending !== undefined) this.#toUnsent();
    this.#unsent?.end();
  }

  /**
   * Looks at the progress since the last look: `idle` if nothing waits, `stuck` if something waits and
   * nothing has left since.
   */
  progress(): 'idle' | 'moving' | 'stuck' {
    this.flush();
    const before = this.#sentBefore;
    const sent = this.buffered > 0 ? sentBytes(this.#net) : undefined;
    this.#sentBefore = sent;
    if (sent === undefined) return 'idle';
    return sent === before ? 'stuck' : 'moving';
  }
}

/**
 * So many bytes may go out before an evicted client's close frame: Node takes a write of 64 KiB although less than
 * its high-water mark, 64 KiB as well, waits already; and there may be pings.
 */
const NEAR = 2 * 65_536 + 4_096;

/** At most so many bytes are copied into one buffer, and are handed to Node at a time. */
const JOIN_BYTES = 65_536;
