import type { Request, Response } from 'express';
import { EventSocket, type Refusal } from '../upgrade/index.js';

/**
 * Refuses an event stream (SE7). A browser's `EventSource` never asks again after an answer that is no stream: so where
 * the refusal passes, it is told when to come back by a stream that ends at once. All others get the status.
 */
export function sendRefused(request: Request, response: Response, refusal: Refusal): void {
  const { status, text, headers = {} } = refusal;
  const isStream = request.method === 'GET' && STREAM.test(request.get('Accept') ?? '');
  if (isStream && PASSING.has(status)) {
    const after = Number(headers['Retry-After'] ?? USUAL) * 1_000;
    const retry = Math.floor(after * (1 + Math.random()));
    const data = JSON.stringify({ status, message: text });
    response.writeHead(200, EventSocket.HEAD);
    response.end(`retry: ${retry}\nevent: refused\ndata: ${data}\n\n`);
    return;
  }
  response.set({ ...headers, 'Cache-Control': 'no-store' });
  response.status(status).type('text/plain').send(text);
}

const STREAM = /\btext\/event-stream\b/i;

/** Too many, or not now. */
const PASSING: ReadonlySet<number> = new Set([429, 503]);

/** Seconds, where nobody says when. */
const USUAL = 5;
