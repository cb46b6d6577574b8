/** Bytes of a client's frame, as its own node has counted them (M11); what is no frame has none. */
export function frameSize(payload: unknown): number {
  const { data } = Object(payload) as { readonly data?: unknown };
  if (typeof data === 'string') return Buffer.byteLength(data);
  return ArrayBuffer.isView(data) ? data.byteLength : 0;
}
