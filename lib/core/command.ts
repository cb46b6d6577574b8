import { type Duration, durationOption } from './duration.js';
import { type ExitInput, type ExitReason, toError, toExitReason } from './exit.js';
import { type BroadcastOptions, type GroupOptions, scopeOf } from './groupEvent.js';
import { knownOptions } from './knownOptions.js';
import type { Message, PayloadArgs, Topic } from './message.js';
import type { Pid } from './pid.js';
import { ProcessError } from './processError.js';

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
      readonly except: Pid | readonly Pid[] | undefined;
    }
  | {
      readonly type: 'sendAfter' | 'every';
      /** Until it is sent; of `every` also from each time to the next. */
      readonly millis: number;
      readonly to: Pid | string;
      readonly topic: string;
      readonly payload: unknown;
    }
  | {
      readonly type: 'join' | 'leave';
      readonly group: string;
      /** `undefined` for the process itself. */
      readonly pid: Pid | undefined;
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
 * a member, but to nobody in `except` (G4). To a group without members it goes to nobody. The process
 * crashes with `Invalid` for an empty name, a topic that nobody may send to, and an `except` that is no
 * PID; an unknown option throws it here.
 *
 * @example broadcast('prices', price, { symbol: 'ABC', cents: 1_250 })
 * @example broadcast('room', ws.send, { data: 'hello' }, { except: client_pid })
 */
export function broadcast<P>(
  group: string,
  topic: Topic<P>,
  ...payload: PayloadArgs<P, [options?: BroadcastOptions]>
): Command;
export function broadcast(
  group: string,
  topic: string,
  payload?: unknown,
  options: BroadcastOptions = {},
): Command {
  knownOptions('broadcast', options, { scope: true, except: true });
  const { scope, except } = options;
  return { type: 'broadcast', group, topic, payload, scope, except };
}

/**
 * Sends a payload once, after a delay on the system's clock: `'5s'`, or a number of milliseconds (M15).
 * It is never sent if the process ends before. To take it back earlier, use rxjs's `timer` with
 * `self.scheduler` in the pipeline instead.
 *
 * @throws ProcessError `Invalid` for a delay that is no duration, or negative.
 * @example inbox.pipe(ofTopic(order), map(({ payload }) => sendAfter('15m', self.pid, overdue, payload.id)))
 */
export function sendAfter<P>(
  delay: Duration,
  to: Pid | string,
  topic: Topic<P>,
  ...payload: PayloadArgs<P>
): Command;
export function sendAfter(
  delay: Duration,
  to: Pid | string,
  topic: string,
  payload?: unknown,
): Command {
  return { type: 'sendAfter', millis: durationOption('sendAfter', delay), to, topic, payload };
}

/**
 * Sends a payload again and again, first after one interval, until the process ends (M15). To a PID it
 * stops once nobody is there; a name may be taken anew, so to a name it goes on.
 *
 * @throws ProcessError `Invalid` for an interval that is no duration, or not longer than 0.
 * @example concat(of(every('30s', self.pid, check)), inbox.pipe(…))
 */
export function every<P>(
  interval: Duration,
  to: Pid | string,
  topic: Topic<P>,
  ...payload: PayloadArgs<P>
): Command;
export function every(
  interval: Duration,
  to: Pid | string,
  topic: string,
  payload?: unknown,
): Command {
  const millis = durationOption('every', interval);
  if (millis === 0) throw new ProcessError('Invalid', 'every: the interval is longer than 0');
  return { type: 'every', millis, to, topic, payload };
}

/**
 * Joins this process, or the one with a PID, to a group, once more each time (G2, G6). If that one has
 * ended, nothing changes. The process crashes with `Invalid` for an empty name.
 *
 * @example inbox.pipe(ofTopic(ws.join), map(({ payload }) => join('room', payload.client_pid)))
 */
export function join(group: string, pid?: Pid, options: GroupOptions = {}): Command {
  return { type: 'join', group, pid, scope: scopeOf('join', options) };
}

/**
 * Takes back one join of this process, or of the one with a PID (G2, G6). If that one has ended, it has left
 * already. The process crashes with `NotFound` where there is no membership to end.
 *
 * @example inbox.pipe(ofTopic(mute), map(({ payload }) => leave('room', payload.pid)))
 */
export function leave(group: string, pid?: Pid, options: GroupOptions = {}): Command {
  return { type: 'leave', group, pid, scope: scopeOf('leave', options) };
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
