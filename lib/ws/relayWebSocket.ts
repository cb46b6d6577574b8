import { WebSocket } from 'ws';
import type { SocketEvent } from '../relay/index.js';

/** The WebSocket class that `ws` uses here. It knows its listener, so one function of each kind serves all. */
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
   * `ws` has no event for the client's close frame, but answers it with this call: the reason is then
   * the bytes that were received, and there are no arguments if the frame had no code (cause a).
   */
  override close(code?: number, reason?: string | Buffer): void {
    const isAnswer = code === undefined || Buffer.isBuffer(reason);
    if (isAnswer) this.port?.closing(code ?? 1005, String(reason ?? ''));
    super.close(code, reason);
  }
}

/** Who is called when something happens on a WebSocket. */
export interface WireListener {
  emit(event: SocketEvent): void;
  closing(code: number, reason: string): void;
  pong(payload: Buffer): void;
  end(code: number, reason: string): void;
}

function onMessage(this: WebSocket, data: WebSocket.RawData, isBinary: boolean): void {
  const bytes = data as Buffer; // `binaryType` is left at its default
  const size = bytes.length;
  // Copied, because the buffers of `ws` are views of one shared read buffer (M9).
  const content = isBinary ? new Uint8Array(bytes) : bytes.toString();
  (this as RelayWebSocket).port?.emit({ type: 'frame', data: content, size });
}

function onClose(this: WebSocket, code: number, reason: Buffer): void {
  (this as RelayWebSocket).port?.end(code, reason.toString());
}

function onPong(this: WebSocket, payload: Buffer): void {
  (this as RelayWebSocket).port?.pong(payload);
}

/** The errors of `ws` that are not a protocol error (1002), with their close codes. */
const VIOLATIONS: Readonly<Record<string, 1007 | 1008 | 1009>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
};

/** Reports what the client has broken. A network error is not reported, because 'close' follows it. */
function onError(this: WebSocket, error: Error & { code?: string }): void {
  const { code = '' } = error;
  if (!code.startsWith('WS_ERR_')) return;
  (this as RelayWebSocket).port?.emit({ type: 'violation', code: VIOLATIONS[code] ?? 1002 });
}
