import { ProcessError, shown, textOf } from '../../core/index.js';
import type { Entry, SendEntry } from './entry.js';
import { ALSO, CHECKS, LAYOUTS, type Layout } from './layout.js';
import type { Packer } from './loadPacker.js';

/** Makes entries of what comes on one link. Bytes are not trusted: each field is what its kind says, or nothing is read. */
export class EntryReader {
  readonly #packer: Packer;
  readonly #skip: (kind: number) => void;
  readonly #skipped = new Set<number>();
  /** The message that an `also` repeats. */
  #last: SendEntry | undefined;

  /** `skip` is told of each kind that this release does not know, once (D25). */
  constructor(packer: Packer, skip: (kind: number) => void) {
    this.#packer = packer;
    this.#skip = skip;
  }

  /**
   * All entries of a body, one behind the other, or none (D26).
   *
   * @throws ProcessError `Invalid`: it cannot be decoded. The session is over then, and the reader with it.
   */
  read(body: Uint8Array): Entry[] {
    const entries: Entry[] = [];
    if (body.byteLength === 0) return entries;
    try {
      this.#packer.unpack(body, (row, index) => {
        const entry = this.#entry(row, index);
        if (entry !== undefined) entries.push(entry);
      });
    } catch (error) {
      if (error instanceof ProcessError) throw error;
      throw wrong(
        entries.length,
        textOf(() => (error as Error).message),
      );
    }
    return entries;
  }

  #entry(row: unknown, index: number): Entry | undefined {
    const code: unknown = Array.isArray(row) ? row[0] : undefined;
    if (!Number.isSafeInteger(code)) throw wrong(index, 'it has no kind');
    if (code === SEND) {
      this.#last = readSend(row as unknown[], index);
      return this.#last;
    }
    if (code === ALSO) return this.#repeat(row as unknown[], index);
    const reading = READINGS[code as number];
    if (reading === undefined) return this.#skipKind(code as number);
    return read(reading, row as unknown[], index);
  }

  /** All get the same object, as they do on one node (M9). */
  #repeat(row: readonly unknown[], index: number): SendEntry {
    if (this.#last === undefined) throw wrong(index, 'there is no message before it');
    const { topic, from, payload } = this.#last;
    const [to, context] = [row[1], row[2]];
    if (!CHECKS.address(to) || !CHECKS.data(context)) read(ALSO_READING, row, index);
    return { kind: 'send', to: to as string, topic, from, payload, context };
  }

  #skipKind(kind: number): undefined {
    if (this.#skipped.has(kind) || this.#skipped.size === MAX_SKIPPED) return;
    this.#skipped.add(kind);
    this.#skip(kind);
  }
}

/** How many unknown kinds are told: their number is the other node's choice. */
const MAX_SKIPPED = 100;

/** How the fields of a kind are read. */
interface Reading {
  readonly kind: Entry['kind'];
  readonly fields: readonly {
    readonly name: string;
    readonly isRight: (value: unknown) => boolean;
    /** Whether nil is how a missing one crosses; in data it is a value like others. */
    readonly isOptional: boolean;
  }[];
}

function reading(kind: Entry['kind'], { fields }: Pick<Layout, 'fields'>): Reading {
  return {
    kind,
    fields: fields.map(([name, type]) => ({
      name,
      isRight: CHECKS[type],
      isOptional: type.endsWith('?'),
    })),
  };
}

/** By number. An `also` is a message that has lost everything but its address and its context. */
const READINGS: Reading[] = [];
for (const [kind, layout] of Object.entries(LAYOUTS)) {
  READINGS[layout.code] = reading(kind as Entry['kind'], layout);
}
const SEND = LAYOUTS.send.code;
const ALSO_READING = reading('send', {
  fields: LAYOUTS.send.fields.filter(([name]) => name === 'to' || name === 'context'),
});

/** A message, which most entries are: what `read` makes of it, in a fraction of the time. */
function readSend(row: readonly unknown[], index: number): SendEntry {
  const [to, topic, payload, context] = [row[1], row[2], row[4], row[5]];
  const from = row[3] ?? undefined;
  const isRight =
    CHECKS.address(to) &&
    CHECKS.topic(topic) &&
    CHECKS['pid?'](from) &&
    CHECKS.data(payload) &&
    CHECKS.data(context);
  if (!isRight) return read(READINGS[SEND] as Reading, row, index) as SendEntry;
  return { kind: 'send', to, topic, from, payload, context } as SendEntry;
}

function read({ kind, fields }: Reading, row: readonly unknown[], index: number): Entry {
  const entry: Record<string, unknown> = { kind };
  for (let i = 0; i < fields.length; i++) {
    const { name, isRight, isOptional } = fields[i] as Reading['fields'][number];
    const value = isOptional && row[i + 1] === null ? undefined : row[i + 1];
    if (!isRight(value)) throw wrong(index, `${kind} has ${shown(value)} for its ${name}`);
    entry[name] = value;
  }
  if (kind === 'signal' && !isWhole(entry)) throw wrong(index, "signal with another's reason");
  return entry as unknown as Entry;
}

/** Whether the reason is that of the signal. */
function isWhole({ signal, reason }: Record<string, unknown>): boolean {
  if (signal === 'exit') return typeof reason === 'object';
  return reason === undefined || (signal === 'cancel' && typeof reason === 'string');
}

function wrong(index: number, text: string): ProcessError {
  return new ProcessError('Invalid', `entry ${index} cannot be read: ${text}`);
}
