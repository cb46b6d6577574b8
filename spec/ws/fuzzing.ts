import { connect, type Socket as NetSocket } from 'node:net';
import type { Duplex } from 'node:stream';
import { within } from '../express/support.js';
import { pipe } from '../support/pipe.js';
import type { Witnessed } from './witness.js';

/** Another seed in every run, which a failure prints; `FUZZ_SEED` repeats one, and `FUZZ_RUNS` tries more. */
export const SEED = Number(process.env.FUZZ_SEED ?? (Math.random() * 2 ** 31) | 0);
const RUNS = Number(process.env.FUZZ_RUNS ?? 5_000);
export const runs = (share = 1) => ({ numRuns: Math.ceil(RUNS * share), seed: SEED });
/** A connection to the server: in this process, or by TCP. */
export type Way = (server: Witnessed) => Duplex;
export const byPipe: Way = ({ server }) => {
  const [client, end] = pipe();
  server.emit('connection', end);
  return client;
};
export const byTcp: Way = ({ port }) => {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  return socket.setNoDelay(true);
};

/** Says it all piece by piece, ends its side, and returns what came back until the server's end. */
export async function say(
  server: Witnessed,
  way: Way,
  said: readonly Uint8Array[],
): Promise<Buffer> {
  const client = way(server);
  const back: Buffer[] = [];
  client.on('data', (chunk: Buffer) => back.push(chunk));
  client.on('error', () => {});
  const closed = new Promise<void>((resolve) => client.once('close', resolve));
  client.once('end', () => client.end());
  for (const piece of said) {
    client.write(piece);
    if ((client as NetSocket).connecting !== undefined) await new Promise(setImmediate);
  }
  client.end();
  await within(closed, 'the end');
  return Buffer.concat(back);
}
