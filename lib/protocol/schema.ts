import { ProcessError } from '../core/index.js';

/**
 * What describes the data of an event: any Standard Schema (zod, valibot, arktype), or an io-ts type. Both are
 * only called, so none of these libraries is needed here.
 */
export type Schema<T> = StandardSchema<T> | IoTsType<T>;

/** Standard Schema, version 1. */
export interface StandardSchema<T> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    validate(value: unknown): StandardResult<T> | PromiseLike<StandardResult<T>>;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

type StandardResult<T> =
  | { readonly value: T; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A type of io-ts. */
export interface IoTsType<T> {
  readonly _A: T;
  decode(value: unknown): unknown;
}

/** What does not fit, and where: the path is written as in JavaScript, and empty for the whole. */
export interface Issue {
  readonly path: string;
  readonly message: string;
}

/** The value as the schema makes it, or what is wrong with it. */
export type Checked<T> = { readonly value: T } | { readonly issues: readonly Issue[] };

/**
 * Checks a value at once.
 *
 * @throws ProcessError `Invalid` for a schema whose answer is a promise, because a message cannot wait for it.
 */
export function check<T>(schema: Schema<T> | undefined, value: unknown): Checked<T> {
  if (schema === undefined) return { value: value as T };
  if (!('~standard' in schema)) return checkIoTs(schema, value);
  const result = schema['~standard'].validate(value);
  if ('then' in result) {
    // What it rejects with is nobody's, and would end the Node process.
    Promise.resolve(result).catch(() => {});
    throw new ProcessError(
      'Invalid',
      'a schema of an event answers at once, not by a promise (B20)',
    );
  }
  if (result.issues === undefined) return { value: result.value };
  return { issues: result.issues.map(({ path, message }) => ({ path: pathOf(path), message })) };
}

/** Whether it is a schema of one of the two kinds. */
export function isSchema(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  if ('~standard' in value) return true;
  return typeof (value as { decode?: unknown }).decode === 'function';
}

function pathOf(path: StandardIssue['path']): string {
  const keys = (path ?? []).map((part) => (typeof part === 'object' ? part.key : part));
  return joined(keys);
}

const joined = (keys: readonly PropertyKey[]): string =>
  keys
    .map((key) => (/^[A-Za-z_$][\w$]*$/.test(String(key)) ? `.${String(key)}` : `[${String(key)}]`))
    .join('')
    .replace(/^\./, '');

/** The answer of io-ts, an Either whose left is a list of errors, each with the way to it. */
interface Decoded<T> {
  readonly _tag?: string;
  readonly right?: T;
  readonly left?: readonly IoTsError[];
}

interface IoTsError {
  readonly message?: string | undefined;
  readonly context: readonly {
    readonly key: string;
    readonly type: { readonly name: string; readonly _tag?: string };
  }[];
}

function checkIoTs<T>(type: IoTsType<T>, value: unknown): Checked<T> {
  const decoded = type.decode(value) as Decoded<T>;
  if (decoded._tag === 'Right') return { value: decoded.right as T };
  return { issues: (decoded.left ?? []).map(issueOf) };
}

/** A union and an intersection have steps without a key of the value: their members are numbered. */
function issueOf({ context, message }: IoTsError): Issue {
  const keys = context
    .filter((_, i) => i > 0 && !/Union|Intersection/.test(context[i - 1]?.type._tag ?? ''))
    .map(({ key }) => key);
  const wanted = context.at(-1)?.type.name ?? 'another value';
  return { path: joined(keys), message: message ?? `expected ${wanted}` };
}
