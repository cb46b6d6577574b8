import type { Need } from './need.js';

/** The browser of the specs: Debian's, so that nothing is downloaded. */
export const CHROMIUM = '/usr/bin/chromium';

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
