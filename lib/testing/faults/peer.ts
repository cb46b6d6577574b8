import { connect, type Socket } from 'node:net';
import { clearTimeout, setInterval, setTimeout } from 'node:timers';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { clientFrame, OPCODE } from './clientFrame.js';
import { FrameReader, type ServerFrame } from './frameReader.js';
import type { Target } from './target.js';

/**
 * A WebSocket client written by hand, which does whatever a fault wants: it may be silent, slow or malformed,
 * as no proper client can be.
 */
export class Peer {
  readonly socket: Socket;
  /** The status of the answer; 101 if the connection is open. */
  status: number | undefined;
  /** Of the server's close frame; 1005 if it had none. */
  code: number | undefined;
  reason: string | undefined;
  /** How many messages have come. */
  messages = 0;
  /** When the socket has closed, and why. */
  readonly ended: Promise<FaultEnd>;
  readonly #plan: Plan;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #frames = new FrameReader();
  /** The answer's head, until it is whole. */
  #head = '';
  #stopped: FaultEnd | undefined;
  #error: string | undefined;

  constructor({ host, port, tls, request }: Target, plan: Plan = {}) {
    this.#plan = plan;
    // Half open, so that the server's end does not bring about ours.
    const address = { host, port, allowHalfOpen: true };
    this.socket = tls === undefined ? connect(address) : connectTls({ ...tls, ...address });
    const { socket } = this;
    socket.on('error', (error: Error & { code?: string }) => {
      this.#error = error.code ?? error.message;
    });
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
    socket.on('end', () => socket.destroy());
    let isConnected = false;
    socket.on(tls === undefined ? 'connect' : 'secureConnect', () => {
      isConnected = true;
      if (plan.begin) plan.begin(this, request);
      else socket.write(request);
    });
    this.ended = new Promise((resolve) => {
      socket.on('close', () => {
        for (const timer of this.#timers) clearTimeout(timer);
        resolve(this.#stopped ?? (isConnected ? this.#end() : 'unreachable'));
      });
    });
  }

  send(opcode: number, data?: string | Uint8Array): void {
    this.socket.write(clientFrame(opcode, data));
  }

  /** Goes without a word: by a TCP reset, or by the end of TCP alone. */
  stop(why: FaultEnd, how: 'reset' | 'end' = 'reset'): void {
    this.#stopped ??= why;
    const { socket } = this;
    // What has not connected cannot be reset, and under TLS Node does not do it.
    if (how === 'end' || socket.connecting || socket instanceof TLSSocket) socket.destroy();
    else socket.resetAndDestroy();
  }

  /** Does something after a while, or again and again; no more once the socket has closed. */
  after(millis: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, millis);
    this.#timers.add(timer);
  }

  every(millis: number, run: () => void): void {
    this.#timers.add(setInterval(run, millis));
  }

  #read(chunk: Buffer): void {
    if (this.status === undefined) this.#readHead(chunk);
    else if (this.status === 101) this.#readFrames(chunk);
  }

  #readHead(chunk: Buffer): void {
    this.#head += chunk.toString('latin1');
    const end = this.#head.indexOf('\r\n\r\n');
    if (end < 0) return;
    const rest = Buffer.from(this.#head.slice(end + 4), 'latin1');
    const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(this.#head)?.[1] ?? 0);
    this.#head = '';
    // Early hints, say: the answer is still to come.
    if (status > 101 && status < 200) return this.#readHead(rest);
    this.status = status;
    if (status !== 101) return void this.socket.end();
    this.#plan.open?.(this);
    this.#readFrames(rest);
  }

  #readFrames(chunk: Buffer): void {
    for (const frame of this.#frames.read(chunk)) {
      this.#plan.frame?.(frame);
      this.#obey(frame);
    }
  }

  #obey({ opcode, payload }: ServerFrame): void {
    const isDeaf = this.#plan.isDeaf ?? false;
    if (opcode === OPCODE.text || opcode === OPCODE.binary) this.messages++;
    else if (opcode === OPCODE.ping && !isDeaf) this.send(OPCODE.pong, payload);
    else if (opcode === OPCODE.close) {
      this.code = payload.length < 2 ? 1005 : payload.readUInt16BE(0);
      this.reason = payload.toString('utf8', 2);
      if (!isDeaf) this.send(OPCODE.close, payload.subarray(0, 2));
    }
  }

  /** How the server has ended it. */
  #end(): FaultEnd {
    if (this.code !== undefined) return 'closed';
    if (this.status !== undefined && this.status !== 101) return 'refused';
    return this.#error === undefined ? 'ended' : 'reset';
  }
}

/**
 * How it ended: `closed`: by a close frame of the server; `refused`: by an answer other than 101; `ended`: by
 * the end of TCP without either; `reset`: TCP was reset; `unreachable`: no connection; `left`: the fault itself
 * has left; `timeout`, `aborted`: it was given up.
 */
export type FaultEnd =
  | 'closed'
  | 'refused'
  | 'ended'
  | 'reset'
  | 'unreachable'
  | 'left'
  | 'timeout'
  | 'aborted';

/** What is special about a peer. */
export interface Plan {
  /** Sends the handshake; by default all of it at once. */
  readonly begin?: (peer: Peer, request: string) => void;
  /** The answer was 101. */
  readonly open?: (peer: Peer) => void;
  /** A frame has come. */
  readonly frame?: (frame: ServerFrame) => void;
  /** Whether pings and close frames stay unanswered; default no. */
  readonly isDeaf?: boolean;
}
