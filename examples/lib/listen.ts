// What every example shares: a port from the environment, one line when ready, and an orderly end.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Express } from 'express';
import type { System } from 'rx-process';
import type { Relay } from 'rx-process/express';

/** Whether a module is the program itself, and not imported by a spec. */
export function isMain({ url }: ImportMeta): boolean {
  return url === pathToFileURL(process.argv[1] ?? '').href;
}

/**
 * Serves an application on `PORT` (default 3000, 0 for a free one) of `HOST` (default 127.0.0.1; with
 * 0.0.0.0 a phone on the same network can connect), until SIGTERM or SIGINT.
 */
export function listen(app: Express, { relay, system, end }: Ends): Server {
  const { HOST = '127.0.0.1' } = process.env;
  const wanted = readPort();
  const server = createServer(app);

  // Dependents first: no new connections, then a close frame (1001) to every client, and when the
  // `ws.leave`s have arrived, the processes. Then nothing keeps Node alive, and it exits with 0.
  const close = async (): Promise<void> => {
    server.close();
    await (end ?? relay?.shutdown)?.();
    await system.shutdown();
    server.closeAllConnections();
  };
  // `on`, not `once`: npm hands on the Ctrl-C that the terminal has sent to both, and a second signal
  // that nobody hears would end Node at once. Every step of the end may be asked for again.
  process.on('SIGTERM', close).on('SIGINT', close);

  server.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    const hint = 'is in use: set PORT to another one, or to 0 for any that is free';
    fail(code === 'EADDRINUSE' ? `port ${wanted} ${hint}` : message);
  });
  return server.listen(wanted, HOST, () => {
    const { port } = server.address() as AddressInfo;
    console.log(`listening on http://127.0.0.1:${port}`);
  });
}

/** What ends with the program. */
interface Ends {
  relay?: Relay;
  system: System;
  /** How the connections end; by default all at once. */
  end?: () => Promise<unknown>;
}

/** The port that is wanted; 0 for a free one. */
export function readPort(): number {
  const { PORT: text = '' } = process.env;
  const port = text === '' ? 3000 : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  return fail(`PORT is ${JSON.stringify(text)}: give a number from 0 to 65535`);
}

/** Ends the program, with one line that says why. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
