import type { Request, RequestHandler } from 'express';
import type { System } from '../runtime/index.js';
import {
  Admission,
  asRelay,
  checkSystem,
  type Door,
  type Relay,
  type RelayOptions as SharedOptions,
} from '../upgrade/index.js';
import { relayHandler } from './relayHandler.js';

/**
 * The relay as Express middleware: where it is mounted, and below, a handler may answer an upgrade
 * request with a relay to a process (`setRelay`). Mount it before the handlers; on a server whose
 * upgrades go through the application (`acceptUpgrades`).
 *
 * @param system whose processes are the targets
 * @throws ProcessError `Invalid`: no system, or an option, by its name.
 * @example app.use('/ws', websocketRelay(system, { allowedOrigins: 'https://app.example.com' }));
 */
export function websocketRelay(system: System, options: RelayOptions = {}): RequestHandler & Relay {
  checkSystem(DOOR.name, system);
  const admission = new Admission(system, options as SharedOptions, DOOR);
  return asRelay(relayHandler(admission), admission);
}

/** Options of a relay, whose `connectionKey` is asked with Express's request: every limit has a finite default (Q2). */
export type RelayOptions = SharedOptions<Request>;

/** An application behind a proxy is the likely cause; Express then has a setting for it. */
export const DOOR: Door = {
  name: 'websocketRelay',
  originAdvice: {
    host: "behind a proxy set 'trust proxy' and have it pass X-Forwarded-Host, or Host with its port; for other sites set allowedOrigins",
    https: "set 'trust proxy' and have the proxy pass X-Forwarded-Proto, or set allowedOrigins",
    http: 'load the page by https, or set allowedOrigins',
  },
};
