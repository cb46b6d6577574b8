import { type Command, formatDuration, type Message, ProcessError } from '../../core/index.js';
import { refusal } from './checkReplayable.js';
import { type Known, literal } from './literal.js';

/** A command as the call that makes it; `known` names a message that the spec has already. */
export function commandCode(command: Command, known: Known): string {
  switch (command?.type) {
    case 'send':
      return call('send', command.topic, command.to, command.topic, command.payload);
    case 'sendAfter':
    case 'every': {
      const { type, millis, to, topic, payload } = command;
      return call(type, topic, formatDuration(millis), to, topic, payload);
    }
    case 'broadcast': {
      const { group, topic, payload, scope, except } = command;
      return call('broadcast', topic, group, topic, payload, given({ scope, except }));
    }
    case 'join':
    case 'leave': {
      const { type, group, pid, scope } = command;
      return call(type, type, group, pid, given({ scope }));
    }
    case 'done':
      return call('done', 'done', command.value);
    case 'exit':
      return call('exit', 'exit', command.reason);
    case 'reply':
      return `reply(${literal(command.message, 'reply', known)}, ${literal(command.payload, 'reply')})`;
    case 'report':
      return `report(${literal(command.error, 'report')}, ${literal(command.message, 'report', known)})`;
    default:
      // Those of a channel.
      return literal(command, 'command', known);
  }
}

/** `message(…)` as it stands in a spec. */
export function messageCode({ topic, payload, from, ref }: Message): string {
  return call('message', topic, topic, payload, given({ from, ref }));
}

/** A call as text, without arguments at its end that are undefined; `path` says where a bad value was. */
function call(name: string, path: string, ...args: readonly unknown[]): string {
  const last = args.findLastIndex((arg) => arg !== undefined);
  const parts = args.slice(0, last + 1).map((arg) => literal(arg, path));
  return `${name}(${parts.join(', ')})`;
}

/** Options without those that were not given, or `undefined` for none. */
function given(options: Readonly<Record<string, unknown>>): object | undefined {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

/** Writes something that happened, or says what of it cannot be written. */
export function written(what: string, at: number, write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof ProcessError)) throw error;
    throw refusal(`${what} at ${at} ms: ${error.message}`);
  }
}
