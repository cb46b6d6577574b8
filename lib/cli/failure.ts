import { ProcessError } from '../core/index.js';

/** What ends the program with one line on stderr, and a code that a script can tell apart (CL2). */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(code: keyof typeof EXIT_CODES, message: string) {
    super(message);
    this.exitCode = EXIT_CODES[code];
  }
}

/** 0 is success. */
export const EXIT_CODES = {
  unexpected: 1,
  usage: 2,
  unreachable: 3,
  refused: 4,
  configuration: 5,
} as const;

/** Does something of the library; what it finds wrong (a ProcessError) is a `Failure` with this code. */
export function failAs<T>(code: keyof typeof EXIT_CODES, doing: () => T): T {
  try {
    return doing();
  } catch (error) {
    throw error instanceof ProcessError ? new Failure(code, error.message) : error;
  }
}
