import { pattern, patternSchema } from './pattern.js';
import { type Shape, scalar } from './shape.js';

const SEGMENT = String.raw`[\w.~$&',;=@%-]+`;
const PREFIX = new RegExp(`^(?:/|(?:/${SEGMENT})+)$`);
const ROUTE = new RegExp(
  String.raw`^(?=/)(?:/(?:${SEGMENT}|\{[A-Za-z_]\w*\}))*(?:/|/\{[A-Za-z_]\w*\.\.\.\})?$`,
);

/**
 * The path of an endpoint, as Express has it: `{id}` is `:id`, and a final `{rest...}` is `*rest`. What means
 * something to Express itself, a colon or a star, is no part of it.
 */
export const routePath: Shape<string> = scalar(
  'path',
  patternSchema(ROUTE),
  (input) => {
    const path = String(input);
    const names = path.match(/\{\w+/g) ?? [];
    if (!ROUTE.test(path) || new Set(names).size < names.length) return undefined;
    return path.replace(/\{(\w+)\.\.\.\}/, '*$1').replace(/\{(\w+)\}/g, ':$1');
  },
  { hint: () => '; it begins with "/", a parameter is {id}, and the rest of a path {rest...}' },
);

/** The path below which a router is mounted. */
export const prefix = pattern('path', PREFIX, {
  hint: '; it begins with "/", ends without one, and has no parameters',
});
