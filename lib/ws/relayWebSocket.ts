import { WebSocket } from 'ws';
import type { SocketEvent } from '../relay/index.js';

/**
 * The WebSocket class that `ws` uses here. It hands its events to the one listener that it has, without the
 * machinery of an EventEmitter, whose four listeners would be made for every connection.
 */
export class RelayWebSocket extends WebSocket {
  #port: WireListener | undefined;

  serve(port: WireListener): void {
    this.#port = port;
  }

  override emit(event: string, first?: unknown, second?: unknown): boolean {
    const port = this.#port;
    // An error that nobody hears would end the Node process.
    if (port === undefined && event === 'error' && this.listenerCount(event) === 0) return false;
    if (port === undefined) return super.emit(event, first, second);
    if (event === 'message') onMessage(port, first as Buffer, second as boolean);
    else if (event === 'ping') port.ping(first as Buffer);
    else if (event === 'pong') port.pong(first as Buffer);
    else if (event === 'close') port.end(first as number, String(second));
    else if (event === 'error') onError(port, first as Error);
    return true;
  }

  /**
   * `ws` has no event for the client's close frame, but answers it with this call: the reason is then
   * the bytes that were received, and there are no arguments if the frame had no code (cause a).
   */
  override close(code?: number, reason?: string | Buffer): void {
    const isAnswer = code === undefined || Buffer.isBuffer(reason);
    if (isAnswer) this.#port?.closing(code ?? 1005, String(reason ?? ''));
    super.close(code, reason);
  }
}

/** Who is called when something happens on a WebSocket. */
export interface WireListener {
  emit(event: SocketEvent): void;
  closing(code: number, reason: string): void;
  ping(payload: Buffer): void;
  pong(payload: Buffer): void;
  end(code: number, reason: string): void;
}

function onMessage(port: WireListener, bytes: Buffer, isBinary: boolean): void {
  const size = bytes.length;
  port.emit({ type: 'frame', data: isBinary ? ownBytes(bytes) : bytes.toString(), size });
}

/** Copied, because most buffers of `ws` are views of a read buffer that others share; a large one is not (M9). */
function ownBytes(bytes: Buffer): Uint8Array {
  const isWhole = bytes.length === bytes.buffer.byteLength;
  return isWhole ? new Uint8Array(bytes.buffer) : new Uint8Array(bytes);
}

/** The errors of `ws` that are not a protocol error (1002), with their close codes. */
const VIOLATIONS: Readonly<Record<string, 1007 | 1008 | 1009>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 1009,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
};

/** Reports what the client has broken. A network error is not reported, because 'close' follows it. */
function onError(port: WireListener, { code = '' }: Error & { code?: string }): void {
  if (code.startsWith('WS_ERR_')) port.emit({ type: 'violation', code: VIOLATIONS[code] ?? 1002 });
}
