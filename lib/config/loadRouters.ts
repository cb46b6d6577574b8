import { type Known, knownOptions } from '../core/index.js';
import {
  CONTEXT_OPTIONS,
  type ContextOptions,
  readContext,
  type Server,
  tableOf,
} from './context.js';
import { mountRouters, type Routers } from './mountRouters.js';
import { Source } from './source.js';

/**
 * Loads routers with their middleware, relays and endpoints from a configuration in YAML, and mounts them on the
 * applications that `servers` names (CF1–CF5). It reads no environment and no other file, and runs no code. Call it
 * when all behaviours are defined; for upgrades call `acceptUpgrades(server)` as ever.
 *
 * @param text of a document: a list of entries, one entry, or a map with `entries`; at most 1 MiB
 * @returns the routers by their ids, each with its `relay`, if it has one
 * @throws ConfigError (`Invalid`) with all that is wrong, by file, line and column; then nothing is mounted.
 * ProcessError `Invalid`: no text, no system, or an option, by its name.
 * @example
 * const text = readFileSync('router.yaml', 'utf8');
 * loadRouters(text, { system, servers: { gateway: app }, handlers: { chat }, file: 'router.yaml' });
 */
export function loadRouters(text: string, options: LoadOptions): Routers {
  knownOptions(NAME, options, OPTIONS);
  const context = readContext(NAME, text, options);
  const servers = tableOf(`${NAME}: servers`, options.servers, isServer, 'an Express application');
  const source = new Source(text, options);
  const services = source.drafts.filter(({ kind }) => kind === 'http.service');
  const problems = services.map(({ path }) => ({
    path: [...path, 'kind'],
    message:
      'an http.service is for rx-process serve; to skip it give { ignore: ["http.service"] }',
  }));
  return mountRouters(
    source,
    { ...context, servers, serverHint: 'give it in { servers }' },
    problems,
  );
}

/** Options of `loadRouters`. */
export interface LoadOptions extends ContextOptions {
  /** The applications, or routers of Express, that `meta.server` names. */
  readonly servers: Readonly<Record<string, Server>>;
}

const NAME = 'loadRouters';

const OPTIONS: Known<LoadOptions> = { ...CONTEXT_OPTIONS, servers: true };

const isServer = (server: unknown): boolean => typeof Object(server).use === 'function';
