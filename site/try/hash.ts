/** A text as the hash of a link: deflated, in the letters that a URL may have. */
export async function hashOf(text: string): Promise<string> {
  const bytes = await through(new CompressionStream('deflate-raw'), new TextEncoder().encode(text));
  const letters = btoa(String.fromCharCode(...bytes));
  return `#code=${letters.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`;
}

/** The text of a hash; `undefined` when it has none. Rejects when a part of the link is missing. */
export async function textOf(hash: string): Promise<string | undefined> {
  const [, letters] = /^#code=([\w-]+)$/.exec(hash) ?? [];
  if (letters === undefined) return undefined;
  const bytes = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
  const packed = Uint8Array.from(bytes, (each) => each.charCodeAt(0));
  return new TextDecoder().decode(await through(new DecompressionStream('deflate-raw'), packed));
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array> {
  const out = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(out).arrayBuffer());
}
