// The client's half of RFC 6455, as little of it as the load program needs.
import { createHash } from 'node:crypto';

export const opcode = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/** First byte of a whole text message: FIN and the opcode. */
export const wholeText = 0x80 | opcode.text;

// Every frame has the same key: a server unmasks it all the same, and frames can be built once.
const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);

/** A whole masked frame, as a client sends it. Payloads below 64 KiB. */
export function clientFrame(code: number, payload: Buffer): Buffer {
  const long = payload.length > 125;
  const header = Buffer.alloc(long ? 4 : 2);
  header[0] = 0x80 | code;
  header[1] = 0x80 | (long ? 126 : payload.length);
  if (long) header.writeUInt16BE(payload.length, 2);
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  return Buffer.concat([header, mask, masked]);
}

/** A masked text frame. */
export function textFrame(text: string): Buffer {
  return clientFrame(opcode.text, Buffer.from(text));
}

/** A clean good-bye: close code 1000 and no reason. */
export const closeFrame = clientFrame(opcode.close, Buffer.from([0x03, 0xe8]));

const key = 'cngtcHJvY2Vzcy1iZW5jaA==';

/** What a server must answer to `upgradeRequest`, in `Sec-WebSocket-Accept`. */
export const acceptKey = createHash('sha1')
  .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
  .digest('base64');

/** The handshake of one connection, built once like the frames. */
export function upgradeRequest(port: number, path: string, subprotocol?: string): Buffer {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
}

/** Header and payload lengths of the server's frame at `at`, or undefined while its header is cut. */
export function frameAt(data: Buffer, at: number): { start: number; end: number } | undefined {
  const length = (data[at + 1] ?? 0) & 127;
  const header = length < 126 ? 2 : length === 126 ? 4 : 10;
  if (at + header > data.length) return undefined;
  const start = at + header;
  if (length < 126) return { start, end: start + length };
  if (length === 126) return { start, end: start + data.readUInt16BE(at + 2) };
  return { start, end: start + Number(data.readBigUInt64BE(at + 2)) };
}
