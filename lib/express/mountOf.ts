import type { Mount } from '../channels/index.js';
import type { Admission } from '../upgrade/index.js';
import type { RelayOptions } from './websocketRelay.js';

/** What the routes of a manager tell of themselves (CL4). */
export function mountOf(
  endpoints: Mount['endpoints'],
  { hub, limits }: Admission,
  { allowedOrigins = [] }: Pick<RelayOptions, 'allowedOrigins'>,
): Mount {
  return {
    endpoints,
    limits,
    origins: typeof allowedOrigins === 'string' ? allowedOrigins.split(',') : allowedOrigins,
    drops: () => hub.counters.stats(hub.count).drops as Readonly<Record<string, number>>,
  };
}
