import type { Duplex, Writable } from 'node:stream';
import * as library from 'ws';
import { compact, detached } from './compact.js';
import type { Intake } from './intake.js';
import type { Rates, Slice } from './rates.js';

/**
 * The receiver of `ws`, which reads a connection slice by slice: after so many frames or bytes it goes on
 * in a later turn, and meanwhile `ws` does not read the socket, as with any stream that is busy (Q6).
 *
 * It takes `ws` by its private fields, and is the only file that does; its spec fails when they change.
 */
export class PacedReceiver extends (library as unknown as Library).Receiver implements Slice {
  // Set by `pace`, because the constructor of this class never runs.
  declare port: PacePort;
  declare frames: number;
  declare bytes: number;

  /** The receiver of a WebSocket, which has been paced. */
  static of(ws: library.WebSocket): PacedReceiver {
    return (ws as unknown as Parts)._receiver;
  }

  /** How many bytes a WebSocket has read at most and not handed on: what waits in its socket, too. */
  static unreadOf(ws: library.WebSocket): number {
    const { _receiver, _socket } = ws as unknown as Parts;
    return _receiver.unread + _socket.readableLength;
  }

  /** Has a WebSocket be read slice by slice. */
  static pace(ws: library.WebSocket, port: PacePort): void {
    const paced = PacedReceiver.of(ws);
    // A field that came after the prototype would give each receiver a hidden class of its own, of 900 bytes.
    Object.assign(paced, { port, ...port.intake.slice });
    Object.setPrototypeOf(paced, PacedReceiver.prototype);
  }

  /** How many bytes wait here, at most: of a message that is not complete, or not looked at yet. */
  get unread(): number {
    return this._messageLength + this._bufferedBytes + this.writableLength;
  }

  /** Whether a part of a message, or of a frame, is here. */
  get isBegun(): boolean {
    return this._state !== GET_INFO || this._bufferedBytes > 0 || this._fragmented !== 0;
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: Done): void {
    // Invariant: nothing behind a fault is read. Node goes on with the chunks that wait behind one that failed.
    if (this._errored) return done();
    if (this.bytes <= 0 && !this.renews()) {
      return this.later(() => this._write(chunk, encoding, done));
    }
    this.bytes -= chunk.length;
    super._write(chunk, encoding, done);
    this.shrink();
    if (this.isBegun) this.port.hold(chunk.length);
  }

  /** Begins a frame of whatever kind; this is the only place that all of them pass. */
  override getInfo(done: Done): void {
    if (this._bufferedBytes < 2) return super.getInfo(done);
    if (this.frames > 0 || this.renews()) {
      this.frames--;
      return super.getInfo(done);
    }
    // As `ws` does it where events must not come in one turn: `done` is not called before it goes on.
    this._state = DEFER_EVENT;
    this.later(() => {
      this._state = GET_INFO;
      this.startLoop(done);
      this.shrink();
    });
  }

  override dataMessage(done: Done): void {
    if (!this._fin) compact(this._fragments);
    super.dataMessage(done);
  }

  /** The socket has ended: what has come is read to its end, and no rate may hold up the news of it. */
  override end(): this {
    const ended = super.end();
    this.port.rates?.hurry?.();
    return ended;
  }

  /** Begins the next slice at once, if the latest was begun in another turn: this one may have a new one. */
  renews(): boolean {
    this.port.rates ??= this.port.intake.rates();
    const { rates, intake } = this.port;
    const { now } = intake.turns;
    if (rates.turn === now || this.renew(rates) > 0) return false;
    rates.turn = now;
    return true;
  }

  renew(rates: Rates): number {
    return this.writableEnded ? rates.waive(this) : rates.renew(this);
  }

  /** Goes on in a later turn, or when the client's rates allow it (Q7). */
  later(goOn: () => void): void {
    this.port.readLater();
    this.port.rates ??= this.port.intake.rates();
    const { rates, intake } = this.port;
    const wait = this.renew(rates);
    if (wait === 0) {
      intake.turns.push(() => {
        rates.turn = intake.turns.now;
        goOn();
      });
      return;
    }
    this.port.overRate();
    const again = (): void => {
      rates.hurry = undefined;
      this.later(goOn);
    };
    const cancel = this.port.intake.after(wait, again);
    rates.hurry = () => {
      cancel();
      again();
    };
  }

  /** Has what waits for more take no more memory than it needs, and what does not, none (Q8). */
  shrink(): void {
    if (!this.isBegun) this._mask = undefined;
    else {
      compact(this._buffers);
      if (this._mask !== undefined) this._mask = detached(this._mask);
    }
  }
}

/** The connection, as the pace of its receiver sees it. */
export interface PacePort {
  readonly intake: Intake;
  /** Made when the first slice is used up. */
  rates: Rates | undefined;
  /** So many bytes have come, and a part of a message waits. */
  hold(bytes: number): void;
  /** What the client has sent is read on in a later turn, its pong perhaps, too. */
  readLater(): void;
  /** The client has sent more than it may, and is not read for a while. */
  overRate(): void;
}

/** States of the receiver: before a frame, and waiting for a later turn. */
const GET_INFO = 0;
const DEFER_EVENT = 6;

type Done = (error?: Error | null) => void;

/** What a WebSocket reads with. */
interface Parts {
  readonly _receiver: PacedReceiver;
  readonly _socket: Duplex;
}

/** What the types of `ws` do not have. */
interface Library {
  readonly Receiver: new () => Writable & Receiver;
}

interface Receiver {
  _state: number;
  /** Whether the client has broken the protocol. */
  readonly _errored: boolean;
  /** What was read and is not consumed yet. */
  readonly _buffers: Buffer[];
  readonly _bufferedBytes: number;
  _mask: Buffer | undefined;
  /** The fragments of the message that have come, and their bytes. */
  readonly _fragments: Buffer[];
  readonly _messageLength: number;
  /** The opcode of a message whose last fragment has not come; otherwise 0. */
  readonly _fragmented: number;
  readonly _fin: boolean;
  startLoop(done: Done): void;
  getInfo(done: Done): void;
  dataMessage(done: Done): void;
}
