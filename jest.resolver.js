import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = import.meta.dirname;
const PLACES = new Map([
  // In one file, the same code: a suite would load 170 of them anew, a third of what a short one takes.
  ['rxjs', join(root, 'node_modules/rxjs/dist/bundles/rxjs.umd.js')],
  ['rxjs/testing', join(root, 'spec/support/rxjsTesting.js')],
]);
const OWN = 'rx-process';

/**
 * Where a module is. jest remembers what a resolver has said for all suites of a worker, but not what a
 * `moduleNameMapper` leads to, and each suite has a thousand imports.
 */
export default function resolve(name, options) {
  const place = PLACES.get(name);
  if (place !== undefined) return place;
  if (name === OWN || name.startsWith(`${OWN}/`)) {
    return join(root, 'lib', name.slice(OWN.length), 'index.ts');
  }
  if (name.startsWith('.') && name.endsWith('.js')) {
    const source = join(options.basedir, `${name.slice(0, -'.js'.length)}.ts`);
    if (existsSync(source)) return source;
  }
  return options.defaultResolver(name, options);
}
