import type { Entry } from '../../../lib/cluster/wire/entry.js';
import { EntryReader } from '../../../lib/cluster/wire/entryReader.js';
import { EntryWriter, type WriterOptions } from '../../../lib/cluster/wire/entryWriter.js';
import { loadPacker } from '../../../lib/cluster/wire/loadPacker.js';
import type { Pid } from '../../../lib/index.js';

export const packer = loadPacker();

export const A: Pid = '{a~k3f9x1qz@main|0x00001}';
export const B: Pid = '{b~00000001@main|0x00002}';

/** A message with a payload. */
export function letter(payload: unknown, to: string = B): Entry & { readonly kind: 'send' } {
  return { kind: 'send', to, topic: 'chat:say', from: A, payload };
}

/** What a new reader makes of what a new writer has made of entries. */
export function cross(entries: readonly Entry[], options: WriterOptions = {}): Entry[] {
  const writer = new EntryWriter(packer, options);
  return read(Buffer.concat(entries.map((entry) => writer.write(entry))));
}

/** What a new reader makes of bytes. */
export function read(bytes: Uint8Array, skip: (kind: number) => void = () => {}): Entry[] {
  return new EntryReader(packer, skip).read(bytes);
}

/** A payload as the other node sees it. */
export function crossed(payload: unknown, options?: WriterOptions): unknown {
  const [entry] = cross([letter(payload)], options);
  return (entry as { payload: unknown }).payload;
}

/** A value in so many arrays. */
export function nested(levels: number, inmost: unknown = 1): unknown {
  let value = inmost;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
}
