import type { FieldLogger, LogFields } from '../../runtime/index.js';

/**
 * What the system of a test would log, a hook that has thrown above all: a client is never told of it, so the texts of
 * failures show it. Without drops and dead letters, which are usual where clients leave.
 */
export class Notes implements FieldLogger {
  readonly #lines: string[] = [];

  warn({ code, err }: LogFields, message: string): void {
    if (code === 'drop' || code === 'dead_letter') return;
    const [text = '', where = ''] = err?.stack?.split('\n') ?? [];
    const what = message.includes(text) ? message : `${message}: ${text}`;
    this.#lines.push(`${what} ${where.trim()}`.trim());
  }

  error(fields: LogFields, message: string): void {
    this.warn(fields, message);
  }

  bindings(): object {
    return {};
  }

  /** To be added to a text; empty if there are none. */
  get text(): string {
    if (this.#lines.length === 0) return '';
    return `\nand the system has logged:\n${this.#lines.map((line) => `  ${line}`).join('\n')}`;
  }
}
