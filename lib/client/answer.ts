import { firstOf } from './firstOf.js';
import { type Frame, saidBy } from './frame.js';

/** Answers what the server asks by its handler (CP11); what has none is `not_found`. */
export function answer(
  handlers: ReadonlyMap<string, Handler>,
  frame: Frame,
  push: (message: object) => void,
): void {
  const { event = '', data } = saidBy(frame) ?? {};
  const handler = handlers.get(event);
  const reply = (payload: unknown, error?: object): void =>
    push({ id: frame.id, ok: !error, error, type: 'json', payload });
  const refuse = (code: string, message = `no handler of ${event}`): void =>
    reply(message, { code, message, retry: false });
  if (!handler) return refuse('not_found');
  firstOf(
    () => handler(data),
    (payload = null) => reply(payload),
    (error) => refuse('failed', Object(error).message),
  );
}

/** Gives an answer, now or later. */
export type Handler = (data: unknown) => unknown;
