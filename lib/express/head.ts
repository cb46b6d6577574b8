import type {
  ClientRequest,
  OutgoingHttpHeader,
  OutgoingHttpHeaders,
  ServerResponse,
} from 'node:http';
import { RELAY_HEADER } from '../codec/index.js';

/** The methods of one response that the gate and the guard stand in front of. */
type Method = 'writeHead' | 'write' | 'end';

/**
 * The method as it would be without us, looked up at each call: what an earlier middleware put on
 * this response, else its prototype's, which Express replaces after we have seen the response.
 */
export function underlying(
  response: ServerResponse,
  name: Method,
): (...args: unknown[]) => unknown {
  const own = Object.hasOwn(response, name) ? response[name] : undefined;
  return (...args) => {
    const method = own ?? (Object.getPrototypeOf(response) as ServerResponse)[name];
    return Reflect.apply(method, response, args);
  };
}

/**
 * Stands in front of `writeHead`, through which every header section goes: turns its headers into
 * `setHeader`, so that one place sees them all; takes the relay header out; and asks `decide` which
 * status to write. Runs before any byte of the response exists.
 */
export function takeHead(
  response: ServerResponse,
  decide: (status: number, header: OutgoingHttpHeader | undefined) => number,
): void {
  const writeHead = underlying(response, 'writeHead');
  response.writeHead = (status: number, ...rest: unknown[]) => {
    // Refuses with Node's own error.
    if (response.headersSent) return writeHead(status, ...rest) as ServerResponse;
    const reason = mergeHead(response, rest);
    const header = response.getHeader(RELAY_HEADER);
    response.removeHeader(RELAY_HEADER);
    const decided = decide(status, header);
    // Another status has another phrase: Node fills in an empty one.
    if (decided !== status) response.statusMessage = '';
    const keepsReason = reason !== undefined && decided === status;
    return writeHead(decided, ...(keepsReason ? [reason] : [])) as ServerResponse;
  };
}

/** Moves the headers of a `writeHead` call into the response; gives its reason phrase. */
function mergeHead(response: ServerResponse, [first, second]: unknown[]): string | undefined {
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

/** Raw headers, flat or in pairs: they replace what was set before, and may repeat a name. */
function mergeRaw(response: ServerResponse, raw: unknown[]): void {
  const flat = (Array.isArray(raw[0]) ? raw.flat(1) : raw) as string[];
  for (let i = 0; i < flat.length; i += 2) response.removeHeader(flat[i] as string);
  for (let i = 0; i < flat.length; i += 2) {
    response.appendHeader(flat[i] as string, flat[i + 1] as string);
  }
}

/** The response's headers as lines, in the case in which they were set. */
export function headerLines(response: ServerResponse): string[] {
  // Every outgoing message has this method; the types know it of requests only.
  const names = (response as unknown as ClientRequest).getRawHeaderNames();
  return names.flatMap((name) => {
    const value = response.getHeader(name);
    return Array.isArray(value) ? value.map((each) => `${name}: ${each}`) : `${name}: ${value}`;
  });
}
