import type { Router } from 'express';
import type { Entry, Path, Problem } from '../codec/index.js';
import { type Context, find } from './context.js';
import { isEndpoint } from './endpointsOf.js';
import { findProblems } from './findProblems.js';
import { makeMiddleware } from './makeMiddleware.js';
import { type LoadedRouter, makeRouter } from './makeRouter.js';
import type { Source } from './source.js';

/**
 * Makes the routers of a configuration and mounts them, when nothing is wrong with any of them (CF4).
 *
 * @param problems what is wrong beside references
 * @throws ConfigError; then nothing is mounted.
 */
export function mountRouters(
  source: Source,
  context: Context,
  problems: readonly Problem[] = [],
): Routers {
  const lineOf = (path: Path): number => source.issue({ path, message: '' }).line;
  const entries = source.check([...problems, ...findProblems(source.drafts, context, lineOf)]);
  const routers = new Map(entries.filter(isRouter).map((entry) => [entry.id, entry]));
  const middleware = makeMiddleware(source, [...routers.values()], context);
  const made = [...routers.values()].map((entry) => {
    const isIts = ({ fields, namespace }: Entry<'http.endpoint'>): boolean =>
      find(routers, fields.meta.router, namespace) === entry;
    const endpoints = entries.filter(isEndpoint).filter(isIts);
    return { entry, router: makeRouter(entry, endpoints, middleware, context) };
  });
  // Only now, because whatever could fail has not.
  for (const { entry, router } of made) {
    const { meta, prefix = '/' } = entry.fields;
    (find(context.servers, meta.server, entry.namespace) as Router).use(prefix, router);
  }
  return Object.fromEntries(made.map(({ entry, router }) => [entry.id, router]));
}

/** Routers by their ids. */
export type Routers = Readonly<Record<string, LoadedRouter>>;

const isRouter = (entry: Entry): entry is Entry<'http.router'> => entry.kind === 'http.router';
