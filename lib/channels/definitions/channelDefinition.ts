import {
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
  shown,
} from '../../core/index.js';
import { type EventType, isEventType } from '../../protocol/index.js';
import { type HistoryOptions, readHistory } from '../history/historyOptions.js';
import type { ChannelBehavior } from './channelCommand.js';
import { channelName } from './channelName.js';
import type { JoinHook } from './joinHook.js';
import { type PresenceOptions, readPresence } from './presenceOptions.js';
import { type RestartOptions, readRestart } from './restartOptions.js';

/**
 * What is said of a channel, or of all channels of a pattern (B13).
 *
 * The room `definitions` has what an application says of channels, as it gives it and as it is read: begin here;
 * `joinHook.ts` is who may join, `channelCommand.ts` what the process of a channel may want done.
 */
export interface ChannelDefinition {
  /** A name, or the beginning of names and a `*`. */
  readonly pattern: string;
  readonly options: ChannelOptions;
}

/** Options of `channel`. */
export interface ChannelOptions {
  /** For people; default none. */
  readonly description?: string | undefined;
  /** Whether only those may join whom the `join` hook lets in (B6); default false. */
  readonly isPrivate?: boolean | undefined;
  /**
   * Decides who may join: true or false, or more about how (B15). It may be async; after 5 s the client is told
   * `timeout`. Default: everybody, or nobody where the channel is private.
   */
  // biome-ignore lint/suspicious/noExplicitAny: a hook says itself what params it expects
  readonly join?: JoinHook<any> | undefined;
  /** The events that clients may send, others are `unknown_event` (B20); default: any. */
  readonly events?: readonly EventType[] | undefined;
  /**
   * What the channel does: one process for each name, spawned when somebody joins, on the host `channels`, under the
   * name `channel:<name>`, with `[{ channel }]` as its `self.args` (B23). Default: none; what clients send to the
   * channel is in `manager.messages$`.
   */
  readonly behavior?: ChannelBehavior | undefined;
  /**
   * Who has the last word about a join: the `join` hook, by default, or with `'behavior'` after it the channel's
   * process, which gets `room.join` and answers with `accept` or `refuse` within 5 s (B24).
   */
  readonly admit?: 'hook' | 'behavior' | undefined;
  /** How long the process of an empty channel goes on; default 30 s (B26). */
  readonly linger?: Duration | undefined;
  /** How its process is restarted when it crashes; default: at once, but not more than 3 times in 5 s (B25). */
  readonly restart?: RestartOptions | undefined;
  /** Whether clients are told who is in the channel, and how (PR1); default: they are not. */
  readonly presence?: PresenceOptions | true | undefined;
  /** How long messages are gathered to leave as one frame (B30); default: not at all. */
  readonly coalesce?: Duration | undefined;
  /** What is kept of its messages for those who come back (CH1); default: nothing. */
  readonly history?: HistoryOptions | undefined;
  /**
   * What becomes of a client of v1 that reads too slowly. `'catchUp'`, the default where there is a history: its
   * membership ends, and it asks for what it has missed when it has read the rest; `'close'`: it is closed with 1013 (B27).
   */
  readonly lag?: 'catchUp' | 'close' | undefined;
}

const OPTIONS: Known<ChannelOptions> = {
  description: true,
  isPrivate: true,
  join: true,
  behavior: true,
  admit: true,
  linger: true,
  restart: true,
  events: true,
  presence: true,
  coalesce: true,
  history: true,
  lag: true,
};

/**
 * Defines a channel, or with a `*` at the end all channels of a prefix. An exact name goes before a prefix, and the
 * longest prefix before others (B13).
 *
 * @throws ProcessError `Invalid` for a name that is none, a `*` elsewhere, and options that are wrong or unknown.
 * @example const chat = channel('chat:*', { join: ({ connection }) => connection.identity !== undefined });
 */
export function channel(
  pattern: string,
  options: ChannelOptions & { readonly behavior: ChannelBehavior },
): ChannelDefinition & { readonly options: { readonly behavior: ChannelBehavior } };
export function channel(pattern: string, options?: ChannelOptions): ChannelDefinition;
export function channel(pattern: string, options: ChannelOptions = {}): ChannelDefinition {
  const where = `channel ${typeof pattern === 'string' ? pattern : ''}`.trim();
  if (pattern !== '*') channelName(pattern);
  if (pattern.slice(0, -1).includes('*')) {
    throw new ProcessError('Invalid', `${where}: a * stands at the end only (B13)`);
  }
  knownOptions(where, options, OPTIONS);
  if (options.description !== undefined && typeof options.description !== 'string') {
    throw new ProcessError('Invalid', `${where}: description is a text`);
  }
  checkAccess(where, options);
  if (options.presence !== undefined) readPresence(where, options.presence);
  if (options.coalesce !== undefined) durationOption(`${where}: coalesce`, options.coalesce);
  checkProcess(where, options);
  const { history, lag } = options;
  if (history !== undefined) readHistory(where, history);
  if (lag !== undefined && lag !== 'catchUp' && lag !== 'close') {
    throw new ProcessError('Invalid', `${where}: lag is 'catchUp' or 'close', not ${shown(lag)}`);
  }
  const own = history && { history: Object.freeze({ ...history }) };
  return Object.freeze({ pattern, options: Object.freeze({ ...options, ...own }) });
}

/** Checks who may come in and say what: a slip here must not open what was to be closed. */
function checkAccess(where: string, { isPrivate, join, events }: ChannelOptions): void {
  if (isPrivate !== undefined && typeof isPrivate !== 'boolean') {
    throw new ProcessError(
      'Invalid',
      `${where}: isPrivate is true or false, not ${shown(isPrivate)}`,
    );
  }
  if (join !== undefined && typeof join !== 'function') {
    throw new ProcessError('Invalid', `${where}: join is a function`);
  }
  if (events === undefined || (Array.isArray(events) && events.every(isEventType))) return;
  throw new ProcessError('Invalid', `${where}: events is a list of event(…)`);
}

/** Checks what is said of the channel's process; of one that there is not, nothing can be said. */
function checkProcess(where: string, options: ChannelOptions): void {
  const { behavior, admit, linger, restart } = options;
  if (behavior === undefined) {
    const [given] = ['admit', 'linger', 'restart'].filter((name) => Object.hasOwn(options, name));
    if (given === undefined) return;
    throw new ProcessError('Invalid', `${where}: ${given} is of a channel with a behavior`);
  }
  if (typeof behavior !== 'function') {
    throw new ProcessError('Invalid', `${where}: behavior is a function of its inbox`);
  }
  if (admit !== undefined && admit !== 'hook' && admit !== 'behavior') {
    throw new ProcessError(
      'Invalid',
      `${where}: admit is 'hook' or 'behavior', not ${shown(admit)}`,
    );
  }
  if (linger !== undefined) durationOption(`${where}: linger`, linger);
  readRestart(where, restart);
}

/** Checks a definition that `channel` may not have made. @throws ProcessError `Invalid` for what is none. */
export function checkDefinition(definition: ChannelDefinition): ChannelDefinition {
  const { pattern, options } = Object(definition) as Partial<ChannelDefinition>;
  if (typeof pattern === 'string' && typeof options === 'object') {
    channel(pattern, options);
    return definition;
  }
  throw new ProcessError('Invalid', `${shown(definition)} defines no channel: give channel(…)`);
}

/** Whether a definition is of many channels. */
export const isPattern = ({ pattern }: ChannelDefinition): boolean => pattern.endsWith('*');
