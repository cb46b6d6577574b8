import {
  countOption,
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  limitOption,
} from '../../core/index.js';

/** Limits of a manager: every one has a finite default (B15). Durations are milliseconds, or texts as `'5s'`. */
export interface LimitOptions {
  /** Channels that one client may subscribe; default 128. Beyond: `limit`. */
  readonly channels?: number | undefined;
  /** Joins of one client that wait for their answer; default 16. Beyond: `overloaded`. */
  readonly pendingJoins?: number | undefined;
  /** Channels that clients have made, all together; default 100,000. Beyond: `limit`. */
  readonly clientChannels?: number | undefined;
  /** Requests of one client without their reply; default 64. Beyond: `overloaded`. */
  readonly pending?: number | undefined;
  /** Bytes of JSON of a join's `params`; default 4 KiB. Beyond: `bad_request`. */
  readonly params?: number | undefined;
  /** Bytes of JSON of a join's `meta`; default 1 KiB. Beyond: `bad_request`. */
  readonly meta?: number | undefined;
  /** Connections that are present under one key of a channel; default 16. Beyond: `present: "full"` (PR9). */
  readonly presencePerKey?: number | undefined;
  /** How long a `join` hook, or a channel's process that admits, may take; default 5 s. Then: `timeout`. */
  readonly joinTimeout?: Duration | undefined;
  /** How long a handler may take for a request; default 10 s. Then: `timeout` (CP9). */
  readonly requestTimeout?: Duration | undefined;
  /** How long the `connect` hook may take; default 5 s. Then: 503 (B14). */
  readonly connectTimeout?: Duration | undefined;
  /** Requests a second of a client that speaks v1; default 50; 0 or Infinity: no limit. Beyond: `rate_limited` (B29). */
  readonly requestsPerSecond?: number | undefined;
  /** How many of them may come at once; default 200. */
  readonly requestBurst?: number | undefined;
  /** Messages in 10 s that a client of v1 may get wrong; default 20. Then: 4400; 0 or Infinity: no limit. */
  readonly protocolErrors?: number | undefined;
  /** How long a client may come back to its session after its connection was lost; default 30 s. Then: `expired` (CP22). */
  readonly session?: Duration | undefined;
  /** Sessions, with those whose connection was lost; default 100,000. Beyond, the oldest goes, a lost one first. */
  readonly sessions?: number | undefined;
  /** Replies to once-requests that are kept in a session; default 64. Beyond, the oldest goes: `outcome_unknown` (CP23). */
  readonly onceReplies?: number | undefined;
  /** Bytes of them in a session; default 64 KiB. Beyond, as `onceReplies`. */
  readonly onceBytes?: number | undefined;
  /** Bytes of them in all sessions; default 64 MiB. Beyond, the sessions go that were lost first. */
  readonly onceTotal?: number | undefined;
  /** Bytes of all history in memory; default 256 MiB. Beyond: the oldest entries go (CH3). */
  readonly historyBytes?: number | undefined;
  /** Channels whose history is in memory; default 100,000. Beyond: those without members that were used longest ago. */
  readonly historyStreams?: number | undefined;
  /** Characters of messages that wait on a node of a cluster for the homes of their channels; default 16 MiB. Beyond: `overflow` (CN7). */
  readonly held?: number | undefined;
  /** Bytes that may wait for a member before it has to catch up; default 1 MiB. Beyond: `lagged` (B27). */
  readonly catchUp?: number | undefined;
}

/** The limits, checked, their defaults applied; times in milliseconds. */
export type Limits = { readonly [Name in keyof LimitOptions]-?: number };

const NAMES: Known<LimitOptions> = {
  channels: true,
  pendingJoins: true,
  clientChannels: true,
  pending: true,
  params: true,
  meta: true,
  presencePerKey: true,
  joinTimeout: true,
  requestTimeout: true,
  connectTimeout: true,
  requestsPerSecond: true,
  requestBurst: true,
  protocolErrors: true,
  session: true,
  sessions: true,
  onceReplies: true,
  onceBytes: true,
  onceTotal: true,
  historyBytes: true,
  historyStreams: true,
  held: true,
  catchUp: true,
};

/** Reads the limits. @throws ProcessError `Invalid` naming the one that is wrong. */
export function readLimits(given: LimitOptions = {}): Limits {
  knownOptions('createWebSocketManager: limits', given, NAMES);
  const count = (name: keyof LimitOptions, usual: number): number =>
    countOption(`limits.${name}`, (given[name] as number | undefined) ?? usual);
  const time = (name: keyof LimitOptions, usual: Duration): number =>
    durationOption(`limits.${name}`, given[name] ?? usual);
  const open = (name: keyof LimitOptions, usual: number): number =>
    limitOption(`limits.${name}`, (given[name] as number | undefined) ?? usual);
  return {
    channels: count('channels', 128),
    pendingJoins: count('pendingJoins', 16),
    clientChannels: count('clientChannels', 100_000),
    pending: count('pending', 64),
    params: count('params', 4_096),
    meta: count('meta', 1_024),
    presencePerKey: count('presencePerKey', 16),
    joinTimeout: time('joinTimeout', '5s'),
    requestTimeout: time('requestTimeout', '10s'),
    connectTimeout: time('connectTimeout', '5s'),
    requestsPerSecond: open('requestsPerSecond', 50),
    requestBurst: count('requestBurst', 200),
    protocolErrors: open('protocolErrors', 20),
    session: time('session', '30s'),
    sessions: count('sessions', 100_000),
    onceReplies: count('onceReplies', 64),
    onceBytes: count('onceBytes', 64 * 1024),
    onceTotal: count('onceTotal', 64 * 1024 * 1024),
    historyBytes: count('historyBytes', 256 * MIB),
    historyStreams: count('historyStreams', 100_000),
    held: count('held', 16 * MIB),
    catchUp: count('catchUp', MIB),
  };
}

const MIB = 1024 * 1024;
