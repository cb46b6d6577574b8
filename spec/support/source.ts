import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from '@swc/core';

/** One import or re-export of a file. */
export interface Import {
  /** As written: `./pid.js`, `../core/index.js`, `rxjs`. */
  readonly from: string;
  /** Erased by the compiler. `import { type X }` is not: it leaves an import behind. */
  readonly typeOnly: boolean;
  readonly isExport: boolean;
  readonly line: number;
}

/** Something found in a file, and where. */
export interface Found {
  readonly what: string;
  readonly line: number;
}

/** What the architecture rules look at in a source file. */
export interface Source {
  /** Below `lib`: `core/pid.ts`. */
  readonly path: string;
  /** `core`, or `''` for a file directly in `lib`. */
  readonly folder: string;
  readonly lines: readonly string[];
  /** What the first doc comment belongs to: the names that its statement exports; `undefined` without such a comment. */
  readonly opening: readonly string[] | undefined;
  readonly imports: readonly Import[];
  readonly functions: readonly (Found & { readonly length: number })[];
  /** How deep control flow is nested within one function, at its deepest places. */
  readonly nesting: readonly (Found & { readonly depth: number })[];
  readonly anys: readonly Found[];
  /** Global functions and members that are used: `setTimeout`, `Date.now`. */
  readonly globals: readonly Found[];
}

interface Node {
  readonly type: string;
  readonly span: { readonly start: number; readonly end: number };
  readonly [key: string]: unknown;
}

const LIB = new URL('../../lib/', import.meta.url);
const FUNCTIONS =
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression|ClassMethod|PrivateMethod|MethodProperty|Constructor|GetterProperty|SetterProperty)$/;
const CONTROL =
  /^(IfStatement|ForStatement|ForInStatement|ForOfStatement|WhileStatement|DoWhileStatement|SwitchStatement|TryStatement)$/;

/** Every source file of the library, or of one folder of it. */
export function readLib(below = ''): readonly Source[] {
  return readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && path.startsWith(below))
    .sort()
    .map((path) => parse(path, readFileSync(fileURLToPath(new URL(path, LIB)), 'utf8')));
}

/** The first line of a program, which is no TypeScript. */
const SHEBANG = /^#!.*\n/;

/** What a text is made of; `path` is where it stands below `lib`. */
export function parse(path: string, code: string): Source {
  const text = code.replace(SHEBANG, '');
  // The empty statement is where the parser's count of bytes begins, whatever comments come first.
  const module = parseSync(`;${text}`, {
    syntax: 'typescript',
    tsx: path.endsWith('.tsx'),
    target: 'es2022',
  }) as unknown as Node;
  const bytes = Buffer.from(text);
  const lineOf = (position: number): number =>
    bytes
      .subarray(0, position - module.span.start - 1)
      .toString()
      .split('\n').length;
  const finder = new Finder(lineOf);
  finder.visit(module, 0);
  return {
    path,
    folder: path.includes('/') ? path.slice(0, path.indexOf('/')) : '',
    lines: text.trimEnd().split('\n'),
    opening: openingOf(text, module),
    ...finder.found,
  };
}

function openingOf(text: string, module: Node): string[] | undefined {
  const at = text.indexOf('/**');
  if (at < 0) return undefined;
  const position = module.span.start + 1 + Buffer.byteLength(text.slice(0, at));
  const statement = (module.body as Node[]).find(({ span }) => span.start > position);
  if (statement?.type !== 'ExportDeclaration') return [];
  const declared = statement.declaration as Node;
  const ids = (declared.declarations as Node[] | undefined)?.map(({ id }) => id) ?? [
    declared.identifier ?? declared.id,
  ];
  return (ids as { value: string }[]).map(({ value }) => value);
}

class Finder {
  readonly #lineOf: (position: number) => number;
  readonly found = {
    imports: [] as Import[],
    functions: [] as (Found & { length: number })[],
    nesting: [] as (Found & { depth: number })[],
    anys: [] as Found[],
    globals: [] as Found[],
  };

  constructor(lineOf: (position: number) => number) {
    this.#lineOf = lineOf;
  }

  visit(node: Node, depth: number, isElseIf = false): void {
    const line = this.#lineOf(node.span.start);
    this.#note(node, line);
    let inner = depth;
    if (FUNCTIONS.test(node.type)) inner = 0;
    else if (CONTROL.test(node.type) && !isElseIf) {
      inner = depth + 1;
      this.found.nesting.push({ what: node.type, line, depth: inner });
    }
    for (const [key, child] of children(node)) {
      this.visit(child, inner, key === 'alternate' && child.type === 'IfStatement');
    }
  }

  #note(node: Node, line: number): void {
    const { found } = this;
    const from = specifier(node);
    if (from !== undefined) {
      const isExport = node.type.startsWith('Export');
      found.imports.push({ from, typeOnly: isTypeOnly(node), isExport, line });
    }
    if (FUNCTIONS.test(node.type)) {
      const length = this.#lineOf(node.span.end) - line + 1;
      found.functions.push({ what: node.type, line, length });
    }
    if (node.type === 'TsKeywordType' && node.kind === 'any')
      found.anys.push({ what: 'any', line });
    const used = globalName(node);
    if (used !== undefined) found.globals.push({ what: used, line });
  }
}

function children(node: Node): [key: string, child: Node][] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (isFixedName(node, key, value)) return [];
    const values: unknown[] = Array.isArray(value) ? value : [value];
    return values.flatMap(unwrap).map((child): [string, Node] => [key, child]);
  });
}

/**
 * `x.setTimeout`, `{ setTimeout: 1 }` and the type `Date` use no global; `x[setTimeout]` does, as a Computed
 * node. `Date.parse` is one name, not two.
 */
function isFixedName(parent: object, key: string, value: unknown): boolean {
  if (!isNode(value) || value.type !== 'Identifier') return false;
  if (key === 'key' || key === 'typeName') return true;
  const { type, property } = parent as Partial<Node>;
  if (type !== 'MemberExpression') return false;
  return key === 'property' || (key === 'object' && (property as Node).type === 'Identifier');
}

/** Arguments, properties of a literal and the like stand in an object that is no node itself. */
function unwrap(value: unknown): Node[] {
  if (isNode(value)) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    isNode(each) && !isFixedName(value, key, each) ? [each] : [],
  );
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'span' in value;
}

function specifier(node: Node): string | undefined {
  const isStatement = /^(Import|ExportNamed|ExportAll)Declaration$/.test(node.type);
  if (isStatement) return (node.source as { value: string } | null | undefined)?.value;
  if (node.type === 'TsImportType') return (node.argument as { value: string }).value;
  if (node.type !== 'CallExpression' || (node.callee as Node).type !== 'Import') return undefined;
  const [first] = node.arguments as { expression: { value?: string } }[];
  return first?.expression.value;
}

function isTypeOnly(node: Node): boolean {
  return node.type === 'TsImportType' || node.typeOnly === true;
}

function globalName(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.value as string;
  if (node.type !== 'MemberExpression') return undefined;
  const [object, property] = [node.object as Node, node.property as Node];
  if (object.type !== 'Identifier' || property.type !== 'Identifier') return undefined;
  return `${object.value}.${property.value}`;
}
