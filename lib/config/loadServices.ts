import express, { type Express } from 'express';
import type { Draft, Entry } from '../codec/index.js';
import { knownOptions } from '../core/index.js';
import { kernelOf } from '../runtime/index.js';
import { CONTEXT_OPTIONS, type ContextOptions, readContext } from './context.js';
import { type Endpoint, endpointsOf } from './endpointsOf.js';
import { mountRouters, type Routers } from './mountRouters.js';
import { Source } from './source.js';

/**
 * Loads a configuration that says where its servers listen: makes an application of Express for each `http.service`
 * and mounts the routers on these (CF1). Nobody listens yet: that is up to the caller. One that is to listen on
 * every interface is a warning event, `all_interfaces`.
 *
 * @throws ConfigError and ProcessError as `loadRouters`
 * @example
 * const { services } = loadServices(text, { system, handlers });
 * for (const { app, port, host } of services) acceptUpgrades(createServer(app).listen(port, host));
 */
export function loadServices(text: string, options: ContextOptions): Services {
  knownOptions(NAME, options, CONTEXT_OPTIONS);
  const context = readContext(NAME, text, options);
  const source = new Source(text, options);
  const drafts = source.drafts.filter(isService);
  const servers = new Map(drafts.map(({ id }) => [String(id), express()]));
  const serverHint = 'there is no http.service of this name';
  const routers = mountRouters(source, { ...context, servers, serverHint });
  const services = drafts.map((draft) => {
    const { id, path, fields } = draft as Entry<'http.service'>;
    const { host, port } = fields.addr;
    if (host === undefined) {
      const { file, line } = source.issue({ path: [...path, 'addr'], message: '' });
      const text = `${file}:${line} ":${port}" is every interface; for this machine alone "127.0.0.1:${port}"`;
      context.system[kernelOf].events.warning('all_interfaces', text);
    }
    const endpoints = endpointsOf(id, source.drafts, context);
    return { id, app: servers.get(id) as Express, host, port, endpoints };
  });
  return { services, routers };
}

/** What `loadServices` has made. */
export interface Services {
  /** In the order of the document. */
  readonly services: readonly Service[];
  readonly routers: Routers;
}

/** A server that is to listen. */
export interface Service {
  /** Its name, with its namespace. */
  readonly id: string;
  readonly app: Express;
  /** `undefined`: every interface. */
  readonly host: string | undefined;
  /** 0: one that is free. */
  readonly port: number;
  readonly endpoints: readonly Endpoint[];
}

const NAME = 'loadServices';

const isService = (draft: Draft): draft is Draft<'http.service'> => draft.kind === 'http.service';
