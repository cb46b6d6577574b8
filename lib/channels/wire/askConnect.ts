import type { Observable } from 'rxjs';
import { copyFrozen } from '../../codec/index.js';
import {
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
  shown,
} from '../../core/index.js';
import type { Broker } from '../broker/broker.js';
import { askHook, type Failure } from './askHook.js';
import { isPlain } from './isPlain.js';

/**
 * Asks the `connect` hook, or its sibling `refresh`, who a client is (B14, B32). The answer comes once, within this
 * call if the hook is not async; never after what this returns was called.
 */
export function askConnect(
  broker: Broker,
  what: 'connect' | 'refresh',
  ask: () => unknown,
  done: (answer: Identified | NotAdmitted) => void,
): () => void {
  const question = {
    what: `the ${what} hook`,
    millis: broker.limits.connectTimeout,
    ask,
    read: (answer: unknown) => read(what, answer),
    failed: (failure: Failure) => ({ status: 503, body: 'Service unavailable', failure }),
  };
  return askHook<Identified | NotAdmitted>(broker, question, done);
}

/** A client is let in, and who it is (B14). */
export interface Admitted {
  /** 1 to 255 characters; default: nobody knows. */
  readonly identity?: string | undefined;
  /** What else is to be known of it; plain data, of which a copy is kept. Default: nothing. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** How long it may stay; then it is closed with 4401. Default: for ever. */
  readonly expiresIn?: Duration | undefined;
}

/** A client is refused by HTTP. */
export interface Declined {
  /** 400 to 599. */
  readonly status: number;
  readonly body?: string | undefined;
}

/** What a `connect` or `refresh` hook may return: the answer, or a promise or an observable of it. */
export type ConnectAnswer = Answer | PromiseLike<Answer> | Observable<Answer>;

type Answer = Admitted | Declined;

/** The same, as it is read; `failure`: the hook has not said so, it is late or has failed. */
export type NotAdmitted = Declined & { readonly failure?: Failure };

/** The same, checked and read; what the hook has given may change from now on. */
export interface Identified {
  readonly identity: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>> | undefined;
  /** Milliseconds. */
  readonly expiresIn: number | undefined;
}

/** What a hook has said. @throws ProcessError `Invalid` for anything else, because that must not let anybody in. */
function read(what: string, answer: unknown): Identified | Declined {
  if (!isPlain(answer)) {
    throw invalid(what, `give { identity } or { status }, not ${shown(answer)}`);
  }
  if ('status' in answer) return readDeclined(what, answer as Declined);
  knownOptions<Admitted>(what, answer, ADMITTED);
  const { identity, metadata, expiresIn } = answer as Admitted;
  const isText = typeof identity === 'string' && identity !== '' && identity.length <= 255;
  if (identity !== undefined && !isText) {
    throw invalid(what, `identity is a text of 1 to 255 characters, not ${shown(identity)}`);
  }
  if (metadata !== undefined && !isPlain(metadata)) throw invalid(what, 'metadata is an object');
  return {
    identity,
    metadata: metadata && (copyFrozen(metadata) as Identified['metadata']),
    expiresIn:
      expiresIn === undefined ? undefined : durationOption(`${what}: expiresIn`, expiresIn),
  };
}

function readDeclined(what: string, answer: Declined): Declined {
  knownOptions(what, answer, DECLINED);
  const { status, body } = answer;
  if (!Number.isInteger(status) || status < 400 || status > 599) {
    throw invalid(what, `status is from 400 to 599, not ${shown(status)}`);
  }
  if (body !== undefined && typeof body !== 'string') throw invalid(what, 'body is a text');
  return { status, body };
}

const ADMITTED: Known<Admitted> = { identity: true, metadata: true, expiresIn: true };
const DECLINED: Known<Declined> = { status: true, body: true };

const invalid = (what: string, text: string): ProcessError =>
  new ProcessError('Invalid', `${what}: ${text}`);
