import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { isPromise } from '../core/index.js';
import {
  type Admission,
  closeRequest,
  closeSocket,
  type Own,
  type PendingHandshake,
  PendingSocket,
  type Refusal,
  refusals,
  type SocketOwner,
  writeRefusal,
} from '../upgrade/index.js';
import {
  type PlainAnswer,
  readAnswer,
  type UpgradeAnswer,
  type UpgradeHandler,
} from './readAnswer.js';

/** One handshake with its handler: it ends with a connection, an answer of HTTP, or the client's leaving. */
export class Handshake implements PendingHandshake, SocketOwner {
  readonly request: IncomingMessage;
  readonly pending: PendingSocket;
  key: string | undefined;
  readonly #admission: Admission;
  /** How many listened for the request's end before the handler did. */
  readonly #listening: number;
  /** Answered, or the client is gone: what the handler still says is for nobody. */
  #isOver = false;
  #hasFailed = false;

  constructor(admission: Admission, request: IncomingMessage, head: Buffer) {
    this.request = request;
    this.#admission = admission;
    this.#listening = request.listenerCount('end');
    this.pending = new PendingSocket(request.socket, head, this);
    this.pending.maxEarly = admission.maxEarly;
  }

  /** Asks the handler, unless the client may not ask at all. */
  run(handler: UpgradeHandler): void {
    const refusal = this.#admission.enter(this, ownOf(this.request));
    if (refusal !== undefined) return this.refuse(refusal);
    this.#admission.followers.serve(this, this.request, () => this.#ask(handler));
  }

  #ask(handler: UpgradeHandler): void {
    try {
      const answer = handler(this.request);
      if (!isPromise(answer)) return this.#obey(answer);
      this.#wait();
      answer.then(
        (late) => this.#obeyLate(late),
        (error) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  refuse(refusal: Refusal): void {
    if (this.#isOver) return;
    const { socket } = this.pending;
    this.#close(refusal.status, () => writeRefusal(socket, refusal, this.request.method));
  }

  /** The handler takes its time: the client is watched, and the clock runs. */
  #wait(): void {
    const { handshakeTimeout, warnings, hub } = this.#admission;
    if (hub.draining) return this.refuse(refusals.shuttingDown(hub));
    this.pending.watch();
    this.pending.setTimer(handshakeTimeout, () => {
      warnings.timeout(this.request);
      this.refuse(refusals.noAnswer);
    });
  }

  #obeyLate(answer: UpgradeAnswer | undefined): void {
    try {
      this.#obey(answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  #obey(given: UpgradeAnswer | undefined): void {
    if (this.#isOver) return;
    const answer = readAnswer(given);
    if ('status' in answer) {
      return this.#close(answer.status, () => writeAnswer(this.pending.socket, answer));
    }
    // Row 11: nothing, where there is nobody.
    if (this.pending.socket.destroyed) return this.#abandon();
    const refusal = this.#admission.admit(this, answer);
    if (refusal === undefined) this.leave();
    else this.refuse(refusal);
  }

  /** The handler may have destroyed the socket with an error, which is emitted later. */
  #abandon(): void {
    this.pending.guard();
    this.leave();
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#admission.warnings.failed(this.request, error);
    this.#hasFailed = true;
    this.refuse(refusals.failed);
  }

  /** Answers on the socket and closes it. */
  #close(status: number, write: () => void): void {
    this.#admission.answered(this, status);
    // Reads what the client still sends: unread bytes would cut the answer off.
    this.pending.watch();
    write();
    this.leave();
  }

  leave(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.pending.forget();
    this.#admission.leave(this);
    const kept = this.#hasFailed ? this.#listening : undefined;
    closeRequest(this.request, this.pending.socket.destroyed, kept);
  }

  /** As Node does it: a socket that nobody has an idea for is ended. */
  onTimeout(): void {
    const { socket } = this.pending;
    if (!this.request.emit('timeout', socket)) socket.destroy();
  }
}

function ownOf({ headers, socket }: IncomingMessage): Own {
  return { host: headers.host, protocol: (socket as TLSSocket).encrypted ? 'https' : 'http' };
}

function writeAnswer(socket: Socket, { status, lines, body }: PlainAnswer): void {
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines];
  if (body !== undefined) head.push(`Content-Length: ${body.length}`);
  socket.write(`${head.join('\r\n')}\r\n\r\n`, 'latin1');
  if (body !== undefined) socket.write(body);
  closeSocket(socket);
}
