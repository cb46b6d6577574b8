import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket as NetSocket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { Observable } from 'rxjs';
import type { ClientOptions } from 'ws';
import { formatDuration, ProcessError } from '../core/index.js';
import type { Kernel } from '../runtime/index.js';
import { ClientOwner } from './clientOwner.js';
import { ClientSocket } from './clientSocket.js';
import { DialError } from './dialError.js';
import { COMPRESSION, type Outbound } from './outboundOptions.js';
import { RelayWebSocket } from './relayWebSocket.js';
import { fragmentsOf } from './upgradeServer.js';

/**
 * Connects to a server: emits its socket, whose events are to be subscribed within that call, and completes. Who
 * unsubscribes before gives up.
 *
 * @returns errors with a `DialError`; redirects are not followed (A10)
 */
export function openSocket(kernel: Kernel, outbound: Outbound): Observable<ClientSocket> {
  return new Observable((subscriber) => {
    const { url, dialTimeout } = outbound;
    const ws = new RelayWebSocket(url, [...outbound.protocols], clientOptions(outbound));
    const fail = (cause: Error, status?: number): void =>
      subscriber.error(new DialError(url, cause, status));
    const late = (): void =>
      fail(new ProcessError('Timeout', `no answer within ${formatDuration(dialTimeout)}`));
    const clock = setTimeout(late, Math.min(dialTimeout, MAX_TIMER));
    let net: NetSocket;
    let isOpen = false;
    ws.on('upgrade', (response: IncomingMessage) => {
      net = response.socket;
    });
    ws.on('unexpected-response', (_: ClientRequest, { statusCode = 0 }: IncomingMessage) =>
      fail(new Error(`it has answered ${statusCode}`), statusCode),
    );
    // Stays when nobody wants to know any more, since the handshake may fail after that.
    ws.on('error', fail);
    ws.on('open', () => {
      isOpen = true;
      const owner = new ClientOwner(kernel, outbound, ws.extensions !== '');
      subscriber.next(new ClientSocket(ws, net, owner));
      subscriber.complete();
    });
    return () => {
      clearTimeout(clock);
      if (!isOpen) ws.terminate();
    };
  });
}

function clientOptions(outbound: Outbound): ClientOptions & Unknown {
  const { headers, readLimit, compression } = outbound;
  const isAlone = compression === COMPRESSION.NO_CONTEXT_TAKEOVER;
  const offer = {
    serverNoContextTakeover: isAlone,
    clientNoContextTakeover: isAlone,
    // The server may not ask for a smaller window than the one that `encodeMasked` uses.
    clientMaxWindowBits: false as unknown as number,
  };
  return {
    headers,
    followRedirects: false,
    perMessageDeflate: compression === COMPRESSION.DISABLED ? false : offer,
    maxPayload: readLimit,
    maxFragments: fragmentsOf(readLimit),
    maxBufferedChunks: 65_536,
    // `WireSocket` answers.
    autoPong: false,
    closeTimeout: CLOSE_TIMEOUT,
  };
}

/** Options that the types of `ws` do not know yet. */
interface Unknown {
  readonly closeTimeout: number;
  readonly maxBufferedChunks: number;
}

/** Milliseconds in which the server has to answer a close frame (Z3). */
export const CLOSE_TIMEOUT = 5_000;
/** Node fires a timer that is longer at once (H7). */
const MAX_TIMER = 2 ** 31 - 1;
