import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import {
  createWebSocketManager,
  type ManagerOptions,
  type WebSocketManager,
} from '../../lib/channels/index.js';
import { type EventRoutesOptions, eventRoutes, type Relay } from '../../lib/express/index.js';
import { onCleanup, type Running, type Serve, serve, within } from './support.js';

/** An application with the event routes of a manager, on a free port. */
export interface ServedEvents extends Running {
  readonly manager: WebSocketManager;
  readonly routes: Relay;
}

/** Starts one; `serve` may have middleware before the routes. */
export async function serveEvents(
  options: EventRoutesOptions = {},
  made: ManagerOptions & { readonly serve?: Serve } = {},
): Promise<ServedEvents> {
  const { serve: more = {}, ...managing } = made;
  let rest!: Pick<ServedEvents, 'manager' | 'routes'>;
  const running = await serve({
    ...more,
    mount: false,
    routes: (app, { system }) => {
      const manager = createWebSocketManager(system, managing);
      const routes = eventRoutes(manager, options);
      app.use(routes);
      rest = { manager, routes };
    },
  });
  return { ...running, ...rest };
}

export interface Ask {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

/** A client of bare HTTP, and what it was answered. */
export class EventClient {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** The blocks of the answer: events, comments, or a text. */
  readonly #blocks: string[] = [];
  #rest = '';
  #waiting: (() => void) | undefined;
  readonly closed: Promise<void>;

  constructor(
    readonly asked: ClientRequest,
    readonly answer: IncomingMessage,
  ) {
    this.status = answer.statusCode ?? 0;
    this.headers = answer.headers;
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      const blocks = (this.#rest + chunk).split('\n\n');
      this.#rest = blocks.pop() ?? '';
      this.#blocks.push(...blocks);
      this.#waiting?.();
    });
    answer.on('error', () => {});
    this.closed = new Promise((resolve) => answer.once('close', () => resolve()));
  }

  /** The next event as it came, without `retry`. */
  async next(): Promise<string> {
    while (this.#blocks[0]?.startsWith('retry: ') && !this.#blocks[0].includes('\n')) {
      this.#blocks.shift();
    }
    if (this.#blocks.length === 0) {
      const arrival = new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
      await within(arrival, 'an event');
      return this.next();
    }
    return this.#blocks.shift() as string;
  }

  /** The next message: the payload of its data. */
  async payload(): Promise<unknown> {
    const event = await this.next();
    return JSON.parse(event.replace(/^(?:id: .*\n)?data: /, '')).payload;
  }

  /** All that came until the end. */
  async rest(): Promise<string> {
    await within(this.closed, 'the end');
    return [...this.#blocks, this.#rest].join('\n\n');
  }

  leave(): void {
    this.asked.destroy();
  }
}

/** Asks for a path. */
export function ask(port: number, path: string, options: Ask = {}): Promise<EventClient> {
  const answer = new Promise<EventClient>((resolve, reject) => {
    const asked = request({ port, path, agent: false, ...options }, (response) => {
      asked.off('error', reject).on('error', () => {});
      resolve(new EventClient(asked, response));
    });
    onCleanup(() => asked.destroy());
    asked.on('error', reject).end();
  });
  return within(answer, `an answer of ${path}`);
}

/** Asks as a browser does. */
export const stream = (port: number, path: string, headers: Record<string, string> = {}) =>
  ask(port, path, { headers: { Accept: 'text/event-stream', ...headers } });
