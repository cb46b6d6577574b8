/**
 * Routers, relays and endpoints from a configuration in YAML, for Express. It is a folder of its own so that who only
 * wants the relay does not load the parser.
 *
 * `loadRouters` is what an application calls. A `source` is the text with the place of everything in it, what it says
 * is read by the codec, `findProblems` looks for what it refers to, and `makeRouter` makes what is then mounted.
 *
 * @module
 */
export { ConfigError, type ConfigIssue } from './configError.js';
export type { ContextOptions, MiddlewareFactory } from './context.js';
export type { Endpoint } from './endpointsOf.js';
export { type LoadOptions, loadRouters } from './loadRouters.js';
export { loadServices, type Service, type Services } from './loadServices.js';
export type { LoadedRouter } from './makeRouter.js';
export type { Routers } from './mountRouters.js';
