import type { Check } from './check.js';
import { compression } from './compression.js';
import { cookies } from './cookies.js';
import { header } from './header.js';
import { origin } from './origin.js';
import { isWelcome, protocol } from './protocol.js';

/** What is agreed on by a handshake, and with whom. */
export const handshakeChecks: readonly Check[] = [
  {
    name: 'origin',
    run: async ({ site, strangers }) => origin(await strangers(), site),
  },
  {
    name: 'cookies',
    run: async ({ site, entered }) =>
      cookies((await entered()).headers['set-cookie'] ?? [], site.url.protocol === 'wss:'),
  },
  {
    name: 'header',
    run: async ({ plain, entered }) => header([await plain(), await entered()]),
  },
  { name: 'compression', run: async ({ entered }) => compression((await entered()).headers) },
  {
    name: 'protocol',
    run: async ({ site, spoken, entered }) =>
      protocol(await spoken(), isWelcome((await entered()).welcome), site),
  },
];
