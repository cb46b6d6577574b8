import {
  type Duration,
  durationOption,
  isPromise,
  type Known,
  knownOptions,
  ProcessError,
  shown,
} from '../../core/index.js';
import type { WireMessage } from '../../protocol/index.js';

/** A client may join, and how. */
export interface Joining {
  /** In the reply of the subscribe, so that what it holds and what follows fit together (B24). */
  readonly state?: unknown;
  /** `false`: it is not counted among those who are present; default: it is, unless the client does not want it (PR1). */
  readonly present?: boolean;
  /** As whom and as what it is present; what is not said here is as the channel's `presence` says (PR2, PR3). */
  readonly presence?: { readonly key?: string; readonly meta?: unknown };
  /** How long the membership lasts; then the client has to ask again (B32). Default: for ever. */
  readonly expiresIn?: Duration;
  /** Which messages this member gets; default: all (B21). */
  readonly filter?: (message: Published) => boolean;
  /** What this member gets in place of a message; undefined: nothing (B21). */
  readonly transform?: (message: Published) => WireMessage | undefined;
}

/**
 * How a client was let in, and what of it the channel's process has said (B24): a hook that is asked again does not
 * change that (B32).
 */
export interface Granted extends Joining {
  readonly byProcess?: Joining | undefined;
}

/** Checks how a client is let in. @throws ProcessError `Invalid`, naming the field. */
export function checkJoining(where: string, joining: Joining): void {
  knownOptions<Joining>(where, joining, JOINING);
  const { expiresIn, present, presence } = joining;
  if (expiresIn !== undefined) durationOption(`${where}: expiresIn`, expiresIn);
  if (present !== undefined && typeof present !== 'boolean') {
    throw new ProcessError('Invalid', `${where}: present is true or false, not ${shown(present)}`);
  }
  if (presence !== undefined) {
    knownOptions(`${where}: presence`, presence, { key: true, meta: true });
  }
  for (const name of ['filter', 'transform'] as const) {
    if (joining[name] === undefined || typeof joining[name] === 'function') continue;
    throw new ProcessError('Invalid', `${where}: ${name} is a function of a message`);
  }
}

const JOINING: Known<Joining> = {
  state: true,
  present: true,
  presence: true,
  expiresIn: true,
  filter: true,
  transform: true,
};

/** What a function has answered. @throws ProcessError `Invalid` for a promise, which a filter must not take for a yes. */
export function atOnce<T>(answer: T): T {
  if (!isPromise(answer)) return answer;
  // What it rejects with is nobody's, and would end the Node process.
  Promise.resolve(answer).catch(() => {});
  throw new ProcessError('Invalid', 'answer at once, not by a promise');
}

/** A message that was sent to a channel. */
export interface Published extends WireMessage {
  readonly channel: string;
  /** Its place in the history of the channel, if it is recorded there (CH2). */
  readonly offset?: number;
  /** What it is about, where that was said (CH8). */
  readonly key?: string;
}
