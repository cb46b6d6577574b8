import type {
  ClientRequest,
  OutgoingHttpHeader,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { RELAY_HEADER } from '../codec/index.js';

/** Moves the headers of a `writeHead` call into the response; gives its reason phrase. */
export function mergeHead(
  response: ServerResponse,
  [first, second]: unknown[],
): string | undefined {
  const reason = typeof first === 'string' ? first : undefined;
  const headers = second ?? (reason === undefined ? first : undefined);
  if (Array.isArray(headers)) mergeRaw(response, headers);
  else if (typeof headers === 'object' && headers !== null) {
    for (const [name, value] of Object.entries(headers as OutgoingHttpHeaders)) {
      response.setHeader(name, value as OutgoingHttpHeader);
    }
  }
  return reason;
}

const NAME = RELAY_HEADER.toLowerCase();

/** Raw headers, flat or in pairs: they replace what was set before, and may repeat a name. */
function mergeRaw(response: ServerResponse, raw: unknown[]): void {
  const flat = (Array.isArray(raw[0]) ? raw.flat(1) : raw) as string[];
  for (let i = 0; i < flat.length; i += 2) response.removeHeader(flat[i] as string);
  for (let i = 0; i < flat.length; i += 2) {
    response.appendHeader(flat[i] as string, flat[i + 1] as string);
  }
}

/** Early hints or trailers, an object or pairs, without the relay header (H1). */
export function withoutRelay(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null) return fields;
  const isOther = (name: unknown): boolean => `${name}`.toLowerCase() !== NAME;
  if (Array.isArray(fields)) return fields.filter((pair) => isOther(pair?.[0]));
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isOther(name)));
}

/** The response's headers as lines, in the case in which they were set. */
export function headerLines(response: ServerResponse): string[] {
  // Every outgoing message has this method; the types know it of requests only.
  const names = (response as unknown as ClientRequest).getRawHeaderNames();
  const lines: string[] = [];
  for (const name of names) {
    const value = response.getHeader(name);
    if (Array.isArray(value)) for (const each of value) lines.push(`${name}: ${each}`);
    else lines.push(`${name}: ${value}`);
  }
  return lines;
}
