import {
  isPid,
  type Known,
  knownOptions,
  type Message,
  type Pid,
  ProcessError,
  shown,
} from '../../core/index.js';
import {
  type ErrorCode,
  type EventType,
  eventName,
  type WireMessage,
} from '../../protocol/index.js';
import { checkRecording } from '../broker/sendToChannel.js';
import type { ChannelCommand, Sendable } from '../definitions/channelCommand.js';
import type { Connection } from '../definitions/connection.js';
import { checkJoining, type Joining } from '../definitions/joining.js';
import type { SendOptions } from '../table/sending.js';

/**
 * Sends an event, or any message, to all members of the channel whose process says it (B23). They get what it emits in
 * that order, and behind the replies that it gave before.
 *
 * @param options `onlyTo` and `exclude`: PIDs of members; a list of nobody is nobody
 * @throws ProcessError `Invalid` for what is no event and no message, and an unknown option. The process crashes with
 * it for data that has no JSON, and if it is none of a channel.
 * @example emit(said, { user: 'ann', text: 'hello' }, { exclude: [message.connection.pid] })
 */
export function emit<Data>(
  event: EventType<Data> | WireMessage,
  data?: NoInfer<Data>,
  options: EmitOptions = {},
): ChannelCommand {
  knownOptions('emit', options, OPTIONS);
  const { onlyTo, exclude, record, key, answers } = options;
  checkPids('onlyTo', onlyTo);
  checkPids('exclude', exclude);
  checkRecording('emit', options);
  return { type: 'emit', message: unsent(event, data), onlyTo, exclude, record, key, answers };
}

/** To whom `emit` sends, by default to all, and how it is recorded. */
export interface EmitOptions extends Pick<SendOptions, 'record' | 'key'> {
  readonly onlyTo?: readonly Pid[] | undefined;
  readonly exclude?: readonly Pid[] | undefined;
  /** A request that is answered when this is sent, with `{ offset }`: its place in the history, so that who has asked knows it. */
  readonly answers?: Message | undefined;
}

const OPTIONS: Known<EmitOptions> = {
  ...{ onlyTo: true, exclude: true },
  ...{ record: true, key: true, answers: true },
};

/**
 * Sends an event, or any message, to one member, as `emit` does to all. To a connection that is no member it goes to
 * nobody, which is a `deadLetter` event.
 */
export function push<Data>(
  to: Connection | Pid,
  event: EventType<Data> | WireMessage,
  data?: NoInfer<Data>,
): ChannelCommand {
  return { type: 'push', to: pidOf('push', to), message: unsent(event, data) };
}

/**
 * Lets a client in that has asked by `room.join`: it is a member from this command on, so that `state` in its reply and
 * what is emitted after it fit together (B24). An answer to a join that is over is a drop event.
 *
 * @param joining how, as a `join` hook says it; it goes before what the hook has said
 * @throws ProcessError `Invalid` for an unknown field of it, or one that is wrong
 * @example inbox.pipe(ofTopic(room.join), map((message) => accept(message, { state: board })))
 */
export function accept(message: Message, joining: Joining = {}): ChannelCommand {
  checkJoining('accept', joining);
  return { type: 'accept', message, joining };
}

/**
 * Refuses a join, or answers a request with an error.
 *
 * @param code one of those of the wire, or the application's own; default: `denied` for a join, else `failed`
 * @param text for people; default: that of the code
 */
export function refuse(
  message: Message,
  code?: ErrorCode | (string & {}),
  text?: string,
): ChannelCommand {
  return { type: 'refuse', message, code, text };
}

/**
 * Ends a membership; a client of v1 is told `kicked`, and the process gets `room.left`.
 *
 * @param options `retry`: whether the client may subscribe again; default false
 */
export function kick(
  who: Connection | Pid,
  reason?: string,
  options: { readonly retry?: boolean | undefined } = {},
): ChannelCommand {
  knownOptions('kick', options, { retry: true });
  return { type: 'kick', pid: pidOf('kick', who), reason, retry: options.retry ?? false };
}

function unsent<D>(event: EventType<D> | WireMessage, data: unknown): Sendable {
  if (Object.hasOwn(Object(event), 'type')) return event as WireMessage;
  const name = eventName(event as EventType);
  return { type: 'event', payload: { event: name, data: data ?? null } };
}

function checkPids(name: string, pids: unknown): void {
  if (pids === undefined || (Array.isArray(pids) && pids.every(isPid))) return;
  throw new ProcessError('Invalid', `emit: ${name} is a list of PIDs, not ${shown(pids)}`);
}

function pidOf(what: string, who: Connection | Pid): Pid {
  const pid = typeof who === 'string' ? who : who?.pid;
  if (isPid(pid)) return pid;
  throw new ProcessError('Invalid', `${what}: ${shown(who)} is no connection, and no PID of one`);
}
