import { firstOf } from './firstOf.js';
import { type Frame, saidBy } from './frame.js';

/** Answers what the server asks by its handler (CP11); what has none is `not_found`. */
export function answer(
  handlers: ReadonlyMap<string, Handler>,
  frame: Frame,
  reply: (message: object) => void,
): void {
  const { id } = frame;
  const { event = '', data } = saidBy(frame) ?? {};
  const handler = handlers.get(event);
  const refuse = (code: string, message: string): void =>
    reply({
      id,
      ok: false,
      error: { code, message, retry: false },
      type: 'system',
      payload: message,
    });
  if (!handler) return refuse('not_found', `no handler of ${event}`);
  firstOf(
    () => handler(data),
    (payload = null) => reply({ id, ok: true, type: 'json', payload }),
    (error) => refuse('failed', `${Object(error).message}`),
  );
}

/** Gives an answer, now or later. */
export type Handler = (data: unknown) => unknown;
