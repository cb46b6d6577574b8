import { Composer, type Document, Lexer, LineCounter, Parser } from 'yaml';
import { printable } from '../core/index.js';
import { type Fault, type Places, plainValue } from './plainValue.js';

/**
 * Reads a text as one document of YAML 1.2 in its core schema, as plain values (CF4). What is no YAML, or more than
 * a configuration may have, is a fault; then the value is not to be used.
 */
export function readYaml(text: string): Yaml {
  const lines = new LineCounter();
  const placeAt = (offset: number): LineAndColumn => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (Buffer.byteLength(text) > MAX_BYTES) return failed('the text is larger than 1 MiB');
  const faults: Fault[] = [];
  // A byte order mark, which the parser takes for an indent of the first line.
  const document = compose(text.replace(/^\uFEFF/, ''), lines, faults);
  const { value, places } = plainValue(document?.contents, faults, (at) => placeAt(at).line);
  return { value, places, placeAt, faults };
}

/** A document that was read, and where its values stand. */
export interface Yaml {
  readonly value: unknown;
  readonly places: Places;
  readonly faults: readonly Fault[];
  readonly placeAt: (offset: number) => LineAndColumn;
}

/** Both from 1. */
export interface LineAndColumn {
  readonly line: number;
  readonly column: number;
}

const MAX_BYTES = 2 ** 20;

/** Collections within each other; a configuration has five. */
const MAX_DEPTH = 64;

/** Of a message of the parser, which quotes the text. */
const MAX_SHOWN = 200;

const OPTIONS = {
  schema: 'core',
  resolveKnownTags: false,
  prettyErrors: false,
  // It compares each key with all others; `plainValue` looks them up.
  uniqueKeys: false,
} as const;

const failed = (message: string): Yaml => ({
  value: undefined,
  places: new WeakMap(),
  faults: [{ at: 0, message }],
  placeAt: () => ({ line: 1, column: 1 }),
});

/** The document of a text. What the parser has to say of it, warnings too, is a fault. */
function compose(text: string, lines: LineCounter, faults: Fault[]): Document.Parsed | undefined {
  const parser = new Parser(lines.addNewLine);
  const tokens = [];
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    // Before the composer, which calls itself for each: an overflow of the stack may end Node.
    if (parser.stack.length > MAX_DEPTH) {
      faults.push({ at: parser.offset, message: `nested deeper than ${MAX_DEPTH}` });
      return undefined;
    }
  }
  tokens.push(...parser.end());
  const [document, second] = new Composer(OPTIONS).compose(tokens, true, text.length);
  if (second !== undefined) {
    faults.push({ at: second.range[0], message: 'there is a second document' });
  }
  for (const { pos, message } of [...(document?.errors ?? []), ...(document?.warnings ?? [])]) {
    faults.push({ at: pos[0], message: printable(message, MAX_SHOWN) });
  }
  return document;
}
