import { type ExitReason, ProcessError, textOf } from '../../core/index.js';
import { alsoBytes } from './alsoBytes.js';
import { Crossing } from './crossing.js';
import type { Entry, SendEntry } from './entry.js';
import { isPlainData } from './isPlainData.js';
import { ALSO, type FieldType, LAYOUTS } from './layout.js';
import type { Packer } from './loadPacker.js';

/** Makes bytes of what is sent on one link, in the sender's call, so that a payload that is changed later is not (D20). */
export class EntryWriter {
  readonly #packer: Packer;
  readonly #maxMessage: number;
  readonly #isStrict: boolean;
  readonly #leftOut: (text: string) => void;
  /** The message before, if the next one may be an `also` of it. */
  #last: SendEntry | undefined;

  constructor(packer: Packer, options: WriterOptions = {}) {
    this.#packer = packer;
    this.#maxMessage = options.maxMessage ?? MAX_MESSAGE;
    this.#isStrict = options.isStrict ?? false;
    this.#leftOut = options.leftOut ?? (() => {});
  }

  /**
   * The bytes of an entry, which are not written over later. Every entry that is written must be sent, in this order: a
   * message with the topic, sender and very payload of the one before is only its address (D21).
   *
   * @throws ProcessError `Invalid`: a value in it cannot cross (its path is named), or it is too large. What ends a
   * process or a question is never refused: what of its reason or its error cannot cross is left out.
   */
  write(entry: Entry): Uint8Array {
    if (entry.kind !== 'send') return this.#pack(entry, this.#row(entry));
    const bytes = this.#isAlso(entry) ? this.#also(entry) : this.#pack(entry, this.#message(entry));
    this.#last = entry;
    return bytes;
  }

  /**
   * Ends the turn: the next message is written whole. *Why:* by then an object may hold something else, and one that was
   * not sent may not be referred to.
   */
  forget(): void {
    this.#last = undefined;
  }

  #isAlso({ topic, payload, from }: SendEntry): boolean {
    const last = this.#last;
    if (last === undefined) return false;
    return last.payload === payload && last.topic === topic && last.from === from;
  }

  #also(entry: SendEntry): Uint8Array {
    const { to, context } = entry;
    if (context !== undefined) {
      return this.#pack(entry, [ALSO, to, this.#data(context, 'context')]);
    }
    return alsoBytes(to) ?? this.#pack(entry, [ALSO, to]);
  }

  /** The row of a message, which most entries are, in a fraction of the time. */
  #message(entry: SendEntry): unknown[] {
    const { to, topic, from = null, payload, context } = entry;
    if (payload === undefined || context !== undefined) return this.#row(entry);
    return [SEND, to, topic, from, this.#data(payload, 'payload')];
  }

  /** What is missing at the end is not written. */
  #row(entry: Entry): unknown[] {
    const { code, fields } = LAYOUTS[entry.kind];
    const row: unknown[] = [code];
    let length = 1;
    for (const [name, type] of fields) {
      const value: unknown = entry[name as keyof Entry];
      row.push(this.#field(name, type, value));
      if (value !== undefined) length = row.length;
    }
    row.length = length;
    return row;
  }

  #field(name: string, type: FieldType, value: unknown): unknown {
    switch (type) {
      case 'data':
      case 'list':
      case 'error':
        return this.#data(value, name);
      case 'reason':
        return this.#reason(value as ExitReason);
      case 'signalReason':
        return typeof value === 'object' ? this.#reason(value as ExitReason) : value;
      case 'pid?':
        return value ?? null;
      default:
        return value;
    }
  }

  #data(value: unknown, root: string): unknown {
    if (this.#isPlain(value)) return value;
    return new Crossing(root, this.#isStrict, this.#leftOut).convert(value);
  }

  /** A getter may throw, which `Crossing` tells with the path to it. */
  #isPlain(value: unknown): boolean {
    try {
      return isPlainData(value);
    } catch {
      return false;
    }
  }

  /** An EXIT is never lost for its payload (D24). */
  #reason(reason: ExitReason): unknown {
    const { type } = reason;
    const key = type === 'normal' ? 'value' : type === 'shutdown' ? 'detail' : type;
    if (!(key in reason)) return { type };
    try {
      return { type, [key]: this.#data(Reflect.get(reason, key), `reason.${key}`) };
    } catch (error) {
      return this.#bare(reason, (error as Error).message);
    }
  }

  /** A reason without what it carries; an error's is one that says why. */
  #bare({ type }: ExitReason, why: string): unknown {
    this.#leftOut(why);
    return type === 'error'
      ? { type, error: this.#data(new Error(why), 'reason.error') }
      : { type };
  }

  #pack(entry: Entry, row: unknown[]): Uint8Array {
    const bytes = this.#bytes(row);
    if (typeof bytes !== 'string') return bytes;
    const why = `${entry.kind} ${bytes}`;
    const name = entry.kind === 'failed' ? 'error' : 'reason';
    const at = LAYOUTS[entry.kind].fields.findIndex(([each]) => each === name) + 1;
    if (at === 0 || row[at] === undefined) throw new ProcessError('Invalid', why);
    row[at] = this.#lesser(entry, why);
    return this.#packer.pack(row);
  }

  /** What crosses in place of a reason or an error that is too large. */
  #lesser(entry: Entry, why: string): unknown {
    if ('reason' in entry && typeof entry.reason === 'object') return this.#bare(entry.reason, why);
    this.#leftOut(why);
    return entry.kind === 'failed'
      ? this.#data(new ProcessError('Invalid', why), 'error')
      : undefined;
  }

  /** The bytes, or why there are none. */
  #bytes(row: readonly unknown[]): Uint8Array | string {
    try {
      const bytes = this.#packer.pack(row);
      const { byteLength } = bytes;
      if (byteLength <= this.#maxMessage) return bytes;
      return `of ${byteLength} bytes, above maxMessage (${this.#maxMessage})`;
    } catch (error) {
      return `that cannot be packed: ${textOf(() => error)}`;
    }
  }
}

/** How a writer of entries writes them. */
export interface WriterOptions {
  /** Bytes of the largest entry. Default 16 MiB (D22). */
  readonly maxMessage?: number | undefined;
  /** Whether instances of classes are refused, as `memoryNats` has it. Default false (D23). */
  readonly isStrict?: boolean | undefined;
  /** Is told what of an exit or an error has been left out, as it cannot cross (D24). */
  readonly leftOut?: ((text: string) => void) | undefined;
}

const SEND = LAYOUTS.send.code;

const MAX_MESSAGE = 16 * 1024 * 1024;
