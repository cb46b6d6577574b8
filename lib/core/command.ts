import { type ExitInput, type ExitReason, toError, toExitReason } from './exit.js';
import { type GroupOptions, scopeOf } from './groupEvent.js';
import type { Message, PayloadArgs, Topic } from './message.js';
import type { Pid } from './pid.js';

/** What a behaviour wants done, as plain data: one interpreter in the runtime performs it. */
export type Command =
  | {
      readonly type: 'send';
      readonly to: Pid | string;
      readonly topic: string;
      readonly payload: unknown;
    }
  | {
      readonly type: 'broadcast';
      readonly group: string;
      readonly topic: string;
      readonly payload: unknown;
      readonly scope: string | undefined;
    }
  | { readonly type: 'done'; readonly value: unknown }
  | { readonly type: 'exit'; readonly reason: ExitReason }
  | { readonly type: 'upgrade'; readonly id: string | undefined; readonly state: unknown }
  | { readonly type: 'reply'; readonly message: Message; readonly payload: unknown }
  | { readonly type: 'report'; readonly error: unknown; readonly message: unknown };

/** What a behaviour may emit: a command, or nothing. */
// biome-ignore lint/suspicious/noConfusingVoidType: a handler that returns nothing returns void
export type Output = Command | void;

/**
 * Sends a payload under a topic to a PID or a registered name (M1). Fire and forget: a message to
 * nobody is a `deadLetter` event.
 *
 * @example send(payload.client_pid, ws.send, { type: 'text', data: 'hello' })
 */
export function send<P>(to: Pid | string, topic: Topic<P>, ...payload: PayloadArgs<P>): Command;
export function send(to: Pid | string, topic: string, payload?: unknown): Command {
  return { type: 'send', to, topic, payload };
}

/**
 * Sends a payload under a topic to every member of a group, once per process, this one included if it is
 * a member (G4). To a group without members it goes to nobody. The process crashes with `Invalid` for
 * an empty name or a topic that nobody may send to; an unknown option throws it here.
 *
 * @example broadcast('prices', price, { symbol: 'ABC', cents: 1_250 })
 */
export function broadcast<P>(
  group: string,
  topic: Topic<P>,
  ...payload: PayloadArgs<P, [options?: GroupOptions]>
): Command;
export function broadcast(
  group: string,
  topic: string,
  payload?: unknown,
  options: GroupOptions = {},
): Command {
  return { type: 'broadcast', group, topic, payload, scope: scopeOf('broadcast', options) };
}

/** Ends the process normally with a value, which monitors and `exec` receive (S6). */
export function done(value?: unknown): Command {
  return { type: 'done', value };
}

/** Ends the process for a reason (E2): `'normal'`, `'shutdown'`, `'kill'`, an exit reason, an error. */
export function exit(reason: ExitInput): Command {
  return { type: 'exit', reason: toExitReason(reason) };
}

/**
 * Goes on as the newest definition of a behaviour (U1), by default of the process's own; `state` is its
 * `self.args[0]`. An unknown id ends the process with `NotFound`: a command has nobody to throw to.
 *
 * @example inbox.pipe(ofTopic(reload), map(() => upgrade('chat:room', members)))
 */
export function upgrade(id?: string, state?: unknown): Command {
  return { type: 'upgrade', id, state };
}

/**
 * Answers a call (M13), with what the message's topic says, if it says so. A second answer, or one to a
 * message that was no call, is a drop event.
 */
export function reply<R>(message: Message<unknown, R>, ...payload: PayloadArgs<R>): Command;
export function reply(message: Message, payload?: unknown): Command {
  return { type: 'reply', message, payload };
}

/** Reports an error of one message as a `handlerError` event; the process goes on (M12). */
export function report(error: unknown, message: unknown): Command {
  return { type: 'report', error: toError(error), message };
}
