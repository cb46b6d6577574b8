import type { IncomingMessage, Server } from 'node:http';
import { type Refusal, refusals } from './refusal.js';

/**
 * What is wrong with the head of a request that Node took for an upgrade (Q5): it may have been cut. Node
 * keeps 1,000 lines, or `maxHeadersCount`; Node 20 says nothing of the others. Where `Content-Length` is
 * among them, the body would be read as frames, or as a request of its own.
 */
export function headProblem(
  { rawHeaders }: IncomingMessage,
  { maxHeadersCount }: Server,
): Refusal | undefined {
  const lines = maxHeadersCount ?? 1_000;
  return lines > 0 && rawHeaders.length >= 2 * lines ? refusals.tooManyHeaders : undefined;
}
