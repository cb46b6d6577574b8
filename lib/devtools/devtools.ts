import { type RequestHandler, Router } from 'express';
import { setRelay, websocketRelay } from '../express/index.js';
import { hubsOf } from '../relay/index.js';
import { kernelOf, type System } from '../runtime/index.js';
import { admissionOf, asRelay, type Inside, isLocal, type Relay } from '../upgrade/index.js';
import { type DevtoolsOptions, readDevtoolsOptions } from './devtoolsOptions.js';
import { pageFiles } from './pageFiles.js';
import { session } from './session.js';
import { SystemSources } from './systemSources.js';
import { Effort } from './views/effort.js';

/**
 * One page that shows a running system: its figures, processes, supervisors, connections, channels and events, and the life of
 * a process as a marble diagram that grows while one looks (DV1). It is fed by a relay of its own; mount it on a server whose
 * upgrades go through the application (`acceptUpgrades`). Nothing is measured or traced while nobody looks.
 *
 * @param options `authorize`: who may look, without which only this machine may; `actions`, `payloads`, `maxWatchers`
 * @throws ProcessError `Invalid`: no system, an option, by its name, or its page is missing, as in a clone that was not built.
 * @example app.use('/devtools', devtools(system));
 * @example app.use('/devtools', devtools(system, { authorize: requireAdmin, payloads: true }));
 */
export function devtools(system: System, options: DevtoolsOptions = {}): Router & Relay {
  const { handlers, maxWatchers, ...settings } = readDevtoolsOptions(options);
  const relay = websocketRelay(system, { maxConnections: maxWatchers });
  const admission = (relay as unknown as Inside)[admissionOf];
  OURS.add(admission.hub);
  const hubs = () => hubsOf(system[kernelOf]).filter((hub) => !OURS.has(hub));
  const efforts = { lists: new Effort(system[kernelOf]), lives: new Effort(system[kernelOf]) };
  const router = Router({ caseSensitive: true, strict: true });
  router.use(...(handlers.length > 0 ? handlers : [onlyLocal]), relay);
  router.get('/live', (request, response) => {
    const who = request.ip ?? 'an unknown address';
    const target = session(new SystemSources(system, hubs, { ...settings, who, efforts }));
    setRelay(response, { target }).end();
  });
  router.use(...pageFiles());
  return asRelay(router, admission);
}

/** What pages of devtools do is not what the application does, whoever has mounted them. */
const OURS = new WeakSet<object>();

/** Who asks from elsewhere is told nothing of what is here. */
const onlyLocal: RequestHandler = (request, response, next) => {
  if (isLocal(request)) return next();
  response.status(404).type('text/plain').send('Not found');
};
