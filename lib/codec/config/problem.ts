import type * as t from 'io-ts';

/** What is wrong with a document, and where. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** The way from the root of a document to a place in it. */
export type Path = readonly (string | number)[];

/** What io-ts has found wrong with a value that stands at `path`. */
export function problemsOf(errors: t.Errors, path: Path, value: unknown): Problem[] {
  return errors.map(({ context, message = 'is wrong' }) => {
    let parent = value;
    // The first is the value itself.
    const steps = context.slice(1).map(({ key, actual }) => {
      const step = Array.isArray(parent) ? Number(key) : key;
      parent = actual;
      return step;
    });
    return { path: [...path, ...steps], message };
  });
}
