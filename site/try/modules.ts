import { transform } from 'sucrase';
import type { File } from './files.js';

/** What an import finds: a module by its name. */
export type Modules = Readonly<Record<string, object>>;

/**
 * Runs files in the order in which they need each other, each once, with `given` beside them. Types are taken out, not
 * checked. Rejects with what a file throws, and when one imports what does not run in a browser.
 */
export async function runModules(files: readonly File[], given: Modules): Promise<void> {
  const compiled = files.map(compile);
  const done = new Map<string, object>(Object.entries(given));
  for (let left = compiled; left.length > 0; ) {
    const next = left.find(({ imports }) => imports.every((from) => done.has(from)));
    if (next === undefined) throw new Error(missing(left, done));
    const module = { exports: {} };
    const find = (from: string): object | undefined => done.get(from);
    await new AsyncFunction('require', 'module', 'exports', next.code)(
      find,
      module,
      module.exports,
    );
    done.set(next.from, module.exports);
    left = left.filter((each) => each !== next);
  }
}

interface Compiled {
  /** As other files import it. */
  readonly from: string;
  readonly imports: readonly string[];
  readonly code: string;
}

/** Its `await` may stand anywhere, as in a module. */
const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

function compile({ name, code }: File): Compiled {
  const made = transform(code, {
    transforms: ['typescript', 'imports'],
    disableESTransforms: true,
    filePath: name,
  });
  const imports = [...made.code.matchAll(/\brequire\('([^']+)'\)/g)].map(([, from = '']) => from);
  return {
    from: `./${name.replace(/\.ts$/, '.js')}`,
    imports,
    code: `${made.code}\n//# sourceURL=${name}`,
  };
}

function missing(left: readonly Compiled[], done: ReadonlyMap<string, object>): string {
  const here = left.map(({ from }) => from);
  for (const { from, imports } of left) {
    const unknown = imports.find((each) => !done.has(each) && !here.includes(each));
    if (unknown === undefined) continue;
    const known = [...done.keys(), ...here].map((each) => `'${each}'`).join(', ');
    return `${from.replace('./', '')} imports '${unknown}', which is not here; there are ${known}`;
  }
  return `${here.join(' and ')} import each other`;
}
