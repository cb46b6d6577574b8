import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import { lastValueFrom } from 'rxjs';
import { createWebSocketManager } from '../channels/index.js';
import { type Relay, websocketRoutes } from '../express/index.js';
import { createSystem } from '../runtime/index.js';
import { importHandlers, type ServeContext } from './importHandlers.js';
import { type Listening, listen, type Site } from './listen.js';

/**
 * What `serve` runs: a system, a manager of channels, and servers. It is a file of its own because it loads Express,
 * which the other commands do without.
 */
export class Application {
  readonly #context: ServeContext;
  readonly #relays: Relay[] = [];
  readonly #listening: Listening[] = [];

  constructor() {
    const system = createSystem();
    this.#context = { system, handlers: {}, manager: createWebSocketManager(system) };
  }

  /** Has a user's module set it up (CL6). */
  import(path: string): Promise<void> {
    return importHandlers(path, this.#context);
  }

  /** Serves the channels of the manager. */
  async serveChannels(place: Pick<Site, 'host' | 'port' | 'cure'>): Promise<Listening> {
    const routes = websocketRoutes(this.#context.manager);
    this.#relays.push(routes);
    return this.#listen({ ...place, app: express().use(routes) });
  }

  async #listen(site: Site): Promise<Listening> {
    const listening = await listen(site);
    this.#listening.push(listening);
    return listening;
  }

  /** Drains: nobody new is let in, clients leave in batches, requests are answered, then processes end (Q14). */
  async end(): Promise<void> {
    const servers = this.#listening.map(({ server }) => server);
    const closed = servers.map((server) => once(server.close(), 'close'));
    const drained = this.#relays.map((relay) => lastValueFrom(relay.drain({ deadline: DEADLINE })));
    await Promise.race([Promise.all([...drained, ...closed]), sleep(DEADLINE)]);
    await this.#context.system.shutdown();
  }
}

/** Milliseconds, and below what ends a program by force: Kubernetes gives it 30 s. */
const DEADLINE = 20_000;
