import type { ConnectionOptions } from 'node:tls';
import { type Duration, durationOption, type Known, knownOptions } from '../../core/index.js';
import { type Target, targetOf } from './target.js';

/** What all faults can be told. */
export interface FaultOptions {
  /** Header lines of the handshake beside its own: `Cookie`, `Authorization`, `Origin`. Default none. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Subprotocols to offer; default none. */
  readonly protocols?: readonly string[] | undefined;
  /** What is said first when the connection is open: text, or bytes. Default nothing. */
  readonly messages?: readonly (string | Uint8Array)[] | undefined;
  /** For `wss:` what `tls.connect` takes, `{ ca }` say; default nothing. */
  readonly tls?: ConnectionOptions | undefined;
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
  const {
    headers = {},
    protocols = [],
    messages = [],
    tls = {},
    timeout = '10s',
    signal,
  } = options;
  return {
    target: targetOf(name, url, { headers, protocols, tls }),
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
