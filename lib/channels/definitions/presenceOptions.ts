import {
  countOption,
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
  shown,
} from '../../core/index.js';
import type { Connection } from './connection.js';
import type { JoinRequest } from './joinHook.js';

/** How a channel tells who is in it (PR1). */
export interface PresenceOptions {
  /**
   * Under which key a connection is present, so that the tabs of a user are one (PR2): 1 to 255 characters. Default, and
   * where it gives undefined: the identity, else the public id.
   */
  readonly key?: ((connection: Connection) => string | undefined) | undefined;
  /**
   * What others are told of a connection: at most 1 KiB of JSON, default `{}`. What a client says of itself is in
   * `request.meta`, and is told only if it is returned here (PR3).
   */
  // biome-ignore lint/suspicious/noExplicitAny: a function says itself what params it expects
  readonly meta?: ((request: JoinRequest<any>) => unknown) | undefined;
  /** What watchers are told: all who are present, by default, or with `'count'` how many keys there are (PR10). */
  readonly mode?: 'list' | 'count' | undefined;
  /** How long somebody stays present whose connection was lost; default 5 s (PR7). */
  readonly linger?: Duration | undefined;
  /** How far apart what watchers are told is; default 50 ms, with `mode: 'count'` 1 s (PR5). */
  readonly debounce?: Duration | undefined;
  /** Connections that are present in one channel; default 1,000. Who comes beyond is told `present: "full"` (PR9). */
  readonly members?: number | undefined;
}

/** The options as read: times in milliseconds. */
export interface PresencePlan {
  readonly mode: 'list' | 'count';
  readonly linger: number;
  readonly debounce: number;
  readonly members: number;
}

/** Reads the options. @throws ProcessError `Invalid` naming the one that is wrong. */
export function readPresence(where: string, given: PresenceOptions | true): PresencePlan {
  const invalid = (text: string) => new ProcessError('Invalid', `${where}: ${text}`);
  if (given !== true && (typeof given !== 'object' || given === null)) {
    throw invalid(`presence is true or { … }, not ${shown(given)}`);
  }
  const options = given === true ? {} : given;
  knownOptions(`${where}: presence`, options, OPTIONS);
  const { mode = 'list', linger = '5s', members = 1_000 } = options;
  if (mode !== 'list' && mode !== 'count') {
    throw invalid(`presence.mode is 'list' or 'count', not ${shown(mode)}`);
  }
  for (const name of ['key', 'meta'] as const) {
    if (options[name] === undefined || typeof options[name] === 'function') continue;
    throw invalid(`presence.${name} is a function, not ${shown(options[name])}`);
  }
  const { debounce = mode === 'list' ? '50ms' : '1s' } = options;
  return {
    mode,
    linger: durationOption(`${where}: presence.linger`, linger),
    debounce: durationOption(`${where}: presence.debounce`, debounce),
    members: countOption(`${where}: presence.members`, members),
  };
}

const OPTIONS: Known<PresenceOptions> = {
  key: true,
  meta: true,
  mode: true,
  linger: true,
  debounce: true,
  members: true,
};
