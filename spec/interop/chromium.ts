import { existsSync } from 'node:fs';
import type { Need } from './need.js';

/** The browser of the specs: Debian's, so that nothing is downloaded. */
export const CHROMIUM = '/usr/bin/chromium';

const SHELL = '/usr/bin/chromium-headless-shell';

/**
 * The same one without what its windows need, where it is there, which takes two thirds of the processor's time. It keeps
 * no page that is left for when somebody comes back.
 */
export const HEADLESS = existsSync(SHELL) ? SHELL : CHROMIUM;

export const NEEDS_CHROMIUM: Need = {
  command: CHROMIUM,
  args: ['--version'],
  cure: 'apt-get install chromium',
};

export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
