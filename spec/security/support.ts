import { ignoreElements, tap } from 'rxjs';
import { type RelayOptions, setRelay } from '../../lib/express/index.js';
import type { Behavior, Message, SystemOptions } from '../../lib/index.js';
import { echo, open, type Running, serve, within } from '../express/support.js';
import { deferred } from '../support/runtime.js';

/** A server with an echo at `/ws/echo`, which counts how often its handler was asked. */
export interface Watched extends Running {
  readonly asked: () => number;
}

export interface WatchOptions {
  readonly relay?: RelayOptions;
  readonly system?: SystemOptions;
  readonly target?: Behavior;
  readonly metadata?: Record<string, string>;
}

export async function watched(options: WatchOptions = {}): Promise<Watched> {
  const { target = echo, metadata = {}, ...rest } = options;
  let asked = 0;
  const running = await serve({
    ...rest,
    routes: (app) => {
      app.get('/ws/echo', (_request, response) => {
        asked++;
        setRelay(response, { target, metadata }).end();
      });
    },
  });
  return { ...running, asked: () => asked };
}

/** Fails where a server that was attacked does not serve a new client as before. */
export async function serves({ port }: Pick<Running, 'port'>): Promise<void> {
  const client = await open(port, '/ws/echo');
  if ((await client.ask('still there?')) !== 'still there?') throw new Error('no echo');
  client.socket.close();
  await within(client.closed, 'the end of a good client');
}

/** A target that keeps all it is sent, and tells of each. */
export function keeper() {
  const messages: Message[] = [];
  let look = (): void => {};
  const behavior: Behavior = (inbox) =>
    inbox.pipe(
      tap((message) => {
        messages.push(message);
        look();
      }),
      ignoreElements(),
    );
  const until = (isSo: () => boolean): Promise<void> => {
    const { promise, resolve } = deferred();
    look = () => isSo() && resolve();
    look();
    return within(promise, `${isSo}`);
  };
  return { behavior, messages, until };
}
