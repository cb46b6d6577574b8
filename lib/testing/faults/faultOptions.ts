import { isUint8Array } from 'node:util/types';
import {
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
} from '../../core/index.js';
import { type Target, type TargetOptions, targetOf } from './target.js';

/** What all faults can be told. */
export interface FaultOptions extends TargetOptions {
  /** What is said first when the connection is open: text, or bytes. Default nothing. */
  readonly messages?: readonly (string | Uint8Array)[] | undefined;
  /** When to give up: then `ended` is `'timeout'`. Default 10 s; 0: never. */
  readonly timeout?: Duration | undefined;
  /** Ends the fault at once: then `ended` is `'aborted'`. Default none. */
  readonly signal?: AbortSignal | undefined;
}

/** The options of every fault, each of which is known. */
const FAULT_OPTIONS: Known<FaultOptions> = {
  headers: true,
  protocols: true,
  messages: true,
  tls: true,
  timeout: true,
  signal: true,
};

/**
 * Checks what a fault is given.
 *
 * @param own the options of this fault alone
 * @throws ProcessError `Invalid` naming the option, or the URL.
 */
export function readFault<T extends FaultOptions>(
  name: string,
  url: string,
  options: T,
  own: Known<Omit<T, keyof FaultOptions>>,
): Fault {
  knownOptions<object>(name, options, { ...FAULT_OPTIONS, ...own });
  const { messages = [], timeout = '10s', signal } = options;
  const isData = (data: unknown): boolean => typeof data === 'string' || isUint8Array(data);
  if (!Array.isArray(messages) || !messages.every(isData)) {
    throw new ProcessError('Invalid', 'messages: give an array of texts and of bytes');
  }
  if (signal !== undefined && typeof signal?.addEventListener !== 'function') {
    throw new ProcessError('Invalid', 'signal: give an AbortSignal');
  }
  return {
    target: targetOf(name, url, options),
    messages,
    timeout: Math.min(durationOption('timeout', timeout), 2 ** 31 - 1),
    signal,
  };
}

/** The options of a fault, checked, with their defaults. */
export interface Fault {
  readonly target: Target;
  readonly messages: readonly (string | Uint8Array)[];
  /** Milliseconds; 0: never. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}
