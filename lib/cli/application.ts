import type { Server } from 'node:http';
import { createWebSocketManager } from '../channels/index.js';
import { createSystem } from '../runtime/index.js';
import { channelSites } from './channelSites.js';
import { drain } from './drain.js';
import { fileSites } from './fileSites.js';
import { importHandlers, type ServeContext } from './importHandlers.js';
import type { Rows } from './layOut.js';
import { listen, type Place, type Sites } from './listen.js';
import { withAdmin } from './withAdmin.js';

/**
 * What `serve` runs: a system, a manager of channels, and servers. It is apart from the command because it loads
 * Express, which the other commands do without.
 */
export class Application {
  readonly #context: ServeContext;
  readonly #servers: Server[] = [];
  #relays: Sites['relays'] = [];

  constructor() {
    const system = createSystem();
    const manager = createWebSocketManager(system);
    this.#context = { system, handlers: {}, middleware: {}, manager };
  }

  /** Has a user's module set it up (CL6). */
  import(path: string): Promise<void> {
    return importHandlers(path, this.#context);
  }

  /**
   * Listens where a file says it, or at a place with the channels of the manager; tells where, and what is there.
   *
   * @param token of the admin endpoint, which there is not without one
   */
  async listen(where: string | Place, token: string | undefined): Promise<Rows> {
    const context = this.#context;
    const { sites, relays } =
      typeof where === 'string' ? fileSites(context, where) : channelSites(context, where);
    this.#relays = relays;
    const rows: Rows[number][] = [];
    for (const { endpoints, app, ...site } of sites) {
      const whole = token === undefined ? app : withAdmin(app, context.manager, token);
      const { server, url } = await listen({ ...site, app: whole });
      this.#servers.push(server);
      rows.push(`listening on ${url}`, ['Endpoints', ...endpoints(url)]);
      if (token !== undefined) rows.push(['Admin', `${url}/_rx`]);
    }
    return rows;
  }

  /** Drains the servers, then the processes end. */
  async end(): Promise<void> {
    await drain(this.#servers, this.#relays);
    await this.#context.system.shutdown();
  }
}
