// One WebSocket client on a bare socket. A client library would spend more on a frame than the
// server that is measured, and the client would be the limit.
import { connect, type Socket } from 'node:net';
import type { Protocol } from './protocols.js';
import {
  acceptKey,
  clientFrame,
  closeFrame,
  frameAt,
  opcode,
  textFrame,
  upgradeRequest,
  wholeText,
} from './wire.js';

/** What all the connections of a run share, built once. */
export interface Plan {
  readonly port: number;
  readonly protocol: Protocol;
  readonly request: Buffer;
  /** The text that comes back, and how many bytes it comes back in, envelope included. */
  readonly text: string;
  readonly size: number;
  /** `batches[n]` is n messages in one buffer, for one write. */
  readonly batches: readonly Buffer[];
}

export interface Handlers {
  opened?(client: Client): void;
  /** So many whole replies were in one chunk. */
  replied?(client: Client, replies: number): void;
  closed?(client: Client): void;
  failed(reason: string): void;
}

export function plan(options: {
  port: number;
  path: string;
  protocol: Protocol;
  inflight: number;
  size: number;
}): Plan {
  const { port, path, protocol, inflight, size } = options;
  const text = 'x'.repeat(Math.max(0, size - protocol.envelope));
  const frame = textFrame(protocol.say(text));
  const batches = Array.from({ length: inflight + 1 }, (_, n) =>
    Buffer.concat(Array<Buffer>(n).fill(frame)),
  );
  const request = upgradeRequest(port, protocol.target(path), protocol.subprotocol);
  return { port, protocol, request, text, size: text.length + protocol.envelope, batches };
}

// One read buffer for all sockets: a chunk is dealt with before the next one is read.
const chunk = Buffer.allocUnsafe(256 * 1024);

export class Client {
  readonly #plan: Plan;
  readonly #handlers: Handlers;
  readonly #socket: Socket;
  #state: 'handshake' | 'session' | 'open' | 'leaving' = 'handshake';
  /** The first bytes of a frame, or of the handshake's answer, whose end has not come yet. */
  #rest: Buffer | undefined;
  /** The text of the first reply is compared; the following ones by their header. */
  #verified = false;
  /** How many replies have come so far. */
  replies = 0;

  constructor(plan: Plan, handlers: Handlers) {
    this.#plan = plan;
    this.#handlers = handlers;
    const callback = (length: number) => this.#receive(length);
    const onread = { buffer: chunk, callback };
    this.#socket = connect({ host: '127.0.0.1', port: plan.port, noDelay: true, onread });
    this.#socket.write(plan.request);
    this.#socket.on('error', (error) => handlers.failed(error.message));
    this.#socket.on('close', () => this.#closed());
  }

  /** Sends `count` messages in one write, as a client does that batches. */
  send(count: number): void {
    const batch = this.#plan.batches[count];
    if (batch) this.#socket.write(batch);
    else this.#handlers.failed(`${count} replies at once, to fewer messages`);
  }

  /** Starts the closing handshake; the server answers it and ends the connection. */
  leave(): void {
    this.#state = 'leaving';
    this.#socket.write(closeFrame);
  }

  #closed(): void {
    if (this.#state === 'leaving') this.#handlers.closed?.(this);
    else this.#handlers.failed(`the server ended a connection in state '${this.#state}'`);
  }

  #receive(length: number): boolean {
    const fresh = chunk.subarray(0, length);
    const data = this.#rest ? Buffer.concat([this.#rest, fresh]) : fresh;
    this.#rest = undefined;
    const used = this.#state === 'handshake' ? this.#handshake(data) : this.#frames(data, 0);
    if (used < data.length) this.#rest = Buffer.from(data.subarray(used));
    return true;
  }

  #handshake(data: Buffer): number {
    const end = data.indexOf('\r\n\r\n');
    if (end < 0) return 0;
    const head = data.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 101 ') || !head.includes(acceptKey)) {
      this.#handlers.failed(`the upgrade was answered with: ${data.toString('latin1', 0, 300)}`);
    }
    this.#state = 'session';
    if (this.#plan.protocol.openAtOnce) this.#open();
    return this.#frames(data, end + 4);
  }

  #open(): void {
    this.#state = 'open';
    this.#handlers.opened?.(this);
  }

  /** Takes the whole frames from `from` on and returns where the first incomplete one begins. */
  #frames(data: Buffer, from: number): number {
    const { size } = this.#plan;
    // Replies of one length make the fast path: their header to compare, no object per frame.
    const isFast = this.#state === 'open' && this.#verified && size < 65_536;
    const length = size < 126 ? 2 + size : 4 + size;
    let replies = 0;
    let at = from;
    while (at + 2 <= data.length) {
      if (isFast && at + length <= data.length && isHeader(data, at, size)) {
        replies += 1;
        at += length;
        continue;
      }
      const frame = frameAt(data, at);
      if (!frame || frame.end > data.length) break;
      const payload = data.subarray(frame.start, frame.end);
      if (this.#isReply(data[at] ?? 0, payload)) replies += 1;
      else this.#other(data[at] ?? 0, payload);
      at = frame.end;
    }
    this.replies += replies;
    if (replies > 0) this.#handlers.replied?.(this, replies);
    return at;
  }

  #isReply(first: number, payload: Buffer): boolean {
    const { protocol, size, text } = this.#plan;
    if (this.#state !== 'open' || first !== wholeText || payload.length !== size) return false;
    this.#verified ||= protocol.textOf(payload.toString()) === text;
    return this.#verified;
  }

  #other(first: number, payload: Buffer): void {
    if (first === (0x80 | opcode.ping)) {
      this.#socket.write(clientFrame(opcode.pong, payload));
      return;
    }
    // While leaving, whatever was still under way may arrive, and the server's close frame must.
    if (this.#state === 'leaving') return;
    if (first === (0x80 | opcode.close)) {
      const code = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
      this.#handlers.failed(`the server closed with ${code} ${payload.toString('utf8', 2)}`);
      return;
    }
    const step = first === wholeText ? this.#plan.protocol.next(payload.toString()) : undefined;
    if (!step) {
      const text = payload.toString('latin1', 0, 80);
      this.#handlers.failed(`unexpected frame 0x${first.toString(16)}: ${text}`);
    } else if ('send' in step) this.#socket.write(textFrame(step.send));
    else this.#open();
  }
}

/** Whether the header of a whole text frame of `size` bytes is at `at`. */
function isHeader(data: Buffer, at: number, size: number): boolean {
  if (data[at] !== wholeText) return false;
  if (size < 126) return data[at + 1] === size;
  return data[at + 1] === 126 && data.readUInt16BE(at + 2) === size;
}
