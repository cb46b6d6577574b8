import { WebSocket } from 'ws';
import type { SocketEvent } from '../relay/index.js';

/** What `ws` hands the server's sockets: each knows the port it serves, so listeners are shared. */
export class RelayWebSocket extends WebSocket {
  port: WireListener | undefined;

  serve(port: WireListener): void {
    this.port = port;
    this.on('message', onMessage);
    this.on('close', onClose);
    this.on('error', onError);
    this.on('pong', onPong);
  }

  /**
   * `ws` answers the client's close frame by this call, and has no event for it: its reason comes as
   * the bytes that were received, or nothing at all comes for a frame without a code (L5).
   */
  override close(code?: number, reason?: string | Buffer): void {
    const isAnswer = code === undefined || Buffer.isBuffer(reason);
    if (isAnswer) this.port?.closing(code ?? 1005, String(reason ?? ''));
    super.close(code, reason);
  }
}

/** Who hears what happens on a WebSocket; one of our own for each, so that listeners are shared. */
export interface WireListener {
  emit(event: SocketEvent): void;
  closing(code: number, reason: string): void;
  alive(payload: Buffer): void;
  end(code: number, reason: string): void;
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  const bytes = data as Buffer; // `binaryType` is left at its default
  const size = bytes.length;
  // Bytes of its own: `ws` hands out windows of one read buffer (M9).
  const content = isBinary ? new Uint8Array(bytes) : bytes.toString();
  (this as RelayWebSocket).port?.emit({ type: 'frame', data: content, size });
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  (this as RelayWebSocket).port?.end(code, reason.toString());
}

function onPong(this: WebSocket, payload: Buffer): void {
  (this as RelayWebSocket).port?.alive(payload);
}

/** The errors of `ws` by which a client breaks the protocol otherwise than with 1002. */
const VIOLATIONS: Readonly<Record<string, 1007 | 1008 | 1009>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
};

/** A broken protocol is the client's doing; a network error is followed by its 'close'. */
function onError(this: WebSocket, error: Error & { code?: string }): void {
  const { code = '' } = error;
  if (!code.startsWith('WS_ERR_')) return;
  (this as RelayWebSocket).port?.emit({ type: 'violation', code: VIOLATIONS[code] ?? 1002 });
}
