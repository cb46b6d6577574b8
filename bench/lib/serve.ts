// What the benchmark's servers share: one command line, the READY line, GET /stats.
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// The collector is reached from inside, so that a server needs no flag on its command line.
setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Answers with `process.memoryUsage()` after a garbage collection, as JSON. */
export async function stats(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  // More than one pass with a pause between: finalisers free further objects, and V8 gives pages
  // back to the system from a background thread.
  for (let pass = 0; pass < 3; pass += 1) {
    gc();
    await sleep(50);
  }
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(process.memoryUsage()));
}

/** The whole application of a server that has no framework: `/stats`, and 404 for the rest. */
export function statsOnly(request: IncomingMessage, response: ServerResponse): void {
  if (request.url === '/stats') void stats(request, response);
  else response.writeHead(404).end();
}

/** Listens on `--port` (0: a free one) of the loopback and says so in one line. */
export function listen(server: Server): void {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '0' } } });
  server.listen(Number(values.port), '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    console.log(`READY ${port} pid ${process.pid}`);
  });
}
