// The two loops of a server that watches its connections, as pipelines: a ping to all, and a line in the log.
//
//   node --import tsx examples/16-monitoring.ts    ws://127.0.0.1:3000/ws
import express from 'express';
import { createSystem } from 'rx-process';
import { createWebSocketManager, type WebSocketManager } from 'rx-process/channels';
import { acceptUpgrades, websocketRoutes } from 'rx-process/express';
import { fromEvent, interval, map, merge, type Observable, takeUntil } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

/** Pings all connections every 30 s, until the end; emits how many they were. */
export const pings = (manager: WebSocketManager, end$: Observable<unknown>): Observable<number> =>
  interval(30_000).pipe(
    map(() => manager.pingAll()),
    takeUntil(end$),
  );

/** What to log every minute, until the end. */
export const lines = (manager: WebSocketManager, end$: Observable<unknown>): Observable<string> =>
  interval(60_000).pipe(
    map(() => `Active WebSocket connections: ${manager.connectionCount()}`),
    takeUntil(end$),
  );

const system = createSystem();
const manager = createWebSocketManager(system);
const routes = websocketRoutes(manager);
const app = express();
app.use(routes);

if (isMain(import.meta)) {
  // An interval that nobody ends would keep Node alive.
  const end$ = merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT'));
  pings(manager, end$).subscribe();
  lines(manager, end$).subscribe((line) => console.log(line));
  acceptUpgrades(listen(app, { relay: routes, system }));
}
