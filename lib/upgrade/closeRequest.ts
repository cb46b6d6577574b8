import type { IncomingMessage } from 'node:http';

/**
 * Has a request emit its 'close', as Node does for a plain request, where somebody listens: most upgrades
 * are spared a stream's way to its end. Aborted means that the client left before its answer.
 */
export function closeRequest(request: IncomingMessage, isAborted: boolean): void {
  if (isAborted) request.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
  else if (request.listenerCount('close') + request.listenerCount('end') > 0) request.resume();
}
