import type { IncomingMessage } from 'node:http';

/** Has a request emit its 'close', as Node does where no upgrade is; aborted: its answer has no reader. */
export function closeRequest(request: IncomingMessage, isAborted: boolean): void {
  if (!isAborted) request.resume();
  else request.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
}
