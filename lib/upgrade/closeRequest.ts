import type { IncomingMessage } from 'node:http';

/**
 * Has a request emit its 'close', as Node does for a plain request, where somebody listens: most upgrades
 * are spared a stream's way to its end. Aborted means that the client left before its answer.
 *
 * @param kept how many of those who listen for its end still hear of it. Where a handler has failed, these are
 * the ones from before it: `request.pipe` of what is no stream, as a behaviour in a handler's place does it,
 * throws and leaves a listener that would throw as well
 */
export function closeRequest(
  request: IncomingMessage,
  isAborted: boolean,
  kept = Number.POSITIVE_INFINITY,
): void {
  if (request.listenerCount('end') > kept) {
    const later = request.listeners('end').slice(kept) as (() => void)[];
    for (const listener of later) request.off('end', listener);
  }
  if (isAborted) request.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
  else if (request.listenerCount('close') + request.listenerCount('end') > 0) request.resume();
}
