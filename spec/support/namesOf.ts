import { readFileSync } from 'node:fs';
import { type ExportNamedDeclaration, parseSync } from '@swc/core';

/** The names of an index, which only re-exports. */
export function namesOf(path: string): { values: string[]; types: string[] } {
  const text = readFileSync(new URL(`../../lib/${path}`, import.meta.url), 'utf8');
  const statements = parseSync(text, { syntax: 'typescript' }).body as ExportNamedDeclaration[];
  const names = statements.flatMap(({ specifiers, typeOnly }) =>
    specifiers.flatMap((each) =>
      each.type === 'ExportSpecifier'
        ? [{ name: (each.exported ?? each.orig).value, isType: typeOnly || each.isTypeOnly }]
        : [],
    ),
  );
  const pick = (isType: boolean): string[] =>
    names
      .filter((each) => each.isType === isType)
      .map(({ name }) => name)
      .sort();
  return { values: pick(false), types: pick(true) };
}
