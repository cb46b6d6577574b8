import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom } from 'rxjs';
import type { Relay } from '../express/index.js';

/** Ends servers: nobody new is let in, clients leave in batches (Q14), and what was asked is answered; 20 s at most (CL6). */
export async function drain(servers: readonly Server[], relays: readonly Relay[]): Promise<void> {
  const closed = servers.map((server) => once(server.close(), 'close'));
  const drained = relays.map((relay) => lastValueFrom(relay.drain({ deadline: DEADLINE })));
  // Node keeps a connection for its next request, also when the server has closed.
  const sweep = setInterval(() => servers.map((server) => server.closeIdleConnections()), SWEEP);
  await Promise.race([Promise.all([...drained, ...closed]), sleep(DEADLINE)]);
  clearInterval(sweep);
}

/** Milliseconds, and below what ends a program by force: Kubernetes gives it 30 s. */
const DEADLINE = 20_000;

/** Milliseconds after which an answered client is let go. */
const SWEEP = 100;
