import * as t from 'io-ts';

/** A field that may be absent or null, which both decode to `undefined` (X1). */
export function absentOr<A>(codec: t.Type<A, unknown, unknown>): t.Type<A | undefined> {
  return new t.Type(
    `${codec.name} or absent`,
    (value): value is A | undefined => value === undefined || codec.is(value),
    (input, context) =>
      input === undefined || input === null ? t.success(undefined) : codec.validate(input, context),
    t.identity,
  );
}
