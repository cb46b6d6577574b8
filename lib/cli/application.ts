import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom } from 'rxjs';
import { createWebSocketManager } from '../channels/index.js';
import { createSystem } from '../runtime/index.js';
import { channelSites, type Place } from './channelSites.js';
import { fileSites } from './fileSites.js';
import { importHandlers, type ServeContext } from './importHandlers.js';
import type { Rows } from './layOut.js';
import { type Listening, listen, type Sites } from './listen.js';

/**
 * What `serve` runs: a system, a manager of channels, and servers. It is apart from the command because it loads
 * Express, which the other commands do without.
 */
export class Application {
  readonly #context: ServeContext;
  readonly #listening: Listening[] = [];
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

  /** Listens where a file says it, or at a place with the channels of the manager; tells where, and what is there. */
  async listen(where: string | Place): Promise<Rows> {
    const { sites, relays } =
      typeof where === 'string'
        ? fileSites(this.#context, where)
        : channelSites(this.#context, where);
    this.#relays = relays;
    const rows: Rows[number][] = [];
    for (const site of sites) {
      const listening = await listen(site);
      this.#listening.push(listening);
      const { url } = listening;
      rows.push(`listening on ${url}`, ['Endpoints', ...site.endpoints(url)]);
    }
    return rows;
  }

  /** Drains: nobody new is let in, clients leave in batches, requests are answered, then processes end (Q14). */
  async end(): Promise<void> {
    const closed = this.#listening.map(({ server }) => once(server.close(), 'close'));
    const drained = this.#relays.map((relay) => lastValueFrom(relay.drain({ deadline: DEADLINE })));
    await Promise.race([Promise.all([...drained, ...closed]), sleep(DEADLINE)]);
    await this.#context.system.shutdown();
  }
}

/** Milliseconds, and below what ends a program by force: Kubernetes gives it 30 s. */
const DEADLINE = 20_000;
