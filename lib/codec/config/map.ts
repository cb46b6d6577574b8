import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nearest, shown } from '../../core/index.js';
import { isMap, type Schema, Shape, wrongKind } from './shape.js';

/**
 * A map with fields of its own: one that is missing, wrong or unknown is an error each, and all of them are told at
 * once (CF5), with the name that an unknown one is most likely a slip of.
 *
 * @param what what the errors call a field
 */
export function map<F extends Fields>(fields: F, { name = 'map', what = 'field' } = {}): MapOf<F> {
  return new MapOf(name, fields, what);
}

/** The shape of a map. */
export class MapOf<F extends Fields> extends Shape<Read<F>> {
  readonly #fields: Fields;
  readonly #what: string;

  constructor(name: string, fields: F, what: string) {
    super(name, schemaOf(fields), (input, context) => {
      const { read, errors } = this.part(input, context);
      return errors.length > 0 ? t.failures(errors) : t.success(read as Read<F>);
    });
    this.#fields = fields;
    this.#what = what;
  }

  /** Reads what is right, and gives the errors of the rest. */
  part(input: unknown, context: t.Context = [{ key: '', type: this, actual: input }]): Part<F> {
    if (isMap(input)) return this.#fieldsOf(input, context);
    return { read: {} as Part<F>['read'], errors: errorsOf(wrongKind(this.name, input, context)) };
  }

  #fieldsOf(input: Readonly<Record<string, unknown>>, context: t.Context): Part<F> {
    const errors = this.#unknown(input, context);
    const read: Record<string, unknown> = {};
    for (const [name, field] of Object.entries(this.#fields)) {
      const value = Object.hasOwn(input, name) ? input[name] : undefined;
      if (value === undefined && !field.isRequired) continue;
      const place = t.appendContext(context, name, field.shape, value);
      const part = this.#field(field, value, place);
      errors.push(...part.errors);
      if ('read' in part) read[name] = part.read;
    }
    return { read: read as Part<F>['read'], errors };
  }

  #field({ shape }: Field, value: unknown, place: t.Context): FieldPart {
    const missing = `missing ${this.#what}`;
    if (value === undefined) return { errors: errorsOf(t.failure(value, place, missing)) };
    if (shape instanceof MapOf) return shape.part(value, place);
    const result = shape.validate(value, place);
    return isRight(result) ? { read: result.right, errors: [] } : { errors: result.left };
  }

  #unknown(input: object, context: t.Context): t.ValidationError[] {
    const names = Object.keys(this.#fields);
    return Object.entries(input)
      .filter(([name]) => !Object.hasOwn(this.#fields, name))
      .map(([name, value]) => ({
        value,
        context: t.appendContext(context, name, t.never, value),
        message: `unknown ${this.#what}${didYouMean(name, names)}`,
      }));
  }
}

/** What is right in a map, and what is wrong with the rest. */
interface Part<F> {
  readonly read: PartOf<Read<F>>;
  readonly errors: t.ValidationError[];
}

interface FieldPart {
  readonly read?: unknown;
  readonly errors: readonly t.ValidationError[];
}

/** A field of a map. */
export interface Field<A = unknown, R extends boolean = boolean> {
  readonly shape: Shape<A>;
  readonly isRequired: R;
  /** What it is for, as an editor shows it. */
  readonly about: string;
}

// biome-ignore lint/suspicious/noExplicitAny: a type of io-ts takes what it gives, so no one type is above all
type Fields = Readonly<Record<string, Field<any>>>;

/** What is read of fields: those that are not required may be absent. */
export type Read<F> = {
  readonly [N in keyof F as F[N] extends Required ? N : never]: ValueOf<F[N]>;
} & {
  readonly [N in keyof F as F[N] extends Required ? never : N]?: ValueOf<F[N]>;
};

/** What is read of a map in which something may be wrong. */
export type PartOf<A> = A extends readonly unknown[] | string
  ? A
  : { readonly [N in keyof A]?: PartOf<A[N]> };

type Required = { readonly isRequired: true };
type ValueOf<F> = F extends { readonly shape: Shape<infer A> } ? A : never;

/** A field that has to be there. */
export const required = <A>(shape: Shape<A>, about: string): Field<A, true> => ({
  ...{ shape, about },
  isRequired: true,
});

/** A field that may be absent. */
export const optional = <A>(shape: Shape<A>, about: string): Field<A, false> => ({
  ...{ shape, about },
  isRequired: false,
});

function schemaOf(fields: Fields): Schema {
  const all = Object.entries(fields);
  const properties = all.map(([name, { shape, about }]) => [
    name,
    { ...shape.schema, description: about },
  ]);
  const names = all.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(names.length > 0 && { required: names }),
    additionalProperties: false,
  };
}

const errorsOf = (result: t.Validation<unknown>): t.ValidationError[] =>
  isRight(result) ? [] : result.left;

/** What an error adds about the name that a text is most likely a slip of. */
export function didYouMean(text: string, names: Iterable<string>): string {
  const name = nearest(text, names);
  return name === undefined ? '' : `; did you mean ${shown(name)}?`;
}
