import { knownOptions, ProcessError, shown } from '../core/index.js';
import { isSchema, type Schema } from './schema.js';
import { RESERVED_EVENTS } from './wireMessage.js';

/** A typed event: its name, and what its data and the reply to it look like; server and client share it. */
export interface EventType<Data = unknown, Reply = unknown> {
  readonly name: string;
  readonly data?: Schema<Data> | undefined;
  readonly reply?: Schema<Reply> | undefined;
}

/**
 * Makes a typed event. With a schema for its data, what a client sends is checked before anybody sees it, and what
 * does not fit is answered with `invalid_data`, which names the path (B20).
 *
 * @param name a text that does not begin with `rx:`
 * @param schemas `data` and `reply`: any Standard Schema (zod, valibot), or an io-ts type; both may be left out
 * @throws ProcessError `Invalid` for another name, an unknown option, or what is no schema.
 * @example const say = event('say', { data: z.object({ text: z.string().max(2_000) }) });
 */
export function event<Data = unknown, Reply = unknown>(
  name: string,
  schemas: { readonly data?: Schema<Data>; readonly reply?: Schema<Reply> } = {},
): EventType<Data, Reply> {
  checkEventName(name);
  knownOptions('event', schemas, { data: true, reply: true });
  for (const what of ['data', 'reply'] as const) {
    if (schemas[what] === undefined || isSchema(schemas[what])) continue;
    const advice = 'give a Standard Schema, as of zod or valibot, or an io-ts type';
    throw new ProcessError('Invalid', `event ${name}: ${what} is no schema; ${advice}`);
  }
  return Object.freeze({ name, ...schemas });
}

/** Whether it is an event, and not its name. */
export const isEventType = (value: unknown): value is EventType =>
  typeof Object(value).name === 'string';

/** The name of an event, given as it is or as a typed event. @throws ProcessError `Invalid`. */
export function eventName(event: string | EventType): string {
  const name = typeof event === 'string' ? event : event?.name;
  checkEventName(name);
  return name;
}

function checkEventName(name: unknown): asserts name is string {
  if (typeof name !== 'string' || name === '') {
    throw new ProcessError('Invalid', `${shown(name)} is no name of an event: give a text`);
  }
  if (!name.startsWith(RESERVED_EVENTS)) return;
  throw new ProcessError('Invalid', `event ${name}: names that begin with rx: are reserved`);
}
