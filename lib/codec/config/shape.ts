import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { shown } from '../../core/index.js';

/**
 * A type of a configuration: what an error calls it, how it is read, and what a JSON Schema says of it, in one
 * place, so that an editor and the loader are of one mind.
 *
 * The room `config` begins with this file and ends with `decodeConfig`; the table of kinds is `kinds`.
 */
export class Shape<A> extends t.Type<A, A, unknown> {
  readonly schema: Schema;

  constructor(name: string, schema: Schema, validate: t.Validate<unknown, A>) {
    super(name, (value): value is A => isRight(validate(value, [])), validate, t.identity);
    this.schema = schema;
  }
}

/** A JSON Schema, or a part of one. */
export type Schema = Readonly<Record<string, unknown>>;

/**
 * A shape of one value. `read` gives `undefined` for what is none: then an input of another kind is told by its
 * kind, and one that has the right kind by itself.
 */
export function scalar<A>(
  name: string,
  schema: Schema,
  read: (input: string | number) => A | undefined,
  { kinds = ['text'], type = name, hint = () => '' }: ScalarOptions = {},
): Shape<A> {
  return new Shape(name, schema, (input, context) => {
    const kind = kindOf(input);
    if (!kinds.includes(kind)) return wrongKind(type, input, context);
    const value = read(input as string | number);
    if (value !== undefined) return t.success(value);
    return t.failure(
      input,
      context,
      `invalid ${name} ${shown(String(input))}${hint(String(input))}`,
    );
  });
}

interface ScalarOptions {
  /** Which kinds of values it may be written as; default: a text. */
  readonly kinds?: readonly string[];
  /** What an input of another kind should have been; default: the name. */
  readonly type?: string;
  /** What the error adds about an input that has the right kind. */
  readonly hint?: (input: string) => string;
}

/** A list of values of one shape. */
export function list<A>(item: Shape<A>): Shape<readonly A[]> {
  const schema = { type: 'array', items: item.schema };
  return new Shape('list', schema, (input, context) => {
    if (!Array.isArray(input)) return wrongKind('list', input, context);
    const results = input.map((each, i) =>
      item.validate(each, t.appendContext(context, String(i), item, each)),
    );
    const errors = results.flatMap((each) => (isRight(each) ? [] : each.left));
    if (errors.length > 0) return t.failures(errors);
    return t.success(results.flatMap((each) => (isRight(each) ? [each.right] : [])));
  });
}

/** CF5: of another kind than it is to be. */
export const wrongKind = (name: string, input: unknown, context: t.Context) =>
  t.failure<never>(input, context, `expected ${name}, not ${kindOf(input)}`);

/** What a value of a document is, in the words of the errors. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  return { object: 'map', string: 'text' }[type as string] ?? type;
}

/** Whether a value is a map. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  kindOf(value) === 'map';
