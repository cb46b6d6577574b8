import { type Command, type Message, ProcessError } from '../../core/index.js';
import { refusal } from './checkReplayable.js';
import { literal } from './literal.js';

/** A command as the call that makes it; `known` names a message that the spec has already. */
export function commandCode(
  command: Command,
  known: (message: unknown) => string | undefined,
): string {
  const call = (name: string, ...parts: readonly string[]): string =>
    `${name}(${parts.join(', ')})`;
  const message = (value: unknown, path: string): string => known(value) ?? literal(value, path);
  switch (command?.type) {
    case 'send': {
      const { to, topic, payload } = command;
      const sent = payload === undefined ? [] : [literal(payload, topic)];
      return call('send', literal(to), literal(topic), ...sent);
    }
    case 'broadcast': {
      const { group, topic, payload, scope } = command;
      const options = scope === undefined ? [] : [`{ scope: ${literal(scope)} }`];
      const sent = literal(payload, topic);
      return call('broadcast', literal(group), literal(topic), sent, ...options);
    }
    case 'done':
      return call('done', ...(command.value === undefined ? [] : [literal(command.value, 'done')]));
    case 'exit':
      return call('exit', literal(command.reason, 'exit'));
    case 'reply':
      return call('reply', message(command.message, 'reply'), literal(command.payload, 'reply'));
    case 'report':
      return call('report', literal(command.error, 'report'), message(command.message, 'report'));
    default:
      return literal(command, 'command');
  }
}

/** `message(…)` as it stands in a spec; a call's `ref` beside it. */
export function messageCode({ topic, payload, from, ref }: Message): string {
  const parts = [topic, payload, from];
  while (parts.length > 1 && parts.at(-1) === undefined) parts.pop();
  const code = `message(${parts.map((part) => literal(part, topic)).join(', ')})`;
  return ref === undefined ? code : `{ ...${code}, ref: ${ref} }`;
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
