import type { StreamEntry } from '../channels/index.js';

/**
 * What stands on disk: a key and its value; without one it is to be deleted. Keys are `~clean` and `~format`, `s` and a name
 * for each stream, and `e`, the name and the offset for each entry. A name has no control characters, so that a zero ends
 * it, and keys of entries are in the order of offsets.
 */
export type DiskRecord = readonly [key: string, value: string | undefined];

/** Whether the store was closed in order. */
export const CLEAN = '~clean';
export const FORMAT = '~format';
/** The format of all this. */
export const VERSION = '1';

export const streamKey = (name: string): string => `s${name}`;

export const entryKey = ({ stream, offset }: Pick<StreamEntry, 'stream' | 'offset'>): string =>
  `e${stream.name}\0${offset.toString(16).padStart(DIGITS, '0')}`;

/** A line of JSON, then the frame as it is. */
export const entryText = ({ at, head, key, frame }: StreamEntry): string =>
  `${JSON.stringify(key === undefined ? [at, head] : [at, head, key])}\n${frame}`;

/** What is known of a stream beside its entries. */
export interface StreamRecord {
  readonly epoch: string;
  readonly top: number;
  readonly floor: number;
  readonly ttl: number;
  readonly lastAt: number;
}

/** An entry, and whose it is. */
export interface EntryRecord {
  readonly name: string;
  readonly offset: number;
  readonly at: number;
  readonly head: number;
  readonly key: string | undefined;
  readonly frame: string;
}

/** Reads what `entryKey` and `entryText` have made. */
export function readEntry(id: string, text: string): EntryRecord {
  const zero = id.indexOf('\0');
  const line = text.indexOf('\n');
  const [at, head, key] = JSON.parse(text.slice(0, line)) as [number, number, string | undefined];
  const offset = Number.parseInt(id.slice(zero + 1), 16);
  return { name: id.slice(1, zero), offset, at, head, key, frame: text.slice(line + 1) };
}

/** 2^53 has so many digits to the base of 16. */
const DIGITS = 14;
