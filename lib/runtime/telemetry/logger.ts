import {
  type DropReason,
  isPromise,
  type Pid,
  ProcessError,
  printable,
  textOf,
} from '../../core/index.js';

/** Where a system writes what somebody should look at: `console`, or a logger of fields, such as pino. */
export type Logger = TextLogger | FieldLogger;

/** A logger of texts, such as `console`; a text has the stack of its error in it. */
export interface TextLogger {
  warn(text: string): void;
  error(text: string): void;
}

/** A logger that takes fields first, as pino does. It is known by its method `bindings`. */
export interface FieldLogger {
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
  bindings(): unknown;
}

/** What a line is about; never a payload, metadata or a header. */
export interface LogFields {
  /** The process, or the connection. */
  readonly pid?: Pid | undefined;
  /** Of a warning event; or `crash`, `handler_error`, `drop`, `dead_letter`. */
  readonly code: string;
  /** How many times it has happened that this line is the only one of. */
  readonly count: number;
  /** Of a drop or a dead letter. */
  readonly reason?: DropReason | undefined;
  /** Without the error's own fields, which may be anything. */
  readonly err?: ErrorFields | undefined;
}

/** An error in a log, cut and escaped. */
interface ErrorFields {
  readonly name?: string;
  readonly message: string;
  /** With those of its causes. */
  readonly stack?: string;
}

/** Refuses what is no logger. @throws ProcessError `Invalid`. */
export function checkLogger(logger: Logger): Logger {
  if (typeof logger?.warn === 'function' && typeof logger.error === 'function') return logger;
  throw new ProcessError(
    'Invalid',
    `logger has warn and error, as console has; give false for none`,
  );
}

/** A line before it is written. */
export interface LogLine extends Omit<LogFields, 'count' | 'err'> {
  readonly level: 'warn' | 'error';
  readonly message: string;
  /** Default 1. */
  readonly count?: number;
  /** What was thrown; absent where nothing was. */
  readonly error?: unknown;
}

/** Writes lines as a logger takes them, cut and escaped. What the logger throws, or rejects with, is lost with the line. */
export function writerOf(logger: Logger): (line: LogLine) => void {
  return ({ level, message, pid, code, reason, count = 1, error }) => {
    try {
      const text = printable(message, MAX_TEXT);
      const err = error === undefined ? undefined : errorFields(error);
      const done: unknown =
        'bindings' in logger
          ? logger[level]({ pid, code, reason, count, err }, text)
          : logger[level](err === undefined ? text : `${text}: ${err.stack ?? err.message}`);
      if (isPromise(done)) done.then(undefined, () => {});
    } catch {
      // A failure of the logger cannot be logged, and must not stop the code that logs.
    }
  };
}

/** Characters of a message, and of a line of a stack. */
const MAX_TEXT = 1_024;
/** Characters of a stack, its causes included. */
const MAX_STACK = 4_096;
const MAX_CAUSES = 4;

/** An object without a prototype, because pino shows the type of an error by its constructor, or else its name. */
function errorFields(error: unknown): ErrorFields {
  if (typeof get(error, 'stack') !== 'string') return { message: shown(() => error) };
  const stack: string[] = [];
  for (let each = error; each != null && stack.length <= MAX_CAUSES; each = get(each, 'cause')) {
    stack.push(stackOf(each));
  }
  return Object.assign(Object.create(null), {
    name: shown(() => get(error, 'name')),
    message: shown(() => get(error, 'message')),
    // What is cut may end between two lines, or between the halves of a character.
    stack: stack
      .join('\ncaused by: ')
      .slice(0, MAX_STACK)
      .replace(/\s+$|\p{Cs}$/u, ''),
  });
}

/** The stack, whose only lines of its own are frames: what the message has of lines is escaped. */
function stackOf(error: unknown): string {
  const stack = get(error, 'stack');
  if (typeof stack !== 'string') return shown(() => error);
  const message = textOf(() => get(error, 'message'));
  // Where the message was changed later, nobody knows which of the lines were its own.
  const start = message === '' ? 0 : stack.indexOf(`: ${message}\n`);
  const lines = start < 0 ? [] : stack.slice(start + message.length).split('\n');
  const frames = lines.map((line) => line.trim()).filter((line) => line.startsWith('at '));
  return [`${get(error, 'name')}: ${message}`, ...frames]
    .map((line) => printable(line, MAX_TEXT))
    .join('\n    ');
}

/** A field of what was thrown, whose getters may throw as well. */
function get(error: unknown, field: 'name' | 'message' | 'stack' | 'cause'): unknown {
  try {
    return (error as Error | null)?.[field];
  } catch {
    return undefined;
  }
}

const shown = (read: () => unknown): string => printable(textOf(read), MAX_TEXT);
