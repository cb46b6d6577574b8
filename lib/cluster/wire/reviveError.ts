import { types } from 'node:util';
import {
  ExitError,
  isExitReason,
  isPid,
  ProcessError,
  type ProcessErrorCode,
} from '../../core/index.js';
import { ConnectionError } from '../../protocol/index.js';
import { RemoteError } from './remoteError.js';

type Fields = Readonly<Record<string, unknown>>;

/** Makes the error again that crosses as class, name, message, stack, fields and, if there is one, cause (D24). */
export function reviveError(parts: readonly unknown[]): Error {
  const [type, name, message, stack, given] = parts;
  const isText = [type, name, message, stack].every((each) => typeof each === 'string');
  if (!isText || typeof given !== 'object' || given === null) {
    throw new TypeError('an error without its parts');
  }
  const fields = given as Fields;
  const error = withoutStack(() =>
    instance(type as string, name as string, message as string, fields),
  );
  for (const key of Object.keys(fields)) {
    if (FIXED.has(key)) continue;
    // `errors` of an AggregateError is there already, and not to be listed.
    if (Object.hasOwn(error, key)) Reflect.set(error, key, fields[key]);
    else define(error, key, fields[key], true);
  }
  if (error.name !== name) define(error, 'name', name, false);
  define(error, 'message', message, false);
  define(error, 'stack', stack, false);
  if (parts.length > 5) define(error, 'cause', parts[5], false);
  return error;
}

/** An error made without a look at the stack here, which takes longer than all the rest and is not its own. */
function withoutStack(make: () => Error): Error {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Names of the fields of an error's own that cross beside its text, `errors` of an AggregateError among them. */
export function fieldsOf(error: Error): string[] {
  const keys = new Set(Object.keys(error));
  // Not enumerable, or a getter of the prototype, as in a DOMException.
  for (const key of ['errors', 'code']) if (key in error) keys.add(key);
  return [...keys].filter((key) => !FIXED.has(key));
}

/** What crosses in a place of its own, or may not be set. */
const FIXED: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', '__proto__']);

/** The class that an error comes back as; one whose fields are not those of its class is a `RemoteError`. */
function instance(type: string, name: string, message: string, fields: Fields): Error {
  const { code, reason, retryable, existing_pid } = fields;
  if (type === 'ProcessError' && CODES.has(code as ProcessErrorCode)) {
    const details = isPid(existing_pid) ? { existing_pid } : {};
    return new ProcessError(code as ProcessErrorCode, message, details);
  }
  if (type === 'ExitError' && isExitReason(reason)) return new ExitError(reason);
  if (type === 'ConnectionError' && typeof code === 'number' && typeof reason === 'string') {
    return new ConnectionError(
      code,
      reason,
      typeof retryable === 'boolean' ? retryable : undefined,
    );
  }
  return BUILTIN.get(type)?.(message) ?? new RemoteError(name, message);
}

/** Whether a value crosses as an error, also one of another realm, as Node's own modules may throw under jest. */
export function isError(value: object): value is Error {
  return types.isNativeError(value) || value instanceof Error || value instanceof DOMException;
}

/** The name of the class that an error is to come back as; empty for a `RemoteError`. */
export function typeOfError(error: Error): string {
  if (error instanceof ProcessError) return 'ProcessError';
  if (error instanceof ExitError) return 'ExitError';
  if (error instanceof ConnectionError) return 'ConnectionError';
  // By name, as an error of Node's own may come from another realm.
  const type = (Object.getPrototypeOf(error) as Error | null)?.constructor.name ?? '';
  return BUILTIN.has(type) ? type : '';
}

const BUILTIN: ReadonlyMap<string, (message: string) => Error> = new Map([
  ...[Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (Builtin) => [Builtin.name, (message: string): Error => new Builtin(message)] as const,
  ),
  ['AggregateError', (message) => new AggregateError([], message)],
]);

const CODES: ReadonlySet<ProcessErrorCode> = new Set([
  'Invalid',
  'NotFound',
  'AlreadyExists',
  'Unavailable',
  'LimitExceeded',
  'Timeout',
  'Internal',
]);

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}
