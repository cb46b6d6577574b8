import type { RequestHandler } from 'express';
import type { Entry, Problem, Use } from '../codec/index.js';
import { printable, shown, textOf } from '../core/index.js';
import { ConfigError } from './configError.js';
import type { Context, MiddlewareFactory } from './context.js';
import type { Source } from './source.js';

/**
 * Makes the middleware of all routers, each with its options, before any router is made.
 *
 * @throws ConfigError for those that could not be made.
 */
export function makeMiddleware(
  source: Source,
  routers: readonly Entry<'http.router'>[],
  context: Context,
): ReadonlyMap<Use, RequestHandler> {
  const made = new Map<Use, RequestHandler>();
  const problems: Problem[] = [];
  let cause: unknown;
  for (const use of routers.flatMap(({ middleware }) => [
    ...middleware.before,
    ...middleware.after,
  ])) {
    const what = `middleware ${shown(use.name)}`;
    try {
      const make = context.middleware.get(use.name) as MiddlewareFactory;
      const handler: unknown = make(use.options);
      if (typeof handler === 'function') made.set(use, handler as RequestHandler);
      else problems.push({ path: use.path, message: `${what} is no function` });
    } catch (error) {
      cause ??= error;
      problems.push({
        path: use.path,
        message: `${what} failed: ${printable(
          textOf(() => error),
          MAX_SHOWN,
        )}`,
      });
    }
  }
  if (problems.length > 0)
    throw new ConfigError(
      problems.map((each) => source.issue(each)),
      cause,
    );
  return made;
}

/** Of the text of somebody's error. */
const MAX_SHOWN = 200;
