import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { envelope } from './envelope.js';
import { type Fields, KINDS, type Kind } from './kinds.js';
import type { PartOf } from './map.js';
import { type Path, type Problem, problemsOf } from './problem.js';
import { type RouterMiddleware, readMiddleware } from './readMiddleware.js';
import { isMap, Shape, wrongKind } from './shape.js';
import { word } from './word.js';

/**
 * Reads the entries of a document (CF1, CF2), and tells everything that is wrong with them. What an entry refers to
 * is not looked for.
 *
 * @param document plain values: a list of entries, one entry, or a map with `entries`
 * @param ignore kinds that are passed over, `function.*` being all that begin so
 */
export function decodeConfig(document: unknown, ignore: readonly string[] = []): Decoded {
  const root = wrap(document);
  const { read, errors } = envelope.part(root);
  const { namespace, entries = [] } = read;
  const decoded = entries.flatMap((entry, i) =>
    isOneOf(Object(entry).kind, ignore)
      ? []
      : [decodeEntry(entry, { namespace, path: ['entries', i] })],
  );
  return {
    root,
    entries: decoded.flatMap(({ entry }) => entry ?? []),
    problems: [...problemsOf(errors, [], root), ...decoded.flatMap(({ problems }) => problems)],
  };
}

/** What a document says. */
export interface Decoded {
  /** The document as a map with `entries`, to which all paths belong. */
  readonly root: unknown;
  /** Those of a known kind. Where there are problems, of each as much as is right. */
  readonly entries: readonly Draft[];
  readonly problems: readonly Problem[];
}

/** An entry in which fields may be missing. */
export type Draft<K extends Kind = Kind> = {
  [N in K]: Placed & Told<N> & { readonly fields: PartOf<Fields<N>> };
}[K];

/** An entry with which nothing is wrong. */
export type Entry<K extends Kind = Kind> = {
  [N in K]: Placed & Told<N> & { readonly id: string; readonly fields: Fields<N> };
}[K];

interface Placed {
  /** The name with its namespace; `undefined` where it has no name that is right. */
  readonly id: string | undefined;
  readonly namespace: string | undefined;
  readonly path: Path;
}

interface Told<K extends Kind> {
  readonly kind: K;
  /** Of a router. */
  readonly middleware: K extends 'http.router' ? RouterMiddleware : undefined;
}

/** One entry, or a list of them, is a document as well. */
function wrap(document: unknown): unknown {
  if (Array.isArray(document)) return { version: '1.0', entries: document };
  const isEntry = isMap(document) && 'kind' in document && !('entries' in document);
  return isEntry ? { version: '1.0', entries: [document] } : document;
}

/** Whether a kind is one of those that are passed over. */
function isOneOf(kind: unknown, patterns: readonly string[]): boolean {
  if (typeof kind !== 'string') return false;
  return patterns.some((each) =>
    each.endsWith('*') ? kind.startsWith(each.slice(0, -1)) : kind === each,
  );
}

const kindWord = word('kind', Object.keys(KINDS) as Kind[]);

/** An entry as far as its kind; which fields it may have is not known yet. */
const anyEntry: Shape<{ readonly kind: Kind }> = new Shape('map', {}, (input, context) => {
  if (!isMap(input)) return wrongKind('map', input, context);
  const { kind } = input;
  const place = t.appendContext(context, 'kind', kindWord, kind);
  if (kind === undefined) return t.failure(kind, place, 'missing field');
  const read = kindWord.validate(kind, place);
  return isLeft(read) ? read : t.success({ kind: read.right });
});

function decodeEntry(value: unknown, { path, namespace }: Omit<Placed, 'id'>): Result {
  const any = anyEntry.decode(value);
  if (isLeft(any)) return { problems: problemsOf(any.left, path, value) };
  const { kind } = any.right;
  const { read, errors } = KINDS[kind].part(value);
  const { name } = read;
  const id = namespace === undefined || name === undefined ? name : `${namespace}:${name}`;
  const middleware =
    kind === 'http.router' ? readMiddleware(Object(value), read as object, path) : undefined;
  return {
    entry: { id, namespace, path, kind, fields: read, middleware } as Draft,
    problems: [...problemsOf(errors, path, value), ...(middleware?.problems ?? [])],
  };
}

interface Result {
  readonly entry?: Draft;
  readonly problems: readonly Problem[];
}
