/**
 * A text as a log may have it, at most so many characters long: what a terminal obeys, or what looks like
 * another line or another order of letters, is written as an escape. A client chooses paths, topics and
 * whatever an error quotes.
 */
export function printable(text: string, max: number): string {
  const escaped = text.slice(0, max).replace(UNPRINTABLE, escapeOf);
  if (text.length <= max && escaped.length <= max) return escaped;
  // An escape is never cut into what it stands for, but a pair of surrogates may be.
  return `${escaped.slice(0, max - 1).replace(/\p{Cs}$/u, '')}…`;
}

/** Control characters, marks of format and of direction, halves of characters, and ends of lines. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escapeOf = (character: string): string =>
  NAMED[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
