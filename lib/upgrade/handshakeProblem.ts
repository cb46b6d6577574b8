import type { IncomingMessage, OutgoingHttpHeader } from 'node:http';
import { type Refusal, refusals } from './refusal.js';

/** What is wrong with a WebSocket handshake itself (H2 row 2). */
export function handshakeProblem(request: IncomingMessage): Refusal | undefined {
  const { method, headers, httpVersion } = request;
  if (method !== 'GET') return refusals.badMethod;
  // Nobody may switch a client of HTTP/1.0 to another protocol (RFC 9110 §7.8).
  if (Number(httpVersion) < 1.1) return refusals.badProtocol;
  if (headers['sec-websocket-version'] !== '13') return refusals.badVersion;
  if (!KEY.test(headers['sec-websocket-key'] ?? '')) return refusals.badKey;
  // Node requires it of every request but an upgrade.
  if (headers.host === undefined) return refusals.noHost;
  return hasBody(request) ? refusals.hasBody : undefined;
}

/** Sixteen bytes in base64 (RFC 6455 §4.2.1). */
const KEY = /^[+/0-9A-Za-z]{22}==$/;

/**
 * Whether a request announces a body. Node does not read an upgrade's, so it would be read as frames; and of one that
 * nobody reads, the end of its client is not noticed.
 */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
}

/** Whether a request asks for a WebSocket (§0); one of another method still does, and gets 405. */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return hasToken(headers.connection, 'upgrade') && hasToken(headers.upgrade, 'websocket');
}

/** Whether a list has a token; most are just that token. */
export function hasToken(list: OutgoingHttpHeader | undefined, token: string): boolean {
  const text = String(list ?? '').toLowerCase();
  return text === token || text.split(',').some((part) => part.trim() === token);
}
