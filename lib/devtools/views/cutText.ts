import { textOf } from '../../core/index.js';

/** What is shown of a name, a topic or the text of an error, which may be of any length, and by a slip no text at all. */
export function cutText(value: unknown, most = 300): string {
  const text = textOf(() => value);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
