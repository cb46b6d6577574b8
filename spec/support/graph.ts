import { posix } from 'node:path';
import type { Import, Source } from './source.js';

/** Where a relative import leads, below `lib`; a package's name otherwise. */
export function target(source: Source, { from }: Import): { file?: string; package?: string } {
  if (from.startsWith('.')) {
    return { file: posix.join(posix.dirname(source.path), from.replace(/\.js$/, '.ts')) };
  }
  const [scope = '', name] = from.split('/');
  return { package: scope.startsWith('@') ? `${scope}/${name}` : scope };
}

/** The folder of a file below `lib`, `''` for one directly in it, `..` for one outside. */
export function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '';
}

/** The room of a file: its folder within a folder of `lib`; `undefined` for one that stands in the folder itself. */
export function roomOf(file: string): string | undefined {
  return file.split('/').length > 2 ? file.split('/')[1] : undefined;
}

/** What an import of `x.js` finds: `x.ts`, or else `x.tsx`. */
const sourceAt = (byPath: ReadonlyMap<string, Source>, path: string): Source | undefined =>
  byPath.get(path) ?? byPath.get(`${path}x`);

const valueImports = (source: Source): readonly Import[] =>
  source.imports.filter(({ typeOnly }) => !typeOnly);

/** Every cycle of imports, types included, once, as a path: `a.ts → b.ts → a.ts`. */
export function cycles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const finished = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, above: readonly string[]): void => {
    const start = above.indexOf(path);
    if (start >= 0) found.push([...above.slice(start), path].join(' → '));
    const source = sourceAt(byPath, path);
    if (start >= 0 || source === undefined || finished.has(path)) return;
    for (const each of source.imports) {
      const { file } = target(source, each);
      if (file !== undefined) walk(file, [...above, path]);
    }
    finished.add(path);
  };
  for (const { path } of sources) walk(path, []);
  return found;
}

/** The packages that importing a file loads, each with the file that asks for it. */
export function packagesOf(sources: readonly Source[], entry: string): Map<string, string> {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const walk = (path: string): void => {
    const source = sourceAt(byPath, path);
    if (seen.has(path) || source === undefined) return;
    seen.add(path);
    for (const each of valueImports(source)) {
      const { file, package: name } = target(source, each);
      if (file !== undefined) walk(file);
      else if (name !== undefined && !packages.has(name)) packages.set(name, path);
    }
  };
  walk(entry);
  return packages;
}
