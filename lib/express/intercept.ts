import type { OutgoingHttpHeader, ServerResponse } from 'node:http';
import { RELAY_HEADER } from '../codec/index.js';
import { mergeHead, withoutRelay } from './mergeHead.js';
import { UpgradeResponse } from './upgradeResponse.js';

/**
 * Replaces this one response's own methods, as compression does, and below whatever wraps them later. A
 * response that nobody takes over passes as it is, but for the relay header, which is taken out of
 * every head, and of what goes before it and after the body. The methods are shared, because closures of
 * its own would be garbage of every request.
 */
export function intercept(response: ServerResponse, by: Interceptor): void {
  const intercepted = response as Intercepted;
  intercepted[interception] = { by, before: ownMethods(response), response: intercepted };
  response.writeHead = writeHead;
  response.flushHeaders = flushHeaders;
  response.write = write;
  response.end = end;
  response.writeEarlyHints = writeEarlyHints;
  response.addTrailers = addTrailers;
}

/** Whether a response is intercepted already. */
export const isIntercepted = (response: ServerResponse): boolean => interception in response;

/** The response that is intercepted, for an object that a middleware has made from it, or a proxy of it. */
export const originalOf = (response: ServerResponse): ServerResponse =>
  (response as Partial<Intercepted>)[interception]?.response ?? response;

/** Who stands in front of a response, and may take it over. */
export interface Interceptor {
  /** Whether a response with a relay header and this status is to be taken over. */
  takes(status: number): boolean;
  /** Hears the head of the response before any byte of it exists; gives the status to write. */
  decide(status: number, header: OutgoingHttpHeader | undefined): number;
  /** Whether the response is taken over for good: not even its head leaves. */
  readonly swallows: boolean;
  /** Whether what the handler says from here on is dropped. */
  readonly drops: boolean;
  /** The handler has ended a response whose body is dropped; `end` writes the head, and a body, if there is one. */
  finish(end: (body?: string) => void): void;
}

const interception = Symbol('rx-process');

interface Intercepted extends ServerResponse {
  [interception]: {
    readonly by: Interceptor;
    /** What an earlier middleware has put on this very response. */
    readonly before: Methods;
    /** The response itself: a method may be called on an object that has it for its prototype. */
    readonly response: Intercepted;
  };
}

const METHODS = [
  'writeHead',
  'flushHeaders',
  'write',
  'end',
  'writeEarlyHints',
  'addTrailers',
] as const;
type Method = (typeof METHODS)[number];
type Methods = { [Name in Method]?: unknown };

function ownMethods(response: ServerResponse): Methods {
  const own: Methods = {};
  for (const name of METHODS) {
    if (Object.hasOwn(response, name)) own[name] = response[name];
  }
  return own;
}

/** Calls the method as it would be without us: else the prototype's, which Express replaces late. */
function call(response: Intercepted, name: Method, args: unknown[]): unknown {
  const { before } = response[interception];
  const method = before[name] ?? (Object.getPrototypeOf(response) as Methods)[name];
  return Reflect.apply(method as () => unknown, response, args);
}

/** Every head goes through here; its headers become `setHeader`, so that one place sees them all. */
function writeHead(this: ServerResponse, status: number, ...rest: unknown[]): ServerResponse {
  const { by, response } = (this as Intercepted)[interception];
  // Nothing is decided twice; Node itself knows nothing of a head that was swallowed.
  if (response.headersSent) throw headersSent();
  const reason = mergeHead(response, rest);
  const header = takeRelay(response);
  const decided = by.decide(status, header);
  if (by.swallows) return swallowHead(response, decided);
  const phrase = decided === status && reason !== undefined ? [reason] : [];
  call(response, 'writeHead', [decided, ...phrase]);
  UpgradeResponse.markSent(response);
  return response;
}

function flushHeaders(this: ServerResponse): void {
  // A swallowed head is all out; Node would write it once more.
  const { response } = (this as Intercepted)[interception];
  if (!UpgradeResponse.isSwallowed(response)) call(response, 'flushHeaders', []);
}

function write(this: ServerResponse, ...args: unknown[]): boolean {
  const { by, response } = (this as Intercepted)[interception];
  headFirst(response, by);
  const isWritten = !by.drops && (call(response, 'write', args) as boolean);
  if (!by.drops) return isWritten;
  // Nobody will ever tell of a drain: so none is needed.
  const done = args.at(-1);
  if (typeof done === 'function') nextTick(done);
  return true;
}

function end(this: ServerResponse, ...args: unknown[]): ServerResponse {
  const { by, response } = (this as Intercepted)[interception];
  headFirst(response, by);
  if (!by.drops) call(response, 'end', args);
  // Also where a listener for headers set the relay header just now.
  if (!by.drops) return response;
  const done = args.at(-1);
  if (typeof done === 'function') response.once('finish', done as () => void);
  by.finish((body) => call(response, 'end', [body]));
  return response;
}

function writeEarlyHints(this: ServerResponse, hints: unknown, ...rest: unknown[]): void {
  const { response } = (this as Intercepted)[interception];
  call(response, 'writeEarlyHints', [withoutRelay(hints), ...rest]);
}

function addTrailers(this: ServerResponse, trailers: unknown): void {
  const { response } = (this as Intercepted)[interception];
  call(response, 'addTrailers', [withoutRelay(trailers)]);
}

// Taken once, at import, so that a test which fakes it later stops no answer.
const { nextTick } = process;

/** Takes the relay header off; one that was set as a list of one is that one. */
function takeRelay(response: ServerResponse): OutgoingHttpHeader | undefined {
  const header = response.getHeader(RELAY_HEADER);
  if (header !== undefined) response.removeHeader(RELAY_HEADER);
  return Array.isArray(header) && header.length < 2 ? header[0] : header;
}

/** Node's own error, word for word. */
function headersSent(): Error {
  const error = new Error('Cannot write headers after they are sent to the client');
  return Object.assign(error, { code: 'ERR_HTTP_HEADERS_SENT' });
}

/** The head of a swallowed response: there for whoever asks, and never written out as text. */
function swallowHead(response: ServerResponse, status: number): ServerResponse {
  // Nearly always the one that it has from its prototype: an own one would have the object grow.
  if (response.statusCode !== status) response.statusCode = status;
  UpgradeResponse.swallow(response);
  return response;
}

/**
 * Node writes the head inside `write` and `end`, when it is too late to drop a body: so where it is
 * known that the response will be taken over, the head goes first.
 */
function headFirst(response: ServerResponse, by: Interceptor): void {
  if (response.headersSent || !response.hasHeader(RELAY_HEADER)) return;
  if (by.takes(response.statusCode)) response.writeHead(response.statusCode);
}
