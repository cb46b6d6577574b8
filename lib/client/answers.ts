import { firstOf } from './firstOf.js';
import { type Frame, saidBy } from './frame.js';

/** What the client answers when the server asks it (CP11). */
export class Answers {
  readonly #handlers = new Map<string, Handler>();

  /** @returns what takes it away */
  set(event: string, handler: Handler): () => void {
    this.#handlers.set(event, handler);
    return () => {
      if (this.#handlers.get(event) === handler) this.#handlers.delete(event);
    };
  }

  answer(frame: Frame, reply: (message: object) => void): void {
    const { id } = frame;
    const { event = '', data } = saidBy(frame) ?? {};
    const handler = this.#handlers.get(event);
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
}

type Handler = (data: unknown) => unknown;
