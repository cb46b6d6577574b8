import { deflateRawSync } from 'node:zlib';
import { type Block, blocksOf } from '../../spec/support/pages.js';

/** An example of the guide that runs in the browser: the files that it takes, as one text. */
export interface Example {
  /** `processes/alarm.spec.ts` */
  readonly name: string;
  readonly code: string;
}

/** Modules that `runner.ts` has; the client needs a server, unless a spec gives it one. */
const HERE = ['rxjs', 'rxjs/testing', 'rx-process', 'rx-process/testing', 'vitest'];
const IN_SPECS = ['rx-process/client'];
/** What `testing.ts` leaves out. */
const ELSEWHERE = /\b(channelTest|memoryNats|halfOpen|slowReader|reconnectStorm)\b/;

/** Those of a page's blocks that can run, each with what it imports and, where it does nothing alone, what uses it. */
export function examplesOf(path: string): Example[] {
  const blocks = blocksOf(path).filter(({ name }) => name.endsWith('.ts'));
  return blocks.flatMap((block) => {
    const uses = (other: Block): boolean => importsOf(other.code).includes(fileOf(block));
    const user = isRun(block) ? undefined : blocks.find((other) => isRun(other) && uses(other));
    if (user === undefined && !isRun(block)) return [];
    const files = withImports(user ?? block, blocks);
    if (!files.every((file) => canRun(file, files))) return [];
    return [{ name: block.name, code: files.map(textOf).join('\n') }];
  });
}

/** The hash of a link, as `hash.ts` makes it in the browser. */
export const hashOf = (code: string): string =>
  `#code=${deflateRawSync(code).toString('base64url')}`;

const fileOf = ({ name }: Block): string => `./${name.replace(/.*\//, '').replace('.ts', '.js')}`;
const textOf = ({ name, code }: Block): string => `// ${name.replace(/.*\//, '')}\n${code}`;
const isSpec = ({ name }: Block): boolean => name.endsWith('.spec.ts');
/** Whether it does something by itself. */
const isRun = (block: Block): boolean =>
  isSpec(block) || /\b(createSystem|testSystem)\(/.test(block.code);

const importsOf = (code: string): string[] =>
  [...code.matchAll(/from '([^']+)'/g)].map(([, from = '']) => from);

/** A file and those of the page that it imports, the lowest first. */
function withImports(block: Block, blocks: readonly Block[]): Block[] {
  const found = importsOf(block.code).flatMap((from) =>
    blocks.filter((other) => fileOf(other) === from && other !== block),
  );
  return [...new Set([...found.flatMap((each) => withImports(each, blocks)), block])];
}

function canRun(file: Block, files: readonly Block[]): boolean {
  const here = [...HERE, ...files.map(fileOf)];
  if (files.some(isSpec)) here.push(...IN_SPECS);
  return importsOf(file.code).every((from) => here.includes(from)) && !ELSEWHERE.test(file.code);
}
