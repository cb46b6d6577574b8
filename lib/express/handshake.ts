import type { IncomingMessage, OutgoingHttpHeader, Server, ServerResponse } from 'node:http';
import {
  type Admission,
  closeRequest,
  HANDSHAKE_TIMEOUT,
  limitIdle,
  type Own,
  PendingSocket,
  type Refusal,
  type RelayAnswer,
  refusals,
  type SocketOwner,
  showRefusal,
  writeRefusal,
} from '../upgrade/index.js';
import { Gate, untouchable } from './gate.js';
import { type Interceptor, intercept } from './intercept.js';
import type { Mountable } from './mountable.js';
import { relayAnswer } from './relayAnswer.js';
import { UpgradeResponse } from './upgradeResponse.js';
import { warnNoAnswer, warnNotMounted } from './warnNotMounted.js';

/** One upgrade request on its way through the application. */
export class Handshake implements Mountable, Interceptor, SocketOwner {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pending: PendingSocket;
  readonly #listening: number;
  #phase: Phase = 'open';
  mounted: Admission | undefined;
  key: string | undefined;
  /** The swallowed answer, since the phase was `relay`. */
  #answer: RelayAnswer | undefined;
  /** What a plain answer goes through. */
  #gate: Gate | undefined;

  constructor(request: IncomingMessage, head: Buffer) {
    this.request = request;
    this.#listening = request.listenerCount('end');
    this.pending = new PendingSocket(request.socket, head, this);
    this.pending.guard();
    this.response = new UpgradeResponse(request, this);
    this.response.destroy = (error) => this.#destroy(error);
    this.response.setTimeout = (millis, callback) => this.#setTimeout(millis, callback);
    intercept(this.response, this);
  }

  /** Gives the request to the application as Node gives it any other. */
  run(server: Server): void {
    server.emit('request', this.request, this.response);
    // Nothing happens to a socket between an answer in this very turn and the next tick's handover.
    if (this.#phase !== 'relay' || !this.response.writableEnded) this.#wait();
  }

  mount(relay: Admission, own: Own): Refusal | undefined {
    // A handler that goes on after its answer gets no place, since nobody would free it.
    if (this.#phase !== 'open') return undefined;
    if (this.mounted !== relay) this.mounted?.leave(this);
    this.mounted = relay;
    this.pending.maxEarly = relay.maxEarly;
    const refusal = relay.enter(this, own);
    if (refusal === undefined && this.pending.isWatched) this.#wait();
    return refusal;
  }

  refuse(refusal: Refusal): void {
    if (this.#phase === 'over') return;
    // Its answer is on the way; only a client that does not read it is not waited for.
    if (this.#phase === 'plain') return limitIdle(this.pending.socket);
    this.#write(refusal);
    this.response.finished = true;
    nextTick(() => this.response.emit('finish'));
    this.leave();
  }

  #write(refusal: Refusal): void {
    this.#phase = 'over';
    // Reads what the client still sends: unread bytes would cut the answer off.
    this.pending.watch();
    this.pending.forget();
    this.mounted?.answered(this, refusal.status);
    showRefusal(this.response, refusal);
    UpgradeResponse.swallow(this.response);
    writeRefusal(this.pending.socket, refusal);
  }

  takes(status: number): boolean {
    return status >= 100 && status < 300 && this.mounted !== undefined;
  }

  get swallows(): boolean {
    return this.#phase === 'relay';
  }

  get drops(): boolean {
    return this.#phase === 'over' || this.#phase === 'relay';
  }

  /** Row 4 of H2, or not. */
  decide(status: number, header: OutgoingHttpHeader | undefined): number {
    if (this.#phase === 'over') return status;
    const { request, pending } = this;
    if (header !== undefined && this.takes(status)) {
      this.#phase = 'relay';
      this.#answer = relayAnswer(this.response, header);
      request.socket = untouchable(pending.socket);
    } else {
      if (header !== undefined && status < 300) warnNotMounted(request);
      else if (status >= 200 && status < 300) this.mounted?.warnings.notSet(request, status);
      this.mounted?.answered(this, status);
      request.socket = pending.socket;
      this.#passThrough();
    }
    return status;
  }

  /** Like Node, tells of the finish in the next tick, when rows 5–12 of H2 are decided. */
  finish(): void {
    this.response.finished = true;
    nextTick(() => this.#onFinish());
  }

  #onFinish(): void {
    if (this.#phase === 'over') return;
    // Row 11: nothing, where there is nobody.
    const { socket } = this.pending;
    if (this.#answer && this.mounted && !socket.destroyed) {
      const refusal = this.mounted.admit(this, this.#answer);
      if (refusal !== undefined) this.#write(refusal);
    }
    // Only now, so that an access log says what the client was told.
    this.response.emit('finish');
    this.leave();
  }

  /** The application takes its time: the client is watched, and the clock runs. */
  #wait(): void {
    if (this.#phase === 'over') return;
    const relay = this.mounted;
    this.pending.watch();
    if (this.#phase === 'plain') return;
    if (relay?.hub.draining) return this.refuse(refusals.shuttingDown(relay.hub));
    this.pending.setTimer(relay?.handshakeTimeout ?? HANDSHAKE_TIMEOUT, () => {
      warnNoAnswer(this.request, relay);
      this.refuse(refusals.noAnswer);
    });
  }

  /** A plain answer: no clock of ours any more, and Node's machinery on a gate to the socket. */
  #passThrough(): void {
    this.#phase = 'plain';
    this.pending.forget();
    if (this.#gate !== undefined) return;
    this.#gate = Gate.before(this.pending.socket, this.response);
    this.response.on('finish', () => this.leave());
  }

  /** What a handler destroys is the client, unless it is being relayed. */
  #destroy(error: Error | undefined): ServerResponse {
    if (this.#phase === 'open' || this.#phase === 'plain') this.pending.socket.destroy(error);
    return this.response;
  }

  /** Node would wait for a socket of the response's own, which it has only for a plain answer. */
  #setTimeout(millis: number, callback: (() => void) | undefined): ServerResponse {
    if (callback !== undefined) this.response.on('timeout', callback);
    if (this.#phase !== 'over') this.pending.socket.setTimeout(millis);
    return this.response;
  }

  /** As Node does it: a socket that nobody has an idea for is ended. */
  onTimeout(): void {
    const { request, response, pending } = this;
    const isHeard = request.emit('timeout', pending.socket);
    if (!response.emit('timeout', pending.socket) && !isHeard) pending.socket.destroy();
  }

  /** Nothing more will come of this: the response closes, as middleware expects. */
  leave(): void {
    const { request, response, pending } = this;
    this.#phase = 'over';
    this.pending.forget();
    this.mounted?.leave(this);
    const kept = response.statusCode >= 500 ? this.#listening : undefined;
    closeRequest(request, pending.socket.destroyed && !response.writableFinished, kept);
    if (this.#gate !== undefined) this.#gate.shut();
    else UpgradeResponse.close(response);
  }
}

// Taken once, at import, so that a test which fakes it later stops no answer.
const { nextTick } = process;

/**
 * `open`: the application has not answered. `relay`: its answer is swallowed, and relayed when it ends.
 * `plain`: its answer is HTTP. `over`: whatever the handler still says is for nobody.
 */
type Phase = 'open' | 'relay' | 'plain' | 'over';
