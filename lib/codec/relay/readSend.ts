/**
 * Reads the payload of `ws.send` (W1): a string is one text frame, bytes are one binary frame;
 * `undefined` means malformed (W2). Without a `type`, the type of `data` decides. Written by hand and
 * without `Either`: it runs once for every frame that leaves.
 */
export function readSend(payload: unknown): string | Uint8Array | undefined {
  if (typeof payload !== 'object' || payload === null) return undefined;
  try {
    return frameOf(payload);
  } catch {
    return undefined; // a getter or a proxy that throws is the sender's mistake (W2)
  }
}

const encoder = new TextEncoder();

function frameOf({
  type,
  data,
}: {
  type?: unknown;
  data?: unknown;
}): string | Uint8Array | undefined {
  if (typeof data === 'string') {
    if (type === 'text' || type === undefined) return data;
    return type === 'binary' ? encoder.encode(data) : undefined;
  }
  return type === 'binary' || type === undefined ? bytes(data) : undefined;
}

/** Bytes of a buffer or of a view's window on one, not copied. */
function bytes(data: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(data)) {
    if (data instanceof Uint8Array) return data;
    return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  }
  // By its tag: a buffer from another realm, a worker or a vm, is no instance of ours.
  const isBuffer = Object.prototype.toString.call(data) === '[object ArrayBuffer]';
  return isBuffer ? new Uint8Array(data as ArrayBuffer) : undefined;
}
