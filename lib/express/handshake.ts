import { type IncomingMessage, type OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Gate, ignore } from './gate.js';
import { headerLines, takeHead } from './head.js';
import { isRefusal, judge } from './judge.js';
import { type Mount, mountOf, setMount } from './mount.js';
import { closeSocket, type Refusal, refusals, writeRefusal } from './refusal.js';
import { ownedBehavior } from './setRelay.js';
import { asksForWebSocket, routeOf } from './upgradeRequest.js';
import { warnNotMounted, warnProcess } from './warning.js';

/** Without a relay to say otherwise: how long an answer to a WebSocket handshake may take. */
export const HANDSHAKE_TIMEOUT = 10_000;
/** What a client may send before its 101, in bytes; it has no business to send anything. */
const MAX_EARLY = 64 * 1024;

const handshakes = new WeakMap<IncomingMessage, Handshake>();

/** The handshake of an upgrade request that `acceptUpgrades` has taken. */
export const handshakeOf = (request: IncomingMessage): Handshake | undefined =>
  handshakes.get(request);

/**
 * One upgrade request on its way through the application, until it is answered as plain HTTP, refused
 * or handed over to a relay. Node has let go of the socket: whatever can happen to it is for us.
 */
export class Handshake {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly #socket: Socket;
  readonly #gate: Gate;
  #early: Buffer[] = [];
  #earlySize = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The relay header, once the response is one that relays. */
  #header: OutgoingHttpHeader | undefined;
  /** Refused, handed over, or the client is gone. */
  #over = false;

  constructor(request: IncomingMessage, socket: Socket, head: Buffer) {
    this.request = request;
    this.#socket = socket;
    this.#gate = new Gate(socket);
    this.response = new ServerResponse(request);
    handshakes.set(request, this);
    this.#onData(head);
    this.#watchSocket();
    this.#watchResponse();
    if (asksForWebSocket(request)) this.#startTimer(HANDSHAKE_TIMEOUT);
  }

  /** A relay's middleware was reached: its timeout applies from now on. */
  mount(mount: Mount): void {
    mountOf(this.request)?.pending.delete(this);
    setMount(this.request, mount);
    if (this.#over || this.#gate.mode === 'pass') return;
    mount.pending.add(this);
    if (asksForWebSocket(this.request)) this.#startTimer(mount.handshakeTimeout);
  }

  /** Answers on the socket itself and closes it; whatever the handler still says is lost. */
  refuse(refusal: Refusal): void {
    if (this.#over || this.#gate.mode === 'pass') return;
    this.#end();
    writeRefusal(this.#socket, refusal);
    this.#gate.shut();
  }

  #watchSocket(): void {
    const socket = this.#socket;
    socket.setTimeout(0);
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  #watchResponse(): void {
    const { response } = this;
    response.shouldKeepAlive = false;
    // A handler that ends its response twice must not take the process down.
    response.on('error', ignore);
    response.on('finish', () => this.#onFinish());
    takeHead(response, (status, header) => this.#decide(status, header));
    response.assignSocket(this.#gate as unknown as Socket);
  }

  /** Row 4 of H2, or not: before the response's first byte exists. */
  #decide(status: number, header: OutgoingHttpHeader | undefined): number {
    const mounted = mountOf(this.request) !== undefined;
    if (header !== undefined && status < 300 && mounted) {
      this.#header = header;
      this.#gate.swallow();
      // So that what Express destroys after a late error is not the WebSocket.
      this.request.socket = this.#gate as unknown as Socket;
      return status;
    }
    if (header !== undefined && status < 300) warnNotMounted(this.request);
    this.#header = undefined;
    this.#passThrough();
    return status;
  }

  /** The response is plain HTTP: no clock of ours any more, and back pressure for it. */
  #passThrough(): void {
    const gate = this.#gate;
    this.#stopTimer();
    mountOf(this.request)?.pending.delete(this);
    this.#early = [];
    gate.pass();
    gate.on('drain', () => this.response.emit('drain'));
    // Node clears its own flag only for sockets that it serves; a second pipe would wait for ever.
    Object.defineProperty(this.response, 'writableNeedDrain', {
      get: () => gate.writableNeedDrain,
    });
  }

  #onFinish(): void {
    if (this.#over) return;
    if (this.#header !== undefined) this.#settle(this.#header);
    else closeSocket(this.#socket);
  }

  /** Rows 5–12 of H2, in one turn (H3). */
  #settle(header: OutgoingHttpHeader): void {
    const mount = mountOf(this.request);
    // Row 11: nothing, where there is nobody.
    if (mount === undefined || this.#socket.destroyed) return;
    const owned = ownedBehavior(this.response, header);
    const verdict = judge(this.request, header, owned !== undefined, mount.hub);
    if (isRefusal(verdict)) return this.refuse(verdict);
    const { request, response } = this;
    const protocol = response.getHeader('Sec-WebSocket-Protocol');
    const handover = {
      request,
      socket: this.#socket,
      head: this.#release(),
      headers: headerLines(response),
      protocol: protocol === undefined ? undefined : String(protocol),
    };
    mount.open(handover, verdict, owned);
    this.#gate.shut();
  }

  /** Gives the socket back as Node gave it to us, and what has come from it. */
  #release(): Buffer {
    const socket = this.#socket;
    const head = Buffer.concat(this.#early);
    this.#end();
    socket.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    socket.off('error', ignore);
    // As Node does before its 'upgrade' event: the next 'data' listener starts the flow again.
    (socket as { readableFlowing: boolean | null }).readableFlowing = null;
    return head;
  }

  #end(): void {
    this.#over = true;
    this.#early = [];
    this.#stopTimer();
    mountOf(this.request)?.pending.delete(this);
  }

  /** What comes before the 101 is kept for the relay; what comes before any other answer is not. */
  readonly #onData = (chunk: Buffer): void => {
    if (this.#over || this.#gate.mode === 'pass' || chunk.length === 0) return;
    this.#early.push(chunk);
    this.#earlySize += chunk.length;
    if (this.#earlySize > MAX_EARLY) this.#socket.destroy();
  };

  /** Half-open sockets would stay for ever. */
  readonly #onEnd = (): void => {
    this.#socket.destroy();
  };

  readonly #onClose = (): void => {
    this.#end();
    this.#gate.shut();
  };

  #startTimer(millis: number): void {
    this.#stopTimer();
    if (millis > 0) this.#timer = setTimeout(() => this.#onTimeout(), millis);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #onTimeout(): void {
    const hub = mountOf(this.request)?.hub;
    const message = `${routeOf(this.request)}: ${refusals.noAnswer.text}`;
    if (hub === undefined) warnProcess('HANDSHAKE_TIMEOUT', message);
    else hub.warn('handshake_timeout', message);
    this.refuse(refusals.noAnswer);
  }
}
