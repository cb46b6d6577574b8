import { suggestion } from './nearest.js';
import { ProcessError, shown } from './processError.js';

/**
 * Refuses an option that nobody knows, with the known name that it is most likely a slip of (I7). Options in
 * which nothing is wrong cost a look at each name.
 *
 * @param where whose options they are, for the text
 * @param known every option of the type, which the compiler checks
 * @throws ProcessError `Invalid`, also when the options are no object.
 */
export function knownOptions<T extends object>(where: string, options: T, known: Known<T>): void {
  if (typeof options !== 'object' || options === null) {
    throw new ProcessError('Invalid', `${where}: the options are an object, not ${shown(options)}`);
  }
  for (const name in options) {
    if (known[name] === true) continue;
    const names = Object.keys(known);
    const hint = suggestion(name, names) || `; there is ${names.join(', ')}`;
    throw new ProcessError('Invalid', `${where}: unknown option '${name}'${hint}`);
  }
}

/** The names of all options of a type. */
export type Known<T> = { readonly [K in keyof T]-?: true };
