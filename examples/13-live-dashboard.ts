// A server that measures itself each second, and a page that draws it, live.
//
//   npm run build:browser && node --import tsx examples/13-live-dashboard.ts    open http://127.0.0.1:3000
import { fileURLToPath } from 'node:url';
import express from 'express';
import { type Behavior, createSystem } from 'rx-process';
import {
  createWebSocketManager,
  type DashboardMetrics,
  DashboardService,
} from 'rx-process/channels';
import { acceptUpgrades, clientFiles, websocketRoutes } from 'rx-process/express';
import { ignoreElements, interval, tap } from 'rxjs';
import { isMain, listen } from './lib/listen.js';

const system = createSystem();
const manager = createWebSocketManager(system);
const dashboard = new DashboardService(manager);
const folder = (path: string) => express.static(fileURLToPath(new URL(path, import.meta.url)));

let requests = 0;
let before = { requests, cpu: process.cpuUsage(), at: performance.now() };

/** What the server is doing, since it was asked last. */
function measured(): DashboardMetrics {
  const now = { requests, cpu: process.cpuUsage(before.cpu), at: performance.now() };
  const seconds = (now.at - before.at) / 1_000;
  const metrics = {
    activeUsers: manager.channels.subscriberCount('dashboard'),
    requestsPerSecond: (now.requests - before.requests) / seconds,
    memoryUsageMb: process.memoryUsage.rss() / 2 ** 20,
    cpuUsagePercent: (now.cpu.user + now.cpu.system) / seconds / 10_000,
  };
  before = { ...now, cpu: process.cpuUsage() };
  return metrics;
}

/** A process of its own, so that it ends with the system. */
const gauge: Behavior = (_inbox, self) =>
  interval(1_000, self.scheduler).pipe(
    tap(() => dashboard.sendMetrics(measured())),
    ignoreElements(),
  );

const app = express();
const routes = websocketRoutes(manager);
app.use((_request, _response, next) => {
  requests++;
  next();
});
app.use(routes, folder('dashboard'), folder('lib/page'));
app.use('/rx-process', clientFiles());
// The charts are drawn by uPlot, as it is in node_modules.
app.use('/uplot', folder('../node_modules/uplot/dist'));

if (isMain(import.meta)) {
  system.spawn(gauge, { name: 'gauge' });
  acceptUpgrades(listen(app, { relay: routes, system }));
}
