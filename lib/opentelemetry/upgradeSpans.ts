import type { IncomingMessage } from 'node:http';
import {
  type Context,
  context,
  propagation,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import {
  admissionOf,
  type Followed,
  type Inside,
  pathOf,
  type Relay,
  routeOf,
} from '../upgrade/index.js';

/**
 * Makes a span of each upgrade of a relay, in which its handler runs. Its parent is the span in force, of an
 * instrumentation of `http` say, or else what the client's `traceparent` says.
 *
 * @returns what ends it
 */
export function upgradeSpans(relay: Relay, tracer: Tracer): () => void {
  const { followers } = (relay as Relay & Inside)[admissionOf];
  return followers.add((request) => follow(request, tracer));
}

function follow(request: IncomingMessage, tracer: Tracer): Followed {
  const parent = parentOf(request);
  const attributes = { 'http.request.method': 'GET', 'url.path': pathOf(request) };
  const kind = parent === context.active() ? SpanKind.INTERNAL : SpanKind.SERVER;
  const span = tracer.startSpan('upgrade', { kind, attributes }, parent);
  return {
    run: (work) => context.with(trace.setSpan(parent, span), work),
    end: (status) => {
      // Known only now, when the request has found its handler.
      const route = routeOf(request);
      if (route !== pathOf(request)) span.updateName(`upgrade ${route}`);
      // Without one the client has left before its answer.
      if (status !== undefined) span.setAttribute('http.response.status_code', status);
      if (status !== undefined && status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

function parentOf({ headers }: IncomingMessage): Context {
  const active = context.active();
  return trace.getSpan(active) === undefined ? propagation.extract(active, headers) : active;
}
