import type { Check } from './check.js';
import { clock } from './clock.js';
import { proxy } from './proxy.js';
import { server } from './server.js';
import { tls } from './tls.js';
import { upgrade } from './upgrade.js';

/** The way to the application: all of it has to be right, or there is no connection. */
export const wayChecks: readonly Check[] = [
  {
    name: 'server',
    isVital: true,
    run: async (examination) => server(await examination.reached(), examination.site),
  },
  {
    name: 'tls',
    // A browser goes no further, and whoever it is gets nothing of --header-file.
    isVital: true,
    run: async ({ site, secured }) =>
      tls(site.url.protocol === 'wss:' ? await secured() : undefined, site, Date.now()),
  },
  { name: 'clock', run: async ({ plain }) => clock(await plain()) },
  {
    name: 'upgrade',
    isVital: true,
    run: async ({ site, entry }) => upgrade(await entry(), site),
  },
  { name: 'proxy', run: async ({ site, entry }) => proxy(await entry(), site) },
];
