import {
  type Duration,
  durationOption,
  type Known,
  knownOptions,
  ProcessError,
} from '../../core/index.js';
import type { EventType } from '../messages/eventType.js';
import { channelName } from './channelName.js';
import type { JoinHook } from './joinHook.js';

/** What is said of a channel, or of all channels of a pattern (B13). */
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
  /** How long messages are gathered to leave as one frame (B30); default: not at all. */
  readonly coalesce?: Duration | undefined;
}

const OPTIONS: Known<ChannelOptions> = {
  description: true,
  isPrivate: true,
  join: true,
  events: true,
  coalesce: true,
};

/**
 * Defines a channel, or with a `*` at the end all channels of a prefix. An exact name goes before a prefix, and the
 * longest prefix before others (B13).
 *
 * @throws ProcessError `Invalid` for a name that is none, a `*` elsewhere, and options that are wrong or unknown.
 * @example const chat = channel('chat:*', { join: ({ connection }) => connection.identity !== undefined });
 */
export function channel(pattern: string, options: ChannelOptions = {}): ChannelDefinition {
  const where = `channel ${typeof pattern === 'string' ? pattern : ''}`.trim();
  if (pattern !== '*') channelName(pattern);
  if (pattern.slice(0, -1).includes('*')) {
    throw new ProcessError('Invalid', `${where}: a * stands at the end only (B13)`);
  }
  knownOptions(where, options, OPTIONS);
  if (options.join !== undefined && typeof options.join !== 'function') {
    throw new ProcessError('Invalid', `${where}: join is a function`);
  }
  if (options.coalesce !== undefined) durationOption(`${where}: coalesce`, options.coalesce);
  return Object.freeze({ pattern, options: Object.freeze({ ...options }) });
}

/** Whether a definition is of many channels. */
export const isPattern = ({ pattern }: ChannelDefinition): boolean => pattern.endsWith('*');
