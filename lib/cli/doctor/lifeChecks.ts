import type { Check } from './check.js';
import { close } from './close.js';
import type { Examination } from './examination.js';
import type { Finding } from './finding.js';
import { idle } from './idle.js';
import { isRelay, payload, sizesOf, untried } from './payload.js';
import { ping } from './ping.js';
import { helloOf, isWelcome } from './protocol.js';
import type { Announced } from './seen.js';

/** The life of a connection: what it carries, for how long, and how it ends. */
export const lifeChecks: readonly Check[] = [
  { name: 'ping', run: async ({ site, entered }) => ping((await entered()).pong, site) },
  {
    name: 'close',
    run: async ({ entered, farewell }) => {
      const { welcome, closed } = await entered();
      return close(closed, isWelcome(welcome) ? await farewell() : undefined);
    },
  },
  { name: 'payload', run: payloadOf },
  { name: 'idle', run: async ({ silence }) => idle(await silence()) },
];

async function payloadOf(examination: Examination): Promise<Finding> {
  const limit = helloOf(await examination.spoken())?.payload;
  if (limit === undefined && !isRelay(await examination.plain())) return untried;
  const announced: Announced[] = [];
  for (const size of sizesOf(limit)) {
    const seen = await examination.announce(size, size === limit);
    announced.push(seen);
    if (seen.end !== undefined) break;
  }
  return payload(limit, announced);
}
