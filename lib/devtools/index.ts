/**
 * The devtools: one page that shows a running system, and the marble diagram of any process in it while that runs.
 *
 * Begin with `devtools.ts`, the router; `session.ts` is the process of one page and
 * `systemSources.ts` what it is answered. The room `wire` is what both say to each other, `views` has what may be looked at, `life` the marbles, and `page` is
 * the page itself, which runs in browsers.
 */
export { devtools } from './devtools.js';
export type { DevtoolsOptions } from './devtoolsOptions.js';
