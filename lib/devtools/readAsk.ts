import { ProcessError, shown } from '../core/index.js';
import type { Act, Ask, Watch, Window } from './wire/ask.js';

/**
 * Reads what a page has sent, field by field, since anybody who gets through may send anything (DV4).
 *
 * @throws ProcessError `Invalid`, with what is wrong; `id`: of the frame, where it has one
 */
export function readAsk(text: string): Ask {
  const fields = objectOf(text);
  const { id } = fields;
  if (!isCount(id)) throw new AskError('a frame has an id, a whole number', undefined);
  try {
    return { id, ...bodyOf(fields) };
  } catch (error) {
    throw new AskError((error as Error).message, id);
  }
}

/** What was sent is nothing that a page may ask. */
export class AskError extends ProcessError {
  readonly id: number | undefined;

  constructor(text: string, id: number | undefined) {
    super('Invalid', text);
    this.id = id;
  }
}

type Fields = Readonly<Record<string, unknown>>;
type Body = Ask extends infer A ? (A extends unknown ? Omit<A, 'id'> : never) : never;

function objectOf(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Fields;
  } catch {}
  throw new AskError('a frame is an object as JSON', undefined);
}

function bodyOf(fields: Fields): Body {
  if (fields.stop === true) return { stop: true };
  if (fields.spec !== undefined) return { spec: specOf(fields.spec) };
  if (fields.watch !== undefined) return pick(WATCHES, 'watch', fields) as Body;
  if (fields.act !== undefined) return pick(ACTS, 'act', fields) as Body;
  throw new TypeError('a frame has watch, stop, spec or act');
}

const WATCHES: Readonly<Record<Watch['watch'], Reader>> = {
  overview: () => ({}),
  processes: windowOf(['pid', 'name', 'behavior', 'host', 'depth', 'handled', 'uptime']),
  tree: () => ({}),
  process: (fields) => ({ pid: text(fields, 'pid') }),
  life: (fields) => ({
    of: text(fields, 'of'),
    next: fields.next === true,
    follow: fields.follow === true,
  }),
  connections: windowOf(['pid', 'target', 'buffered', 'received', 'sent', 'uptime']),
  channels: windowOf(['name', 'members']),
  channel: (fields) => ({ name: text(fields, 'name') }),
  events: (fields) => ({ types: texts(fields, 'types'), filter: text(fields, 'filter') }),
};

const ACTS: Readonly<Record<Act['act'], Reader>> = {
  close: (fields) => ({
    pid: text(fields, 'pid'),
    ...(fields.code !== undefined && { code: count(fields, 'code') }),
    ...(fields.reason !== undefined && { reason: text(fields, 'reason') }),
  }),
  kick: (fields) => ({ pid: text(fields, 'pid'), channel: text(fields, 'channel') }),
  terminate: (fields) => ({ pid: text(fields, 'pid') }),
  send: (fields) => ({
    to: text(fields, 'to'),
    topic: text(fields, 'topic'),
    payload: fields.payload,
  }),
};

type Reader = (fields: Fields) => object;

/** The fields of the kind that a frame names. */
function pick(readers: Readonly<Record<string, Reader>>, by: string, fields: Fields): object {
  const kind = fields[by];
  const reader =
    typeof kind === 'string' && Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  if (reader === undefined) {
    throw new TypeError(`${by} is one of ${Object.keys(readers).join(', ')}, not ${shown(kind)}`);
  }
  return { [by]: kind, ...reader(fields) };
}

/** A page may ask for at most so many rows at a time. */
const MOST_ROWS = 500;

function windowOf(sorts: readonly string[]): Reader {
  return (fields): Window<string> => {
    const { sort } = fields;
    if (typeof sort !== 'string' || !sorts.includes(sort)) {
      throw new TypeError(`sort is one of ${sorts.join(', ')}, not ${shown(sort)}`);
    }
    return {
      ...{ sort, descending: fields.descending === true, filter: text(fields, 'filter') },
      ...{ from: count(fields, 'from'), count: Math.min(count(fields, 'count'), MOST_ROWS) },
    };
  };
}

function specOf(value: unknown): { life: number; pid: string; grain?: number } {
  const fields = (typeof value === 'object' && value !== null ? value : {}) as Fields;
  const grain = fields.grain === undefined ? {} : { grain: count(fields, 'grain') };
  return { life: count(fields, 'life'), pid: text(fields, 'pid'), ...grain };
}

function text(fields: Fields, name: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value.length <= MOST_TEXT) return value;
  throw new TypeError(`${name} is a text of at most ${MOST_TEXT} characters, not ${shown(value)}`);
}

const MOST_TEXT = 1_000;

function texts(fields: Fields, name: string): readonly string[] {
  const value = fields[name];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  throw new TypeError(`${name} is a list of texts, not ${shown(value)}`);
}

function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (isCount(value)) return value;
  throw new TypeError(`${name} is a whole number, not ${shown(value)}`);
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;
