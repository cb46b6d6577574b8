import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { acceptUpgrades, type Relay } from '../express/index.js';
import { Failure } from './failure.js';

/** Has an application listen; a `Failure` if it cannot (CL6). */
export async function listen({
  app,
  host,
  port,
  cure,
}: Place & { app: Express }): Promise<Listening> {
  const server = createServer(app);
  acceptUpgrades(server);
  try {
    await once(server.listen(port, host), 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const inUse = `port ${port} is in use: ${cure}`;
    throw new Failure('unexpected', code === 'EADDRINUSE' ? inUse : message);
  }
  return { server, url: urlOf(server.address() as AddressInfo) };
}

/** Where to listen. */
export interface Place {
  /** `undefined`: every interface. */
  readonly host: string | undefined;
  /** 0: one that is free. */
  readonly port: number;
  /** What to do where the port is in use. */
  readonly cure: string;
}

/** What listens there. */
export interface Site extends Place {
  readonly app: Express;
  /** What is there, a line each, when the address is known. */
  readonly endpoints: (url: string) => readonly string[];
}

/** What is to listen, with the relays of it. */
export interface Sites {
  readonly sites: readonly Site[];
  readonly relays: readonly Relay[];
}

/** A server that listens. */
export interface Listening {
  readonly server: Server;
  /** Where a browser on this machine finds it, without a slash at its end. */
  readonly url: string;
}

function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://localhost:${port}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
