import express, { type RequestHandler, type Router } from 'express';
import type { Entry, Use } from '../codec/index.js';
import type { Behavior } from '../core/index.js';
import { type Relay, setRelay, websocketRelay } from '../express/index.js';
import { kernelOf } from '../runtime/index.js';
import { type Context, find } from './context.js';

/**
 * Makes a router (CF3): its middleware, the relay, which refuses clients before anything of an endpoint runs, and the
 * endpoints, each with the other middleware before its handler and the relay once more behind it, where a handler
 * that has only set the relay header ends up (H11).
 */
export function makeRouter(
  { middleware }: Entry<'http.router'>,
  endpoints: readonly Entry<'http.endpoint'>[],
  made: ReadonlyMap<Use, RequestHandler>,
  context: Context,
): LoadedRouter {
  const handlerOf = (use: Use): RequestHandler => made.get(use) as RequestHandler;
  const relay = middleware.relay && websocketRelay(context.system, middleware.relay);
  const behind = relay === undefined ? [] : [relay];
  const router = express.Router();
  for (const each of [...middleware.before.map(handlerOf), ...behind]) router.use(each);
  for (const endpoint of endpoints) {
    const { path, method = 'GET' } = endpoint.fields;
    const verb = method.toLowerCase() as Verb;
    const handlers = [...middleware.after.map(handlerOf), answerOf(endpoint, context), ...behind];
    router[verb](path, ...handlers);
  }
  return Object.assign(router, relay && { relay });
}

/** A router of a configuration. */
export type LoadedRouter = Router & {
  /** Its relay, to drain and to measure; `undefined` without `websocket_relay`. */
  readonly relay?: Relay;
};

type Verb = Lowercase<NonNullable<Entry<'http.endpoint'>['fields']['method']>>;

/** Who answers at an endpoint: a handler, or for each client a process of its own, which is told the path's parameters. */
function answerOf(
  { fields: { func }, namespace }: Entry<'http.endpoint'>,
  { handlers, system }: Context,
): RequestHandler {
  const handler = find(handlers, func, namespace);
  if (handler !== undefined) return handler;
  const { behaviors } = system[kernelOf];
  // Looked up for each client, because a behaviour may be defined anew (U1).
  return (request, response) => {
    const target = find(behaviors, func, namespace) as Behavior;
    setRelay(response, { target, metadata: { ...request.params } }).end();
  };
}
