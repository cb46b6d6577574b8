import type { Shared } from '../channels/index.js';

/**
 * One record of a stream: some messages that were written together, and what the stream was before them. A record without
 * messages says that somebody has taken the stream, or that it begins.
 */
export interface StreamRecord extends RecordHead {
  readonly messages: readonly Shared[];
}

/** What a record says beside its messages. */
export interface RecordHead {
  /** Who has written it, by a text of its own for each hold, and its count: by these one knows one's own record. */
  readonly by: string;
  readonly n: number;
  readonly epoch: string;
  /** The offset before its first message. */
  readonly top: number;
  readonly floor: number;
  /** The lowest offset that was left; if it is not found any more, the log has lost it. */
  readonly first: number | undefined;
  /** Milliseconds since 1970, by the writer's clock. */
  readonly at: number;
  /** The highest count of each sender before it. */
  readonly seen: readonly (readonly [id: string, n: number])[];
}

/** A line of JSON, then a line for each message, whose JSON has no line breaks. */
export function encodeRecord({ messages, ...head }: StreamRecord): Uint8Array {
  const about = messages.map(({ key, origin }) => [key ?? null, origin?.id, origin?.n]);
  const lines = [JSON.stringify([VERSION, head, about]), ...messages.map(({ plain }) => plain)];
  return Buffer.from(lines.join('\n'));
}

/** Reads what `encodeRecord` has made. @throws Error: it is of a newer version, or none. */
export function decodeRecord(bytes: Uint8Array): StreamRecord {
  const [first = '', ...lines] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString()
    .split('\n');
  const [version, head, about] = JSON.parse(first) as [string, RecordHead, About[]];
  if (version !== VERSION) throw new Error(`a record of version ${version}`);
  if (lines.length !== about.length) throw new Error('a record that is not whole');
  const messages = about.map(([key, id, n], i) => ({
    plain: lines[i] as string,
    key: key ?? undefined,
    origin: id == null ? undefined : { id, n: n as number },
  }));
  return { ...head, messages };
}

type About = readonly [key: string | null, id?: string | null, n?: number | null];

const VERSION = '1';
