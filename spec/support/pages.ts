import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** A code block of a document, which begins with the name of its file. */
export interface Block {
  /** With the document's before it: `README/server.ts`. */
  readonly name: string;
  /** All but the line with its name. */
  readonly code: string;
  /** The lines that it prints: a text block right below it. */
  readonly prints: readonly string[];
}

const BLOCK =
  /```(?:[jt]s\n\/\/|yaml\n#) (\S+\.\w+)\n([\s\S]*?)```\n(?:\n```text\n([\s\S]*?)```)?/g;

/** The text of a document, by its path from the root. */
export const read = (path: string): string => readFileSync(path, 'utf8');

/** The code blocks of a document that name a file. */
export const blocksOf = (path: string): Block[] =>
  [...read(path).matchAll(BLOCK)].map(([, name, code = '', printed]) => ({
    name: `${basename(path, '.md')}/${name}`,
    code,
    prints: printed?.trimEnd().split('\n') ?? [],
  }));

/** A document's spec for jest, made as the document says: `it` and `expect` come from another package. */
export const forJest = (code: string): string => code.replace("'vitest'", "'@jest/globals'");

/** The first line of a document that begins so: a command, as it is pasted. */
export function lineOf(path: string, start: string): string {
  const line = read(path)
    .split('\n')
    .find((each) => each.startsWith(start));
  if (line === undefined) throw new Error(`${path} has no line that begins with ${start}`);
  return line;
}
