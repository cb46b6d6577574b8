import type { RequestHandler } from 'express';
import { countOption, type Known, knownOptions, ProcessError, shown } from '../core/index.js';

/** Options of `devtools`. */
export interface DevtoolsOptions {
  /**
   * The application's own middleware, which says who may look: it is asked before anything is answered, upgrades included,
   * and answers itself who may not. Without it only this machine is answered, and everybody else with 404 (DV2).
   */
  readonly authorize?: RequestHandler | readonly RequestHandler[] | undefined;
  /** Whether the page may close, kick, terminate and send, each of which is logged; default false (DV13). */
  readonly actions?: boolean | undefined;
  /** Whether payloads are shown, which may be anything that users have said; default false (DV3). */
  readonly payloads?: boolean | undefined;
  /** How many pages may look at once; default 16. Further ones get 503. */
  readonly maxWatchers?: number | undefined;
}

/** Fills in the defaults. @throws ProcessError `Invalid` naming the option. */
export function readDevtoolsOptions(options: DevtoolsOptions) {
  knownOptions('devtools', options, OPTIONS);
  const { authorize = [], actions = false, payloads = false, maxWatchers = 16 } = options;
  const handlers = [authorize].flat() as readonly RequestHandler[];
  if (handlers.some((handler) => typeof handler !== 'function')) {
    throw invalid('authorize is middleware of Express, or a list of it');
  }
  for (const [name, value] of Object.entries({ actions, payloads })) {
    if (typeof value !== 'boolean')
      throw invalid(`${name}: give true or false, not ${shown(value)}`);
  }
  countOption('maxWatchers', maxWatchers);
  return { handlers, actions, payloads, maxWatchers } as const;
}

const OPTIONS: Known<DevtoolsOptions> = {
  authorize: true,
  actions: true,
  payloads: true,
  maxWatchers: true,
};

const invalid = (text: string): ProcessError => new ProcessError('Invalid', `devtools: ${text}`);
