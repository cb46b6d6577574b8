import type { ClientRequest, IncomingMessage } from 'node:http';
import { Observable } from 'rxjs';
import { formatDuration, ProcessError } from '../core/index.js';
import type { Kernel } from '../runtime/index.js';
import { clientOptions } from './clientOptions.js';
import { ClientOwner } from './clientOwner.js';
import { ClientSocket } from './clientSocket.js';
import { DialError } from './dialError.js';
import type { Outbound } from './outboundOptions.js';
import { RelayWebSocket } from './relayWebSocket.js';

/**
 * Connects to a server: emits its socket, whose events are to be subscribed within that call, and completes. Who
 * unsubscribes before gives up.
 *
 * @returns errors with a `DialError`; redirects are not followed (A10)
 */
export function openSocket(kernel: Kernel, outbound: Outbound): Observable<ClientSocket> {
  return new Observable((subscriber) => {
    const { url, dialTimeout } = outbound;
    const ws = new RelayWebSocket(
      url,
      [...outbound.protocols],
      clientOptions(outbound, CLOSE_TIMEOUT),
    );
    const fail = (cause: Error, status?: number): void =>
      subscriber.error(new DialError(url, cause, status));
    const late = (): void =>
      fail(new ProcessError('Timeout', `no answer within ${formatDuration(dialTimeout)}`));
    const clock = kernel.after(dialTimeout, late);
    let net: IncomingMessage['socket'];
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
      clock.unsubscribe();
      if (!isOpen) ws.terminate();
    };
  });
}

/** Milliseconds in which the server has to answer a close frame (Z3). */
export const CLOSE_TIMEOUT = 5_000;
